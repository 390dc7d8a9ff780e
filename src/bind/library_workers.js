// What a worker thread does around the wasm loop: it catches a trap, gives the unit back as failed and serves on.
//
// A trap that left the thread would poison every later wait of the page's thread (Emscripten marks the runtime as
// crashed), so it never leaves. Linked into the threads build by --js-library.
addToLibrary({
  stopbath_worker_main__deps: ['$stackSave', '$stackRestore', 'stopbath_serve', 'stopbath_recover'],
  stopbath_worker_main: (seat) => {
    for (;;) {
      const stack = stackSave();
      try {
        _stopbath_serve(seat);
        return;
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
        stackRestore(stack);
        if (!_stopbath_recover(seat)) return;
      }
    }
  },

  stopbath_terminate_runtime__deps: ['$PThread'],
  stopbath_terminate_runtime: () => PThread.terminateRuntime(),
});
