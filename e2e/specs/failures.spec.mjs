// A failure names the request, what it asked for and where it stood; the engine and the page agree on who goes first.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;

/** Renders that run out of time while they wait, and while they run. */
async function failInPage(createOptions) {
  const { stopbath, image, outcomeOf, figures } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create({ ...createOptions, workers: 1 });
  const photo = await pipeline.importImage(image(4000, 3000));
  const other = await pipeline.importImage(image(64, 64));
  const ended = new Map();
  pipeline.addEventListener('taskend', ({ task }) => ended.set(task.request, task.outcome));
  const chain = [{ effect: 'median', radius: 3 }];
  const code = async (work) => {
    const { error } = await outcomeOf(work);
    return { code: error?.code, task: error?.task };
  };
  const running = code(pipeline.render(photo, chain, { runTimeout: 1 }));
  const twin = code(pipeline.render(photo, chain, { runTimeout: 1 }));
  const queued = code(pipeline.render(other, [{ effect: 'invert' }], { priority: 'background', timeout: 1 }));
  const refused = code(pipeline.render(other, [{ effect: 'invert' }], { urgency: 8 }));
  const result = {
    running: await running,
    twin: await twin,
    queued: await queued,
    refused: await refused,
  };
  result.outcomes = ['running', 'twin', 'queued'].map((name) => ended.get(result[name].task?.id));
  await pipeline.dispose();
  return { ...result, after: figures(pipeline) };
}

/** In which order equal renders come that were asked for with falling urgency numbers. */
async function orderInPage(createOptions) {
  const { stopbath, image, outcomeOf } = harness;
  const pipeline = await stopbath.PipelineCoordinator.create({ ...createOptions, workers: 1 });
  const photo = await pipeline.importImage(image(1500, 1000));
  const order = [];
  const blur = (sigma) => [{ effect: 'gaussian-blur', sigma }];
  const first = outcomeOf(pipeline.render(photo, blur(30)));
  const rest = [7, 6, 5, 4, 2, 1, 0].map(async (urgency) => {
    const { value } = await outcomeOf(pipeline.render(photo, blur(urgency + 1), { urgency }));
    order.push(urgency);
    value?.close();
  });
  await Promise.all([first, ...rest]);
  await pipeline.dispose();
  return order;
}

for (const createOptions of modes) {
  describe(`failures, ${createOptions.mode}`, () => {
    test('a deadline names its request, key, attempt and phase [R26][R28]', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const { running, twin, queued, refused, outcomes, after } = await page.evaluate(
        failInPage,
        createOptions,
      );
      assert.deepEqual(
        [running, twin, queued, refused].map(({ code }) => code),
        ['ERR_DEADLINE', 'ERR_DEADLINE', 'ERR_DEADLINE', 'ERR_INVALID_PARAMS'],
      );
      assert.deepEqual([running.task.attempt, running.task.phase], [1, 'running']);
      assert.equal(queued.task.attempt === 0, queued.task.phase === 'queued');
      assert.equal(twin.task.key, running.task.key);
      assert.notEqual(queued.task.key, running.task.key);
      assert.equal(new Set([running, twin, queued].map(({ task }) => task.id)).size, 3);
      assert.equal(refused.task, undefined);
      assert.deepEqual(outcomes, ['failed', 'failed', 'failed']);
      assert.equal(after.buffersInUse, 0);
    });

    test('among renders of one priority the more urgent come first [R31]', { timeout }, async (t) => {
      const { page } = await openPage(t);
      const order = await page.evaluate(orderInPage, createOptions);
      // Two lie on the board from the start: those that came first.
      assert.deepEqual(order.toSorted(), [0, 1, 2, 4, 5, 6, 7]);
      assert.ok(order.indexOf(0) < order.indexOf(4), `0 before 4 in ${order}`);
      assert.ok(order.indexOf(2) < order.indexOf(5), `2 before 5 in ${order}`);
    });
  });
}
