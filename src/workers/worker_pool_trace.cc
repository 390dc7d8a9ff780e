// Rings for the workers of a pool that somebody traces [R70].
#include "workers/worker_pool.h"

namespace stopbath {

void WorkerPool::give_ring(int index) {
  if (rings_[index] == nullptr) rings_[index] = std::make_unique<TraceRing>();
  seats_[index].trace.store(rings_[index].get(), std::memory_order_release);
}

void WorkerPool::set_tracing(bool on) {
  tracing_ = on;
  for (int i = 0; i < kSeats; ++i) {
    const bool used = i == 0 ? host_seated_ : seats_[i].state.load() != SeatState::kVacant;
    if (!on) seats_[i].trace.store(nullptr, std::memory_order_relaxed);
    if (on && used) give_ring(i);
  }
}

}  // namespace stopbath
