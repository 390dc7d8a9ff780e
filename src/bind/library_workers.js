// The JavaScript around the wasm loop of a worker, and the page's means to end a worker. Linked by --js-library.
//
// A trap never leaves the worker: one that did would poison every later wait of the page's thread (Emscripten marks the
// runtime as crashed). The unit is given back as failed and the worker serves on. Whatever else a unit throws, such as the
// RangeError of a stack that is used up, counts as a trap.
//
// Worker.terminate() is no immediate kill: a hung loop may run on for seconds, in one engine for ever. Every worker holds a
// Web Lock while it lives, so the page that asks for the same lock learns when it is really dead.
// The page asks as soon as the worker has its lock, so a worker that somebody else ends, or the browser, is missed at once.
// Should one be told dead that only sleeps, it finds another life in its seat when it wakes, and leaves.
addToLibrary({
  $stopbathLife: { ended: false },

  stopbath_worker_main__deps: [
    '$stackSave',
    '$stackRestore',
    '$runtimeKeepalivePush',
    '$runtimeKeepalivePop',
    '_emscripten_thread_exit',
    'stopbath_serve',
    'stopbath_recover',
  ],
  stopbath_worker_main: (seat, life) => {
    const serve = () => {
      for (;;) {
        const stack = stackSave();
        try {
          _stopbath_serve(seat);
          return;
        } catch {
          stackRestore(stack);
          if (!_stopbath_recover(seat)) return;
        }
      }
    };
    // After this nothing runs on the thread's stack: the page frees it and ends the worker, see stopbath_left.
    let alive = false;
    const live = () => {
      alive = true;
      serve();
      runtimeKeepalivePop();
      __emscripten_thread_exit(0);
    };
    const locks = globalThis.navigator?.locks;
    if (!locks) return serve(); // the thread ends when it returns
    runtimeKeepalivePush();
    // A worker that is ended loses its lock, which rejects this too: it must not begin to serve again on its way out.
    locks.request(`stopbath-${life}-${seat}`, live).catch(() => alive || live());
  },

  // A thread that has ended leaves its Web Worker in Emscripten's list of spare ones; ended workers that are not known yet go
  // with the next call.
  stopbath_left__deps: ['$PThread', '$terminateWorker', '$stopbathLife'],
  stopbath_left: (seat, life) => {
    const endSpare = () => {
      if (stopbathLife.ended) return;
      for (const worker of PThread.unusedWorkers.splice(0)) terminateWorker(worker);
    };
    endSpare();
    // Granted when the worker's own hold of it is over, that is, after its thread has ended.
    globalThis.navigator?.locks?.request(`stopbath-${life}-${seat}`, () => setTimeout(endSpare));
  },

  // Asks for the worker's lock once the worker is seen to hold it: one that works without is not watched.
  stopbath_watch__deps: ['$stopbathLife', 'stopbath_starting', 'stopbath_gone'],
  stopbath_watch: (seat, life) => {
    const locks = globalThis.navigator?.locks;
    const name = `stopbath-${life}-${seat}`;
    const look = async () => {
      if (stopbathLife.ended) return;
      const starting = _stopbath_starting(seat, life);
      const { held } = await locks.query();
      if (stopbathLife.ended) return;
      if (held.some((lock) => lock.name === name)) {
        await locks.request(name, () => {
          if (!stopbathLife.ended) _stopbath_gone(seat, life);
        });
      } else if (starting) {
        later();
      }
    };
    const later = () => setTimeout(() => look().catch(() => {}), 100);
    if (locks?.query) later();
  },

  stopbath_random_word: () => (Math.random() * 0x7fffffff) | 0,

  stopbath_kill__deps: ['$PThread', '$terminateWorker', '$stopbathLife', 'stopbath_buried'],
  stopbath_kill: (thread, seat, life) => {
    const worker = PThread.pthreads[thread];
    if (!worker) return;
    terminateWorker(worker);
    delete PThread.pthreads[thread];
    worker.pthread_ptr = 0;
    globalThis.navigator?.locks?.request(`stopbath-${life}-${seat}`, () => {
      if (!stopbathLife.ended) _stopbath_buried(seat, life);
    });
  },

  stopbath_terminate_runtime__deps: ['$PThread', '$stopbathLife'],
  stopbath_terminate_runtime: () => {
    stopbathLife.ended = true;
    PThread.terminateRuntime();
  },
});
