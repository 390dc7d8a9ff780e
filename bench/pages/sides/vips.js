// wasm-vips in a worker of its own, which times itself: the hop between page and worker is not counted against it.

/** @param {number} threads of libvips */
export async function makeVips(threads, { data, width, height }) {
  const worker = new Worker(new URL('./vips.worker.js', import.meta.url), { type: 'module' });
  const ask = (message) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data: answer }) =>
        answer.error ? reject(new Error(`wasm-vips: ${answer.error}`)) : resolve(answer.took);
      worker.onerror = (event) => reject(new Error(`wasm-vips: ${event.message}`));
      worker.postMessage(message);
    });
  await ask({ what: 'load', threads, data, width, height });
  return {
    supports: () => true,
    endToEnd: (operation) => ask({ what: 'endToEnd', operation }),
    compute: (operation) => ask({ what: 'compute', operation }),
    dispose: async () => worker.terminate(),
  };
}
