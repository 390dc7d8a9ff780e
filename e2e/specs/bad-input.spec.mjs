// Bad input is refused before any work starts: a PipelineError with a code, a sentence that names what, the range and the value,
// and not one buffer more than before.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();

/** Each row: what is called (in the page), the code, and what the sentence must contain. */
const table = {
  'an image of no width': [
    'raw',
    { width: 0, height: 4 },
    'ERR_INVALID_PARAMS',
    ['source.width', '1 to 65535', '`0`'],
  ],
  'a negative height': [
    'raw',
    { width: 4, height: -4 },
    'ERR_INVALID_PARAMS',
    ['source.height', '1 to 65535', '-4'],
  ],
  'a fractional width': ['raw', { width: 1.5, height: 4 }, 'ERR_INVALID_PARAMS', ['source.width', '1.5']],
  'an enormous width': ['raw', { width: 65536, height: 1 }, 'ERR_INVALID_PARAMS', ['source.width', '65536']],
  'an astronomical height': [
    'raw',
    { width: 1, height: 2 ** 40 },
    'ERR_INVALID_PARAMS',
    ['source.height', '1099511627776'],
  ],
  'a width that is not a number': [
    'raw',
    { width: '4', height: 4 },
    'ERR_INVALID_PARAMS',
    ['source.width', '4', 'string'],
  ],
  'data that is too short': [
    'raw',
    { width: 4, height: 4, bytes: 63 },
    'ERR_INVALID_PARAMS',
    ['source.data', '64', '63'],
  ],
  'data that is too long': [
    'raw',
    { width: 4, height: 4, bytes: 65 },
    'ERR_INVALID_PARAMS',
    ['source.data', '64', '65'],
  ],
  'no data for 17 GB of pixels': [
    'raw',
    { width: 65535, height: 65535, bytes: 4 },
    'ERR_INVALID_PARAMS',
    ['source.data'],
  ],
  'a source that is null': ['source', 'null', 'ERR_UNSUPPORTED_INPUT|ERR_INVALID_PARAMS', ['null']],
  'a file that is no image': ['source', 'text file', 'ERR_UNSUPPORTED_INPUT', []],
  'a file that is cut off': ['source', 'broken file', 'ERR_UNSUPPORTED_INPUT', []],
  'an empty file': ['source', 'empty file', 'ERR_UNSUPPORTED_INPUT', []],
  'a closed bitmap': ['source', 'closed bitmap', 'ERR_UNSUPPORTED_INPUT|ERR_INVALID_PARAMS', []],
  'an empty canvas': ['source', 'empty canvas', 'ERR_UNSUPPORTED_INPUT|ERR_INVALID_PARAMS', []],
  'an unknown effect': [
    'chain',
    [{ effect: 'gaussian-blurr' }],
    'ERR_INVALID_PARAMS',
    ['gaussian-blurr', 'chain[0]'],
  ],
  'a negative sigma': ['blur', -1, 'ERR_INVALID_PARAMS', ['gaussian-blur.sigma', '0 to 250', '-1']],
  'a sigma above its range': ['blur', 251, 'ERR_INVALID_PARAMS', ['gaussian-blur.sigma', '0 to 250', '251']],
  'a sigma of NaN': ['blur', 'NaN', 'ERR_INVALID_PARAMS', ['gaussian-blur.sigma', 'NaN']],
  'an infinite sigma': ['blur', 'Infinity', 'ERR_INVALID_PARAMS', ['gaussian-blur.sigma', 'Infinity']],
  'a sigma given as text': [
    'chain',
    [{ effect: 'gaussian-blur', sigma: '3' }],
    'ERR_INVALID_PARAMS',
    ['sigma', 'string'],
  ],
  'an unknown parameter': [
    'chain',
    [{ effect: 'gaussian-blur', radius: 3 }],
    'ERR_INVALID_PARAMS',
    ['radius'],
  ],
  'parameters that contradict each other': [
    'chain',
    [{ effect: 'levels', black: 200, white: 100 }],
    'ERR_INVALID_PARAMS',
    ['levels.white', '200', '100'],
  ],
  'a chain that is no array': ['chain', { effect: 'invert' }, 'ERR_INVALID_PARAMS', ['chain']],
  'a step that is null': ['chain', [null], 'ERR_INVALID_PARAMS', ['chain[0]']],
  'a scale of zero': ['options', { scale: 0 }, 'ERR_INVALID_PARAMS', ['scale', '`0`']],
  'a slot without a name': ['options', { slot: '' }, 'ERR_INVALID_PARAMS', ['slot']],
  'a canvas that is none': ['options', { to: {} }, 'ERR_INVALID_PARAMS', ['to', 'Canvas']],
  'a timeout of minus one': ['options', { timeout: -1 }, 'ERR_INVALID_PARAMS', ['timeout', '-1']],
  'an unknown priority': [
    'options',
    { priority: 'urgent' },
    'ERR_INVALID_PARAMS',
    ['priority', 'user-visible', 'urgent'],
  ],
  'a signal that is none': ['options', { signal: 'stop' }, 'ERR_INVALID_PARAMS', ['signal']],
  'a render of a closed image': ['closed', 'render', 'ERR_CLOSED', []],
  'a preview of a closed image': ['closed', 'preview', 'ERR_CLOSED', []],
  'pixels of a closed image': ['closed', 'toImageData', 'ERR_CLOSED', []],
  'drawing a closed image': ['closed', 'drawTo', 'ERR_CLOSED', []],
  'reading a closed image': ['closed', 'read', 'ERR_CLOSED', []],
  'an update outside of the image': [
    'update',
    { x: 60, y: 0, width: 8, height: 8 },
    'ERR_INVALID_PARAMS',
    ['rect.width', '1 to 4', '`8`'],
  ],
  'an image of another pipeline': ['foreign', null, 'ERR_INVALID_PARAMS|ERR_CLOSED', []],
  'an import into a disposed pipeline': ['disposed', 'importImage', 'ERR_DISPOSED', []],
  'a render by a disposed pipeline': ['disposed', 'render', 'ERR_DISPOSED', []],
  'a preview by a disposed pipeline': ['disposed', 'preview', 'ERR_DISPOSED', []],
  'no workers': ['create', { workers: 0 }, 'ERR_INVALID_PARAMS', ['workers', '`0`']],
  'seventeen workers': ['create', { workers: 17 }, 'ERR_INVALID_PARAMS', ['workers', '16', '17']],
  'an unknown mode': ['create', { mode: 'fast' }, 'ERR_INVALID_PARAMS', ['mode', 'threads', 'fast']],
  'more memory than wasm has': [
    'create',
    { memory: { maximumMiB: 4096 } },
    'ERR_INVALID_PARAMS',
    ['memory', '4096'],
  ],
  'an image larger than the memory': ['memory', null, 'ERR_OUT_OF_MEMORY', []],
};

/** Runs every row in one page; plain outcomes by row, with the buffers in use before and after. */
async function runTable({ rows, createOptions }) {
  const { stopbath, image, canvasOf, plainOutcome, figures } = harness;
  const { PipelineCoordinator } = stopbath;
  const pipeline = await PipelineCoordinator.create(createOptions);
  const picture = await pipeline.importImage(image(64, 64));
  const foreignPipeline = await PipelineCoordinator.create(createOptions);
  const foreign = await foreignPipeline.importImage(image(64, 64));
  const disposed = await PipelineCoordinator.create(createOptions);
  const orphan = await disposed.importImage(image(64, 64));
  await disposed.dispose();
  const closed = await pipeline.importImage(image(8, 8));
  closed.close();
  const invert = [{ effect: 'invert' }];
  const painted = new OffscreenCanvas(64, 64);
  painted.getContext('2d').fillRect(0, 0, 32, 32);
  const png = await (await painted.convertToBlob()).arrayBuffer();
  const sources = {
    null: () => null,
    'text file': () => new File(['not an image'], 'notes.txt', { type: 'image/png' }),
    'broken file': () => new Blob([png.slice(0, 60)], { type: 'image/png' }),
    'empty file': () => new Blob([], { type: 'image/jpeg' }),
    'closed bitmap': async () => {
      const bitmap = await createImageBitmap(new ImageData(4, 4));
      bitmap.close();
      return bitmap;
    },
    'empty canvas': () => canvasOf(0, 0),
  };
  // A call may throw at once or reject: both count, and the outcome is looked at in one place.
  const calls = {
    raw: ({ width, height, bytes = 64 }) =>
      pipeline.importImage({ data: new Uint8Array(bytes), width, height }),
    source: async (name) => pipeline.importImage(await sources[name]()),
    chain: (chain) => pipeline.render(picture, chain),
    blur: (sigma) => pipeline.preview(picture, [{ effect: 'gaussian-blur', sigma: Number(sigma) }]).outcome,
    options: (options) => pipeline.preview(picture, invert, options).outcome,
    closed: (method) => {
      if (method === 'render') return pipeline.render(closed, invert);
      if (method === 'preview') return pipeline.preview(closed, invert).outcome;
      return closed[method](method === 'read' ? () => 0 : canvasOf(8, 8));
    },
    update: (rect) => picture.update(rect, new Uint8ClampedArray(256)),
    foreign: () => pipeline.render(foreign, invert),
    disposed: (method) => {
      if (method === 'importImage') return disposed.importImage(image(8, 8));
      return method === 'render' ? disposed.render(orphan, invert) : disposed.preview(orphan, invert).outcome;
    },
    create: (options) => PipelineCoordinator.create(options),
    memory: async () => {
      const small = await PipelineCoordinator.create({
        ...createOptions,
        memory: { initialMiB: 32, maximumMiB: 64 },
      });
      try {
        await small.importImage(image(5000, 4000, new Uint8ClampedArray(80_000_000)));
      } finally {
        await small.dispose();
      }
    },
  };
  const results = {};
  for (const [name, [call, argument]] of rows) {
    const before = figures(pipeline).buffersInUse;
    const outcome = await plainOutcome((async () => calls[call](argument))());
    results[name] = { ...outcome, leaked: figures(pipeline).buffersInUse - before };
  }
  const works = await plainOutcome(pipeline.render(picture, invert).then((result) => result.close()));
  await pipeline.dispose();
  await foreignPipeline.dispose();
  return { results, works };
}

for (const createOptions of modes) {
  describe(`bad input, ${createOptions.mode}`, () => {
    test('every row is refused with its code and sentence, and costs no buffer', {
      timeout: 120_000,
    }, async (t) => {
      const { page } = await openPage(t);
      const { results, works } = await page.evaluate(runTable, {
        rows: Object.entries(table),
        createOptions,
      });
      const faults = [];
      for (const [name, [, , codes, fragments]] of Object.entries(table)) {
        const { ok, typed, code, message, leaked } = results[name];
        const missing = fragments.filter((fragment) => !String(message).includes(fragment));
        if (ok || !typed || !codes.split('|').includes(code) || missing.length > 0 || leaked !== 0) {
          faults.push(
            `${name}: ${ok ? 'accepted' : `${code} "${message}"`}, missing ${JSON.stringify(missing)}, ${leaked} buffers`,
          );
        }
      }
      t.diagnostic(`${Object.keys(table).length} rows; as in: ${results['a sigma above its range'].message}`);
      assert.deepEqual(faults, []);
      assert.equal(works.ok, true, 'the pipeline still works afterwards');
    });
  });
}
