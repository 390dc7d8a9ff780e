// Ours, twice. `render`: the public call on an image of one pixel with an empty chain; its result is an image, which is closed.
// `empty`: the request of the engine's host that computes nothing (`requestKind.empty`): the same way through registry, board, a
// worker's claim and the settlement, without a plan, buffers and a result.

import { EngineHost } from '/dist/engine-host.js';
import { PipelineCoordinator } from '/dist/index.js';
import { requestKind } from '/dist/native-engine.js';
import { startEngine } from '/dist/start-engine.js';
import { Turns } from '/dist/turns.js';

export async function makeRender(options) {
  const pipeline = await PipelineCoordinator.create(options);
  const image = await pipeline.importImage({ data: new Uint8ClampedArray(4), width: 1, height: 1 });
  return {
    task: async () => (await pipeline.render(image, [])).close(),
    close: () => pipeline.dispose(),
  };
}

const emptyTask = {
  wire: [],
  image: 0,
  kind: requestKind.empty,
  slot: 0,
  lane: 1,
  reduce: 0,
  budgetMs: 0,
  timeoutMs: 0,
  reject: false,
  queueTimeoutMs: 0,
  runTimeoutMs: 0,
  urgency: 3,
};

export async function makeEmpty(options) {
  const { module, engine, mode } = await startEngine(options);
  const host = new EngineHost(module, engine, mode === 'threads', new Turns());
  return {
    task: () =>
      new Promise((resolve, reject) => {
        host.submit(emptyTask, { frame: resolve, superseded: reject, failed: reject });
      }),
    close: () => host.shutdown(() => {}),
  };
}
