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
 * @param {{moves?: number, leastShown?: number, options?: object, onFrame?: (entry: object) => void, released?: boolean}} [options]
 *   leastShown: the drag goes on, up to ten times as long, until so many settings were seen, however slow the machine is;
 *   released: the last setting is asked for once more, in the task after
 */
export async function drag(
  pipeline,
  image,
  canvas,
  chainAt,
  { moves = 60, leastShown = 0, options = {}, onFrame, released } = {},
) {
  const inputs = [];
  const frames = [];
  const outcomes = [];
  const fewSeen = () => new Set(frames.map(({ version }) => version)).size < leastShown;
  const finals = [];
  const settled = [];
  const ask = (move) => {
    inputs[move] ??= performance.now();
    outcomes[move] = 'pending';
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
  };
  for (let move = 0; move < moves || (move < 10 * moves && fewSeen()); ++move) {
    await frame();
    ask(move);
  }
  if (released) {
    await new Promise((done) => setTimeout(done));
    ask(inputs.length - 1);
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
