// What the statistics of a pipeline obey at any moment [I-24]; what only workers count, when none is left.

/**
 * The first identity that does not hold, as a sentence; undefined when all do, or when the engine has crashed and counts no more.
 * @param {import('../../web/src/stats.js').PipelineStats} stats
 * @returns {string | undefined}
 */
export function brokenIdentity({ requests, flights, units, workers, latencies, counters }) {
  if (Object.keys(counters).length === 0) return undefined;
  const count = (name) => counters[name] ?? 0;
  const identities = [
    [
      'requests are settled plus live',
      requests.submitted,
      requests.live + requests.delivered + requests.superseded + requests.cancelled + requests.failed,
    ],
    [
      'flights are ended plus live',
      flights.created,
      flights.published +
        flights.cancelled +
        flights.failed +
        count('flightsQueued') +
        count('flightsRunning'),
    ],
    [
      'leases granted are returned plus held',
      count('leasesGranted'),
      count('leasesReturned') + count('leasesHeld'),
    ],
    ['published flights are measured', flights.published, latencies.wall.count],
    [
      'flights started are ended plus running',
      count('flightsStarted'),
      (count('flightsStarted') && flights.published) +
        count('flightsWithdrawn') +
        count('flightsTrapped') +
        (count('flightsStarted') && count('flightsRunning')),
    ],
  ];
  if (workers.live === 0) {
    identities.push([
      'units started are ended plus lost plus held',
      units.started,
      units.finished + units.discarded + units.trapped + units.lost + units.held,
    ]);
  }
  const broken = identities.find(([, left, right]) => left !== right);
  return broken && `${broken[0]}: ${broken[1]} is not ${broken[2]}`;
}
