// Workers as detached pthreads: what the wasm side of library_workers.js calls, and the host that
// starts and ends them.
#include "bind/pthread_host.h"

#ifdef __EMSCRIPTEN_PTHREADS__

#include <emscripten.h>
#include <pthread.h>

#include <array>

extern "C" {

// In library_workers.js.
void stopbath_worker_main(void* seat, int life);
int stopbath_random_word();
void stopbath_watch(void* seat, int life);
void stopbath_kill(pthread_t thread, void* seat, int life);
void stopbath_left(void* seat, int life);
void stopbath_terminate_runtime();

EMSCRIPTEN_KEEPALIVE void stopbath_serve(void* seat) {
  stopbath::serve(*static_cast<stopbath::WorkerSeat*>(seat));
}

EMSCRIPTEN_KEEPALIVE int stopbath_recover(void* seat) {
  return stopbath::recover(*static_cast<stopbath::WorkerSeat*>(seat));
}

EMSCRIPTEN_KEEPALIVE int stopbath_starting(const void* seat, int life) {
  const auto& of = *static_cast<const stopbath::WorkerSeat*>(seat);
  return of.life == static_cast<uint32_t>(life) && of.state == stopbath::SeatState::kStarting;
}

EMSCRIPTEN_KEEPALIVE void stopbath_gone(void* seat, int life) {
  stopbath::note_gone(*static_cast<stopbath::WorkerSeat*>(seat), static_cast<uint32_t>(life));
}

EMSCRIPTEN_KEEPALIVE void stopbath_buried(void* seat, int life) {
  stopbath::note_death(*static_cast<stopbath::WorkerSeat*>(seat), static_cast<uint32_t>(life));
}
}

namespace stopbath {
namespace {

// Kernels use little stack; an overflow would run into the heap unnoticed.
constexpr size_t kStackBytes = size_t{256} << 10;

void* enter(void* pointer) {
  auto* seat = static_cast<WorkerSeat*>(pointer);
  stopbath_worker_main(seat, static_cast<int>(seat->life.load()));
  return nullptr;
}

class PthreadHost final : public ThreadHost {
 public:
  bool start(int seat_index, WorkerSeat& seat) override {
    Thread& thread = threads_[static_cast<size_t>(seat_index)];
    thread.seat = &seat;
    // Names the worker's lock among all pages of the origin.
    seat.life = static_cast<uint32_t>(stopbath_random_word());
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    const int error = pthread_create(&thread.id, &attributes, enter, &seat);
    pthread_attr_destroy(&attributes);
    if (error != 0) return false;
    stopbath_watch(&seat, static_cast<int>(seat.life));
    return true;
  }
  void kill(int seat_index) override {
    const Thread& thread = threads_[static_cast<size_t>(seat_index)];
    stopbath_kill(thread.id, thread.seat, static_cast<int>(thread.seat->life.load()));
  }
  void left(int seat_index) override {
    const Thread& thread = threads_[static_cast<size_t>(seat_index)];
    stopbath_left(thread.seat, static_cast<int>(thread.seat->life));
  }

 private:
  struct Thread {
    pthread_t id{};
    WorkerSeat* seat = nullptr;
  };
  std::array<Thread, kSeats> threads_{};
};

}  // namespace

std::unique_ptr<ThreadHost> make_pthread_host() { return std::make_unique<PthreadHost>(); }

void terminate_runtime() { stopbath_terminate_runtime(); }

}  // namespace stopbath

#else

namespace stopbath {

std::unique_ptr<ThreadHost> make_pthread_host() { return nullptr; }
void terminate_runtime() {}

}  // namespace stopbath

#endif
