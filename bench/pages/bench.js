// What is measured, in one page, with every side of a comparison alive at the same time: they take turns, so that both meet the
// same machine. Results are closed after each run, so that every side reuses its buffers. Plain data comes out; the runner
// (bench/run.mjs) repeats, summarises and judges.
import { effectDescriptors, PipelineCoordinator } from '/dist/index.js';
import { drag, inputToVisible } from '/pages/drag.js';
import { scene } from '/pages/scene.js';

const sides = new Map();
let picture;

const chains = Object.fromEntries(effectDescriptors.map(({ name, exampleStep }) => [name, [exampleStep]]));
chains['all effects in one chain'] = effectDescriptors.map(({ exampleStep }) => exampleStep);
const blur = (sigma) => [{ effect: 'gaussian-blur', sigma }];
const blurSigma = 8;

/** The side of this name, made on first use: a coordinator with the scene in its memory. */
async function side(name) {
  if (!sides.has(name)) {
    const [mode, workers, traced] = name.split('-');
    const options = workers ? { mode, workers: Number(workers) } : { mode };
    const units = [];
    if (traced) options.telemetry = { onBatch: (batch) => units.push(...batch.units) };
    const pipeline = await PipelineCoordinator.create(options);
    if (pipeline.mode !== mode)
      throw new Error(`Expected the mode ${mode}, got ${pipeline.mode} (${pipeline.modeReason})`);
    await pipeline.ready;
    sides.set(name, { pipeline, units, image: await pipeline.importImage(picture) });
  }
  return sides.get(name);
}

/** Milliseconds of one render from call to result. */
async function timeRender({ pipeline, image }, chain) {
  const start = performance.now();
  const result = await pipeline.render(image, chain);
  const took = performance.now() - start;
  result.close();
  return took;
}

/** What takes long is told apart by few rounds: so many at least, and no new one after this time. */
const leastRounds = 3;
const enoughMs = 5000;

/** Renders by turns on the named sides; the order turns around every round. The first round is a warm-up. */
async function alternate(names, chain, rounds) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const end = performance.now() + enoughMs;
  for (let round = -1; round < rounds && (round < leastRounds || performance.now() < end); ++round) {
    for (const name of round % 2 ? [...names].reverse() : names) {
      const took = await timeRender(await side(name), chain);
      if (round >= 0) times[name].push(took);
    }
  }
  return times;
}

function canvasAtLevel(level) {
  const block = 1 << level;
  const size = { width: Math.ceil(picture.width / block), height: Math.ceil(picture.height / block) };
  return document.body.appendChild(Object.assign(document.createElement('canvas'), size));
}

/**
 * Drags of 60 moves into a canvas at a quarter of the size, each followed by the last preview alone; after every other one the last
 * setting is asked for again in the next task, as by a slider's `change`. Share of unit time whose result nobody wanted is part of
 * what comes out.
 */
async function drags(name, rounds) {
  const { pipeline, image } = await side(name);
  const canvas = canvasAtLevel(2);
  const result = { visible: [], toExact: [], released: [], undisturbed: [], wasted: [] };
  for (let round = 0; round < rounds; ++round) {
    const chainAt = (move) => blur(4 + round / 8 + move / 4);
    const before = pipeline.stats().counters;
    const released = round % 2 === 1;
    const record = await drag(pipeline, image, canvas, chainAt, { released });
    const { unitMs, unitMsWasted } = pipeline.stats().counters;
    result.wasted.push((unitMsWasted - before.unitMsWasted) / (unitMs - before.unitMs));
    result.visible.push(...inputToVisible(record));
    result[released ? 'released' : 'toExact'].push(record.finals.at(-1).at - record.inputs.at(-1));
    const start = performance.now();
    await pipeline.preview(image, chainAt(59.5), { to: canvas, budgetMs: Infinity }).outcome;
    result.undisturbed.push(performance.now() - start);
  }
  canvas.remove();
  return result;
}

/** Previews at a quarter of the size by turns: of a chain whose first step changes, and of one whose last step alone does. */
async function prefixes(name, rounds) {
  const { pipeline, image } = await side(name);
  const chainAt = (sigma, gamma) => [
    { effect: 'gaussian-blur', sigma },
    { effect: 'unsharp-mask' },
    { effect: 'levels', gamma },
  ];
  const scale = 1 / 4;
  const timed = async (slot, chain) => {
    const start = performance.now();
    const { frame } = await pipeline.preview(image, chain, { slot, scale, budgetMs: Infinity }).outcome;
    const took = performance.now() - start;
    frame.image.close();
    return took;
  };
  const before = pipeline.stats().prefixes.resumed;
  const result = { whole: [], last: [], resumed: 0 };
  for (let round = -2; round < rounds; ++round) {
    const whole = await timed('whole', chainAt(20 + (round + 2) / 16, 1.5));
    const last = await timed('last', chainAt(20, 1.5 + (round + 2) / 64));
    if (round < 0) continue;
    result.whole.push(whole);
    result.last.push(last);
  }
  result.resumed = pipeline.stats().prefixes.resumed - before;
  return result;
}

const later = (time) => new Promise((done) => setTimeout(done, time));

/**
 * Milliseconds from abort() to the end of the last unit, on the scene twice over, 5 to 12 ms after the call. Ends are read from the
 * trace afterwards: a page that looks all the time would take a processor from the workers that it measures.
 */
async function aborts(name, rounds) {
  const { pipeline, units } = await side(`${name}-${name === 'threads' ? 2 : ''}-traced`);
  const [width, height] = [picture.width, 2 * picture.height];
  const data = new Uint8ClampedArray(width * height * 4);
  data.set(picture.data);
  data.set(picture.data, picture.data.length);
  const image = await pipeline.importImage({ data, width, height });
  const latencies = [];
  for (let round = 0; latencies.length < rounds && round < 5 * rounds; ++round) {
    const controller = new AbortController();
    const { inUse } = pipeline.stats().buffers;
    units.length = 0;
    const settled = pipeline
      .render(image, blur(20 + (round % 100)), { signal: controller.signal })
      .then((result) => result.close())
      .catch(() => {});
    await later(5 + (round % 8));
    const start = performance.now();
    controller.abort();
    await settled;
    while (pipeline.stats().buffers.inUse > inUse) await later(2);
    await later(5);
    // Of a render that had begun: the first ones of all learn how long its units may be.
    if (round >= 5 && units.some((unit) => unit.start < start)) {
      latencies.push(Math.max(0, ...units.map((unit) => unit.end - start)));
    }
  }
  image.close();
  return latencies;
}

/** Milliseconds from create() to ready. */
async function timeStart(options) {
  const start = performance.now();
  const pipeline = await PipelineCoordinator.create(options);
  await pipeline.ready;
  const took = performance.now() - start;
  await pipeline.dispose();
  return took;
}

/** The same module with as many workers, by the least that a page can do: no choice, no checks, no fallback. */
async function timeBareStart({ workers }) {
  const start = performance.now();
  const [glueUrl, wasmUrl] = ['/dist/stopbath-threads.mjs', '/dist/stopbath-threads.wasm'];
  const wasmMemory = new WebAssembly.Memory({ initial: 256 * 16, maximum: 2048 * 16, shared: true });
  const [{ default: make }, wasm] = await Promise.all([
    import(glueUrl),
    WebAssembly.compileStreaming(fetch(wasmUrl)),
  ]);
  const module = await make({
    noExitRuntime: true,
    wasmMemory,
    mainScriptUrlOrBlob: new URL(glueUrl, location.href).href,
    locateFile: () => wasmUrl,
    instantiateWasm: (imports, receive) => {
      WebAssembly.instantiate(wasm, imports).then((instance) => receive(instance, wasm));
      return {};
    },
  });
  const engine = new module.Engine(workers, 2048);
  engine.spawnWorkers(workers);
  const word = new Int32Array(wasmMemory.buffer, engine.completionWord(), 1);
  for (;;) {
    const seen = Atomics.load(word, 0);
    if (engine.readyWorkers() >= workers) break;
    await Atomics.waitAsync(word, 0, seen).value;
  }
  const took = performance.now() - start;
  engine.shutdown();
  module.terminateRuntime();
  return took;
}

/** Milliseconds of starts, with warm caches after the first; beside the bare module when there are workers. */
async function starts(options, rounds) {
  const times = { ours: [], bare: [] };
  for (let round = -1; round < rounds; ++round) {
    const ours = await timeStart(options);
    const bare = options.workers ? await timeBareStart(options) : Number.NaN;
    if (round < 0) continue;
    times.ours.push(ours);
    times.bare.push(bare);
  }
  return times;
}

window.bench = {
  names: Object.keys(chains),
  setUp: (width, height) => {
    picture = { data: scene(width, height), width, height };
  },
  compare: (name, rounds) => alternate(['threads', 'single'], chains[name], rounds),
  telemetry: (rounds) => alternate(['threads-2', 'threads-2-traced'], blur(blurSigma), rounds),
  workers: (rounds) => alternate(['threads-1', 'threads-2'], blur(blurSigma), rounds),
  drags,
  prefixes,
  aborts,
  starts,
};
