// Work under faults: a seeded mix of previews, renders, updates and aborts while workers hang, trap, stall, starve and die.
//
// `window.chaos` gives `storm` and `recover`. Both only report what happened; the spec judges.
import * as faults from './faults.js';

const { harness } = window;
const size = { width: 640, height: 400 };
const variants = 3;

const unhandled = [];
addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason?.stack ?? reason)));

/** Mulberry32: uniform numbers from 0 to 1, the same for the same seed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** FNV-1a over whole pixels: quick enough to look at every result. */
function digest(image) {
  return image.read((pixels) => {
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength >> 2);
    let hash = 0x811c9dc5;
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
    return hash >>> 0;
  });
}

/** Pictures that differ everywhere. */
function picture(variant) {
  const data = harness.scene(size.width, size.height);
  for (let i = 0; i < data.length; i++) data[i] ^= variant * 37;
  return data;
}

/** Chains whose cost runs from one sweep to several passes. */
const chains = Array.from({ length: 24 }, (_, n) => [
  { effect: 'levels', black: n },
  ...(n % 2
    ? [{ effect: 'gaussian-blur', sigma: 0.5 + n / 3 }]
    : [{ effect: 'saturation', amount: 1 + n / 24 }]),
  ...(n % 3 ? [] : [{ effect: 'sharpen' }]),
]);

/** What every chain makes of every picture, computed by the single build. */
async function references(stopbath) {
  const pipeline = await stopbath.PipelineCoordinator.create({ mode: 'single' });
  const table = [];
  for (let variant = 0; variant < variants; variant++) {
    const image = await pipeline.importImage({ data: picture(variant), ...size });
    table.push([]);
    for (const chain of chains) {
      const result = await pipeline.render(image, chain);
      table[variant].push(digest(result));
      result.close();
    }
    image.close();
  }
  await pipeline.dispose();
  return table;
}

/** Counts under names. */
class Tally {
  counts = {};
  add(name) {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }
}

/** Resolves as the promise does; rejects when that takes longer than anything here may. */
function bounded(promise, what, limitMs = 60_000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not settled after ${limitMs} ms: ${what}`)), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Runs `operations` operations with a fault about every `faultEveryMs`.
 * @param {{seed: number, operations: number, mostMs: number, faultEveryMs: number, menu: string[], most: Record<string, number>}} plan
 *   menu: kinds of fault; most: at most so many of a kind; mostMs: no operation starts later
 */
async function storm({ seed, operations, mostMs, faultEveryMs, menu, most = {}, workers = 3 }) {
  await harness.ready;
  const { stopbath, until, turn, figures } = harness;
  const random = generator(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const expected = await references(stopbath);
  const pipeline = await stopbath.PipelineCoordinator.create({
    ...faults.options,
    workers,
    memory: { initialMiB: 64, maximumMiB: 256 },
  });
  const outcomes = new Tally();
  const ordered = new Tally();
  const events = new Tally();
  const wrong = [];
  const strange = [];
  const open = new Set();
  let settlements = 0;
  let lies = 0;
  window.imgs = () => images;
  for (const type of ['workerlost', 'workerrestart', 'modechange']) {
    pipeline.addEventListener(type, () => {
      events.add(type);
      const worked = pipeline.stats().workers.ready > 0;
      if (type === 'modechange' && (pipeline.mode === 'threads') !== worked) lies++;
    });
  }

  const images = [];
  for (let n = 0; n < 4; n++) {
    images.push({
      image: await pipeline.importImage({ data: picture(n % variants), ...size }),
      variant: n % variants,
    });
  }

  const judge = (image, variant, chain, what) => {
    if (digest(image) !== expected[variant][chain]) wrong.push(what);
    image.close();
  };
  const start = performance.now();
  const settle = (promise, reason, what) => {
    let times = 0;
    const end = (name) => {
      if (++times > 1) strange.push(`${what} settled again`);
      settlements++;
      outcomes.add(name);
    };
    const done = bounded(promise, what).then(end, (error) => {
      if (error === reason) return end('aborted');
      if (error instanceof stopbath.PipelineError) return end(error.code);
      if (stopbath.isAbort(error)) return end('cancelled');
      end('strange');
      strange.push(`${what}: ${error?.stack ?? error}`);
    });
    open.add(done);
    done.finally(() => open.delete(done));
  };

  const operate = {
    render(n) {
      const { image, variant } = pick(images);
      const chain = Math.floor(random() * chains.length);
      const controller = new AbortController();
      const reason = { aborted: n };
      if (random() < 0.2) setTimeout(() => controller.abort(reason), random() * 30);
      const priority = pick(['user-visible', 'background', undefined]);
      settle(
        pipeline.render(image, chains[chain], { signal: controller.signal, priority }).then((result) => {
          judge(result, variant, chain, `render ${n} of picture ${variant}, chain ${chain}`);
          return 'rendered';
        }),
        reason,
        `render ${n}`,
      );
    },
    preview(n) {
      const { image, variant } = pick(images);
      const chain = Math.floor(random() * chains.length);
      const job = pipeline.preview(image, chains[chain], { slot: `view ${n % 3}`, scale: pick([1, 1, 0.5]) });
      if (random() < 0.1) setTimeout(() => job.cancel(), random() * 30);
      const frames = (async () => {
        for await (const { image: shown, exact, level } of job) {
          if (exact && level === 0)
            judge(shown, variant, chain, `preview ${n} of picture ${variant}, chain ${chain}`);
          else shown.close();
        }
      })();
      settle(
        Promise.all([frames, job.outcome]).then(([, { status }]) => status),
        undefined,
        `preview ${n}`,
      );
    },
    update() {
      const place = pick(images);
      const variant = Math.floor(random() * variants);
      try {
        place.image.update({ x: 0, y: 0, ...size }, picture(variant));
        place.variant = variant;
        outcomes.add('updated');
      } catch (error) {
        outcomes.add(`update ${error.code}`);
      }
      settlements++;
    },
    replace(n) {
      const at = Math.floor(random() * images.length);
      const variant = Math.floor(random() * variants);
      settle(
        pipeline.importImage({ data: picture(variant), ...size }).then((image) => {
          images[at].image.close();
          images[at] = { image, variant };
          return 'imported';
        }),
        undefined,
        `import ${n}`,
      );
    },
  };

  /** Takes all memory for a moment. */
  const starve = async () => {
    const hoard = [];
    for (;;) {
      const { value, code } = await harness.outcomeOf(
        pipeline.importImage({ data: new Uint8Array(2048 * 2048 * 4), width: 2048, height: 2048 }),
      );
      if (!value) {
        outcomes.add(`starved: ${code}`);
        break;
      }
      hoard.push(value);
    }
    await new Promise((done) => setTimeout(done, 100));
    for (const image of hoard) image.close();
  };

  let storming = true;
  const weather = (async () => {
    while (storming) {
      await new Promise((done) => setTimeout(done, faultEveryMs * (0.5 + random())));
      if (!storming) break;
      const kind = pick(menu);
      if ((ordered.counts[kind] ?? 0) >= (most[kind] ?? Infinity)) continue;
      ordered.add(kind);
      if (kind === 'kill') void faults.kill();
      else if (kind === 'starve') await starve();
      else faults.order(kind, { holding: random() < 0.8, ms: 3500 });
    }
  })();

  let done = 0;
  for (let n = 0; n < operations && performance.now() - start < mostMs; n++) {
    done++;
    const dice = random();
    if (dice < 0.55) operate.preview(n);
    else if (dice < 0.95) operate.render(n);
    else if (dice < 0.97) operate.update(n);
    else operate.replace(n);
    if (n % 4 === 3) await turn();
    while (open.size > 40) await Promise.race(open);
  }
  storming = false;
  faults.withdraw();
  await weather;
  await Promise.all(open);
  const stormMs = performance.now() - start;

  // Afterwards everything is as it was: workers work, bytes are right, nothing is held.
  const healed = performance.now();
  let health = 'healthy';
  const well = async () => {
    const { image, variant } = images[0];
    const result = await harness.outcomeOf(pipeline.render(image, chains[1], {}));
    if (result.value) judge(result.value, variant, 1, 'a render after the storm');
    const { ready } = pipeline.stats().workers;
    return pipeline.mode === 'threads' && ready === workers && result.ok;
  };
  await until(well, 'the pool to be whole again', 120_000).catch((error) => {
    health = `${error.message}; ${JSON.stringify(pipeline.stats())}`;
  });
  const healMs = performance.now() - healed;
  for (const { image } of images) image.close();
  await until(() => figures(pipeline).buffersInUse === 0, 'buffers to come back', 15_000).catch(() => {});
  const { buffersInUse, requestsLive, longestTaskMs } = figures(pipeline);
  const { counters, workers: pool } = pipeline.stats();
  await bounded(pipeline.dispose(), 'dispose');
  await turn();
  return {
    operations: done,
    settlements,
    outcomes: outcomes.counts,
    ordered: ordered.counts,
    taken: faults.taken(),
    events: events.counts,
    wrong,
    strange,
    unhandled,
    lies,
    health,
    stormMs,
    healMs,
    buffersInUse,
    undead: pool.live - pool.ready,
    requestsLive,
    longestTaskMs,
    counters,
  };
}

/** A pipeline under faults with one image that can be had again, and the right bytes of one chain on it. */
async function patient() {
  await harness.ready;
  const { PipelineCoordinator } = harness.stopbath;
  const memory = { initialMiB: 64, maximumMiB: 256 };
  const pipeline = await PipelineCoordinator.create({ ...faults.options, workers: 2, memory });
  const source = { data: picture(1), ...size };
  const image = await pipeline.importImage(source, { reload: () => source });
  /** Renders chain `n`, whose bytes are known from before any fault. */
  const known = [];
  const good = async (n = 0) => {
    const { value, code } = await harness.outcomeOf(pipeline.render(image, chains[n]));
    if (!value) return code;
    known[n] ??= digest(value);
    const right = digest(value) === known[n];
    value.close();
    return right ? 'right' : 'wrong bytes';
  };
  for (let n = 0; n < 8; n++) await good(n);
  return { pipeline, source, image, good };
}

/** What becomes of the job that a fault hits, of the next one, and how long until the pool is whole: one row per fault. */
async function recover(menu) {
  const { pipeline, good: render } = await patient();
  const rows = [];
  for (const [n, kind] of menu.entries()) {
    const good = () => render(n); // a chain of its own: one that is there at two losses is poisoned
    const before = faults.taken();
    let hoard = [];
    if (kind === 'starve') {
      for (let full = false; !full; ) {
        const big = { data: new Uint8Array(2048 * 2048 * 4), width: 2048, height: 2048 };
        const { value } = await harness.outcomeOf(pipeline.importImage(big));
        full = value === undefined;
        if (value) hoard.push(value);
      }
    }
    const start = performance.now();
    const killed = kind === 'kill' ? faults.kill() : undefined;
    if (kind !== 'kill' && kind !== 'starve') faults.order(kind);
    let hit = await good();
    while (kind !== 'starve' && faults.taken() === before && performance.now() - start < 10_000)
      hit = await good();
    await killed;
    for (const image of hoard) image.close();
    hoard = [];
    const hitMs = performance.now() - start;
    const next = await good();
    const whole = () => pipeline.mode === 'threads' && pipeline.stats().workers.ready === 2;
    await harness.until(whole, 'the pool to be whole', 15_000).catch(() => {});
    rows.push({ kind, hit, next, hitMs, wholeMs: performance.now() - start, whole: whole() });
  }
  await bounded(pipeline.dispose(), 'dispose');
  return { rows, unhandled };
}

/** Traps the engine on the page's thread again and again, with one image that can be had again and one that cannot. */
async function crash(times) {
  const { pipeline, source, image, good } = await patient();
  const lost = await pipeline.importImage(source);
  const log = [];
  for (const type of ['realmrestart', 'modechange']) {
    pipeline.addEventListener(type, () => log.push(`${type} ${pipeline.mode} ${pipeline.modeReason}`));
  }
  const rows = [];
  for (let n = 0; n < times; n++) {
    const before = pipeline.stats().counters.realmsReplaced;
    const start = performance.now();
    const work = [good(), harness.outcomeOf(pipeline.render(lost, chains[2]))];
    faults.order('pageTrap');
    const [kept, { code }] = await Promise.all(work);
    await harness.until(() => pipeline.stats().counters.realmsReplaced > before, 'another realm');
    rows.push({ kept, lost: code, mode: pipeline.mode, ms: performance.now() - start });
  }
  await harness.until(() => pipeline.mode === 'threads', 'threads to be tried again', 20_000).catch(() => {});
  const after = [pipeline.mode, await good(), image.revision];
  const late = await harness.outcomeOf(pipeline.importImage(source));
  late.value?.close();
  image.close();
  lost.close();
  await harness.until(() => harness.figures(pipeline).buffersInUse === 0, 'buffers', 5000).catch(() => {});
  const { buffersInUse } = harness.figures(pipeline);
  await bounded(pipeline.dispose(), 'dispose');
  return { rows, log, after, late: late.ok, buffersInUse, unhandled };
}

window.chaos = {
  storm,
  recover,
  crash,
  generator,
  digest,
  picture,
  chains,
  size,
  references,
  faults,
  unhandled,
};
