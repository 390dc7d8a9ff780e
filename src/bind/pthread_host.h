// Runs workers as Emscripten pthreads, that is, as Web Workers on the shared memory. Threads build
// only.
#ifndef STOPBATH_BIND_PTHREAD_HOST_H_
#define STOPBATH_BIND_PTHREAD_HOST_H_

#include <memory>

#include "workers/worker_pool.h"

namespace stopbath {

// nullptr in the single build.
std::unique_ptr<ThreadHost> make_pthread_host();
// Ends every thread at once and lets go of the memory; nothing of this module may be called
// afterwards.
void terminate_runtime();

}  // namespace stopbath

#endif  // STOPBATH_BIND_PTHREAD_HOST_H_
