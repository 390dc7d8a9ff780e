// Real threads whose units block until the test lets them go: what is reserved, and who hears of
// the end.
#include <catch2/catch_test_macros.hpp>

#if STOPBATH_THREADS

#include <atomic>
#include <thread>

#include "workers/flight_board.h"
#include "workers/std_thread_host.h"
#include "workers/worker_pool.h"

using namespace stopbath;

namespace {

// One unit per worker; those that run while the gate is closed wait for it.
class GatedWork final : public UnitWork {
 public:
  explicit GatedWork(int units, bool open = false) : units_(units), open_(open) {}
  int pass_count() const override { return 1; }
  int unit_count(int) const override { return units_; }
  size_t scratch_bytes() const override { return 64; }
  void run_unit(int, int, uint8_t*) const noexcept override {
    entered_.fetch_add(1);
    entered_.notify_all();
    open_.wait(false);
  }
  void open() {
    open_ = true;
    open_.notify_all();
  }
  void await_entered(int count) const {
    for (int seen = entered_; seen < count; seen = entered_) entered_.wait(seen);
  }

 private:
  int units_;
  std::atomic<bool> open_;
  mutable std::atomic<int> entered_{0};
};

void dismiss(WorkerPool& pool) {
  pool.dismiss();
  while (pool.counters().live > 0) std::this_thread::yield();
}

}  // namespace

TEST_CASE(
    "threads: a unit that blocks keeps its berth after cancel, its late end frees it [R22][R57]") {
  FlightBoard board;
  StdThreadHost threads;
  WorkerPool pool(board, &threads);
  REQUIRE(pool.spawn(2) == 2);
  GatedWork hung(1);
  board.publish(0, &hung, 1);
  hung.await_entered(1);
  REQUIRE(board.cancel(0));
  CHECK(pool.holds(0));
  // The other worker goes on meanwhile.
  GatedWork next(1, true);
  board.publish(1, &next, 1);
  while (board.state(1) == FlightState::kRunning) std::this_thread::yield();
  CHECK(board.state(1) == FlightState::kPublished);
  CHECK(pool.holds(0));
  hung.open();
  while (pool.holds(0)) std::this_thread::yield();
  CHECK(board.state(0) == FlightState::kCancelled);
  board.vacate(0);
  dismiss(pool);
}

TEST_CASE(
    "threads: a worker that was given up ends its unit late, changes nothing and leaves "
    "[R30][R56]") {
  FlightBoard board;
  StdThreadHost threads;
  WorkerPool pool(board, &threads);
  REQUIRE(pool.spawn(1) == 1);
  GatedWork hung(2);
  board.publish(0, &hung, 1);
  hung.await_entered(1);
  REQUIRE(board.cancel(0));
  pool.give_up(1);
  CHECK(pool.counters().lost == 1);
  CHECK(pool.holds(0));
  REQUIRE(pool.spawn(1) == 1);
  GatedWork next(1, true);
  board.publish(1, &next, 1);
  while (board.state(1) == FlightState::kRunning) std::this_thread::yield();
  CHECK(pool.seat(2).finished == 1);
  hung.open();
  while (pool.counters().lost > 0) std::this_thread::yield();
  CHECK_FALSE(pool.holds(0));
  CHECK(pool.seat(1).discarded == 1);
  CHECK(pool.seat(1).state == SeatState::kLeft);
  dismiss(pool);
}

#endif
