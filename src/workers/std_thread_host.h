// Runs workers as std::thread, for native builds and tests. Joins them when it goes: dismiss the
// pool first.
#ifndef STOPBATH_WORKERS_STD_THREAD_HOST_H_
#define STOPBATH_WORKERS_STD_THREAD_HOST_H_

#include <thread>
#include <vector>

#include "workers/worker_pool.h"

namespace stopbath {

class StdThreadHost final : public ThreadHost {
 public:
  ~StdThreadHost() override {
    for (std::thread& thread : threads_) thread.join();
  }
  bool start(int /*seat_index*/, WorkerSeat& seat) override {
    threads_.emplace_back([&seat] { serve(seat); });
    return true;
  }
  // A std::thread cannot be ended from outside: a lost one leaves when its unit ends.
  void kill(int /*seat_index*/) override {}

 private:
  std::vector<std::thread> threads_;
};

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_STD_THREAD_HOST_H_
