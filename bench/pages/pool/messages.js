// What a careful user writes by hand: workers that answer every message, and a promise per message number.

export async function makeMessages(count) {
  const pending = new Map();
  let last = 0;
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./messages.worker.js', import.meta.url));
    worker.onmessage = ({ data }) => {
      pending.get(data)();
      pending.delete(data);
    };
    return worker;
  });
  return {
    task: () =>
      new Promise((resolve) => {
        pending.set(++last, resolve);
        workers[last % workers.length].postMessage(last);
      }),
    close: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}
