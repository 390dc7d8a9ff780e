// What the counters of a coordinator obey at any moment between two steps [I-24]: one function for
// the simulator, for worlds that tests move by hand, and for coordinators that tests make directly.
#ifndef STOPBATH_TESTS_CONSERVATION_H_
#define STOPBATH_TESTS_CONSERVATION_H_

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "pipeline/pipeline_coordinator.h"

namespace stopbath {

// The first identity that does not hold, as a sentence; empty when all do. `letting_go`: units that
// have ended while their seat still shows them.
inline std::string broken_identity(const CoordinatorStats& s, uint64_t letting_go = 0) {
  const RegistryCounters& t = s.tasks;
  const TelemetryCounters& h = s.telemetry;
  if (t.requests != t.delivered + t.superseded + t.cancelled + t.failed + s.live_requests) {
    return "I-24: requests are not settled plus live";
  }
  if (t.flights != t.flights_published + t.flights_cancelled + t.flights_failed + s.queued_flights +
                       s.running_flights) {
    return "I-24: flights are not ended plus live";
  }
  if (t.joins + t.flights + t.never_admitted + s.waiting_requests < t.requests)
    return "I-24: a request has no flight";
  if (s.pool.units_started + letting_go != s.pool.units_finished + s.pool.units_discarded +
                                               s.pool.units_trapped + s.pool.units_lost +
                                               static_cast<uint64_t>(s.pool.busy)) {
    return "I-24: units started are not ended plus held plus lost";
  }
  if (s.buffers.leases_granted != s.buffers.leases_returned + s.buffers.leases_held) {
    return "I-24: leases granted are not returned plus held";
  }
  if (s.buffers.leases_held < s.flight_leases) return "I-16: a flight's lease is not held";
  if (h.wall.count() != t.flights_published || h.deliver.count() != t.flights_published) {
    return "I-24: a published flight was not measured";
  }
  if (h.run.count() + s.ending_withdrawn != h.withdrawn + t.flights_published + h.failed_running) {
    return "I-24: run times are not those of the flights that ran";
  }
  if (h.cancel.count() + s.ending_withdrawn != h.withdrawn) {
    return "I-24: a withdrawn flight was neither let go nor is it ending";
  }
  if (h.lease_wait.count() != h.started) return "I-24: a start has no lease wait";
  if (h.started != t.flights_published + h.withdrawn + h.failed_running + s.running_flights) {
    return "I-24: flights started are not ended plus running";
  }
  return {};
}

// A coordinator that holds its counters against each other when it goes.
class CheckedCoordinator : public PipelineCoordinator {
 public:
  using PipelineCoordinator::PipelineCoordinator;
  ~CheckedCoordinator() { CHECK(broken_identity(stats()) == ""); }
};

}  // namespace stopbath

#endif  // STOPBATH_TESTS_CONSERVATION_H_
