// What is put on canvases in which task, and what that takes when nothing disturbs it: so that a test can judge how long the
// page is held without a clock that another process may stretch.

/** Callbacks that begin a task of the library's: messages and timers. */
function countTasks() {
  let task = 0;
  const next = (callback, self, args) => {
    task++;
    return callback.apply(self, args);
  };
  const { set, ...rest } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
  Object.defineProperty(MessagePort.prototype, 'onmessage', {
    ...rest,
    set(handler) {
      set.call(this, (...args) => next(handler, this, args));
    },
  });
  const { setTimeout } = window;
  window.setTimeout = (callback, ...more) =>
    setTimeout((...args) => next(callback, undefined, args), ...more);
  return () => task;
}

/**
 * Watches `putImageData` from now on. Install it before the pipeline is made, which keeps its message port.
 * @returns {{puts: {canvas: HTMLCanvasElement, task: number, bytes: number}[], bytesByTask: () => number[]}}
 */
export function watchPuts() {
  const taskNow = countTasks();
  const puts = [];
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (image, x, y, ...dirty) {
    const [, , width = image.width, height = image.height] = dirty;
    puts.push({ canvas: this.canvas, task: taskNow(), bytes: width * height * 4 });
    return putImageData.call(this, image, x, y, ...dirty);
  };
  return {
    puts,
    bytesByTask: () => {
      const sums = new Map();
      for (const { task, bytes } of puts) sums.set(task, (sums.get(task) ?? 0) + bytes);
      return [...sums.values()];
    },
  };
}

/** Milliseconds of the best of `count` copies of a megabyte, each to and from other places, onto the canvas, which has been drawn on. */
export function putMs(canvas, count = 64) {
  const context = canvas.getContext('2d');
  const rows = Math.max(1, Math.round((1 << 18) / canvas.width));
  const band = new ImageData(canvas.width, rows);
  const size = band.data.length;
  const heap = new Uint8ClampedArray(size * count).fill(1);
  let best = Infinity;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    band.data.set(heap.subarray(i * size, (i + 1) * size));
    context.putImageData(band, 0, (i * rows) % (canvas.height - rows));
    best = Math.min(best, performance.now() - start);
  }
  return (best * (1 << 20)) / size;
}
