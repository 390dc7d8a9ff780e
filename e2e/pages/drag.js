// A slider drag as a person does it: one new setting per animation frame, all into the same canvas.
//
// Records what a person would see (which version became visible when) and what the calls came to (how each preview settled).

/** A new animation frame. */
const frame = () => new Promise((done) => requestAnimationFrame(done));

/**
 * Runs a drag and waits until every preview has settled.
 * @param {object} pipeline
 * @param {object} image
 * @param {HTMLCanvasElement} canvas
 * @param {(move: number) => object[]} chainAt the chain of move 0..moves-1
 * @param {{moves?: number, options?: object, onFrame?: (entry: object) => void}} [options]
 */
export async function drag(pipeline, image, canvas, chainAt, { moves = 60, options = {}, onFrame } = {}) {
  const inputs = [];
  const frames = [];
  const outcomes = new Array(moves).fill('pending');
  const finals = [];
  const settled = [];
  for (let move = 0; move < moves; ++move) {
    await frame();
    inputs.push(performance.now());
    const job = pipeline.preview(image, chainAt(move), { to: canvas, ...options });
    const frameDone = (async () => {
      for await (const { version, level, exact, width, height, timings } of job) {
        const entry = { move, version, level, exact, width, height, timings, at: performance.now() };
        frames.push(entry);
        onFrame?.(entry);
      }
    })();
    settled.push(
      frameDone.catch((error) => (outcomes[move] = `iteration rejected: ${error}`)),
      job.outcome.then(
        (outcome) => {
          outcomes[move] = outcome.status;
          if (outcome.status === 'final') finals.push({ move, at: performance.now() });
        },
        (error) => (outcomes[move] = `rejected: ${error}`),
      ),
    );
  }
  await Promise.all(settled);
  return { inputs, frames, outcomes, finals };
}

/** Milliseconds from each input to the first frame of its own or a newer setting. */
export function inputToVisible({ inputs, frames }) {
  return inputs.map((at, move) => {
    const seen = frames.filter((frame) => frame.move >= move).map((frame) => frame.at);
    return Math.min(...seen) - at;
  });
}

/**
 * Calls `look` after each drawing operation on `canvas`, with the context's own methods wrapped.
 * @returns {() => void} ends the watch
 */
export function watchDraws(canvas, look) {
  const names = [
    'putImageData',
    'drawImage',
    'transferFromImageBitmap',
    'texImage2D',
    'texSubImage2D',
    'drawArrays',
  ];
  const undo = [];
  for (const type of [
    CanvasRenderingContext2D,
    globalThis.ImageBitmapRenderingContext,
    globalThis.WebGL2RenderingContext,
  ]) {
    for (const name of names.filter((one) => type && Object.hasOwn(type.prototype, one))) {
      const original = type.prototype[name];
      type.prototype[name] = function (...args) {
        const result = original.apply(this, args);
        if (this.canvas === canvas) look();
        return result;
      };
      undo.push(() => (type.prototype[name] = original));
    }
  }
  return () => {
    for (const restore of undo) restore();
  };
}
