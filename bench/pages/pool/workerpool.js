// workerpool, with a worker script of its own as its manual advises.

async function load() {
  if (!globalThis.workerpool) {
    const script = Object.assign(document.createElement('script'), {
      src: '/packages/workerpool/dist/workerpool.js',
    });
    await new Promise((done, failed) => {
      Object.assign(script, { onload: done, onerror: failed });
      document.head.append(script);
    });
  }
  return globalThis.workerpool;
}

export async function makeWorkerpool(count) {
  const library = await load();
  const pool = library.pool(new URL('./workerpool.worker.js', import.meta.url).href, {
    minWorkers: count,
    maxWorkers: count,
  });
  return { task: () => pool.exec('empty'), close: () => pool.terminate(true) };
}
