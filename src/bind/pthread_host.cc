#include "bind/pthread_host.h"

#ifdef __EMSCRIPTEN_PTHREADS__

#include <emscripten.h>
#include <pthread.h>

extern "C" {

// In library_workers.js.
void stopbath_worker_main(void* seat);
void stopbath_terminate_runtime();

EMSCRIPTEN_KEEPALIVE void stopbath_serve(void* seat) {
  stopbath::serve(*static_cast<stopbath::WorkerSeat*>(seat));
}

EMSCRIPTEN_KEEPALIVE int stopbath_recover(void* seat) {
  return stopbath::recover(*static_cast<stopbath::WorkerSeat*>(seat));
}
}

namespace stopbath {
namespace {

// Kernels use little stack; an overflow would run into the heap unnoticed.
constexpr size_t kStackBytes = size_t{256} << 10;

void* enter(void* seat) {
  stopbath_worker_main(seat);
  return nullptr;
}

class PthreadHost final : public ThreadHost {
 public:
  bool start(int /*seat_index*/, WorkerSeat& seat) override {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, enter, &seat);
    pthread_attr_destroy(&attributes);
    return error == 0;
  }
};

}  // namespace

ThreadHost* pthread_host() {
  static PthreadHost host;
  return &host;
}

void terminate_runtime() { stopbath_terminate_runtime(); }

}  // namespace stopbath

#else

namespace stopbath {

ThreadHost* pthread_host() { return nullptr; }
void terminate_runtime() {}

}  // namespace stopbath

#endif
