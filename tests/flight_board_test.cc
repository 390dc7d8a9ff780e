// The board and the pool: claims, passes, cancellation, and the same work done by threads.
#include "workers/flight_board.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <random>
#include <vector>

#include "workers/parking.h"
#include "workers/worker_pool.h"
#if STOPBATH_THREADS
#include "workers/std_thread_host.h"
#endif

using namespace stopbath;

namespace {

// Counts how often each unit runs, and whether any ran before the pass before it had ended.
class CountingWork final : public UnitWork {
 public:
  explicit CountingWork(std::vector<int> units) : units_(std::move(units)) {
    for (int count : units_) {
      runs_.push_back(std::make_unique<std::atomic<int>[]>(static_cast<size_t>(count)));
      done_.push_back(std::make_unique<std::atomic<int>>(0));
    }
  }
  int pass_count() const override { return static_cast<int>(units_.size()); }
  int unit_count(int pass) const override { return units_[static_cast<size_t>(pass)]; }
  size_t scratch_bytes() const override { return 64; }
  void run_unit(int pass, int unit, uint8_t* scratch) const noexcept override {
    if (pass > 0 && *done_[static_cast<size_t>(pass) - 1] != unit_count(pass - 1)) ++early_;
    scratch[0] = static_cast<uint8_t>(unit);
    ++runs_[static_cast<size_t>(pass)][static_cast<size_t>(unit)];
    ++*done_[static_cast<size_t>(pass)];
  }
  bool each_ran_once() const {
    for (size_t pass = 0; pass < units_.size(); ++pass) {
      for (int unit = 0; unit < units_[pass]; ++unit) {
        if (runs_[pass][static_cast<size_t>(unit)] != 1) return false;
      }
    }
    return early_ == 0;
  }
  int total() const {
    int sum = 0;
    for (const auto& done : done_) sum += *done;
    return sum;
  }

 private:
  std::vector<int> units_;
  std::vector<std::unique_ptr<std::atomic<int>[]>> runs_;
  std::vector<std::unique_ptr<std::atomic<int>>> done_;
  mutable std::atomic<int> early_{0};
};

}  // namespace

TEST_CASE("board: every unit of every pass is claimed once, passes in order") {
  FlightBoard board;
  WorkerPool pool(board, nullptr);
  REQUIRE(pool.seat_host());
  const CountingWork work({5, 1, 7});
  board.publish(0, &work, 1);
  while (board.state(0) == FlightState::kRunning) pool.run_slice(0);
  CHECK(board.state(0) == FlightState::kPublished);
  CHECK(work.each_ran_once());
  CHECK_FALSE(pool.holds(0));
  CHECK_FALSE(board.has_runnable());
}

TEST_CASE(
    "board: the best rank is claimed first, a changed rank counts from the next unit on "
    "[R32][R35][R38]") {
  FlightBoard board;
  const CountingWork low({3});
  const CountingWork high({3});
  board.publish(0, &low, 20);
  board.publish(1, &high, 10);
  std::atomic<uint64_t> holding{0};
  Claim claim;
  REQUIRE(board.claim_best(holding, {}, claim));
  CHECK(claim.berth == 1);
  board.set_rank(0, 5);
  REQUIRE(board.claim_best(holding, {}, claim));
  CHECK(claim.berth == 0);
  CHECK_FALSE(board.claim_best(holding, {.rank_limit = 5}, claim));
}

TEST_CASE(
    "board: after cancel no unit starts, and the held one is seen until it ends [R18][R20][R22]") {
  FlightBoard board;
  const CountingWork work({4});
  board.publish(0, &work, 1);
  std::atomic<uint64_t> holding{0};
  Claim claim;
  REQUIRE(board.claim_best(holding, {}, claim));
  CHECK(board.cancel(0));
  CHECK_FALSE(board.cancel(0));
  CHECK(board.withdrawn(claim));
  CHECK(holding != 0);
  std::atomic<uint64_t> other{0};
  Claim none;
  CHECK_FALSE(board.claim_best(other, {}, none));
  CHECK(other == 0);
}

TEST_CASE("board: a berth that is used again stops a worker of its former flight [R18]") {
  FlightBoard board;
  const CountingWork first({4});
  const CountingWork second({4});
  board.publish(0, &first, 1);
  std::atomic<uint64_t> holding{0};
  Claim old_claim;
  REQUIRE(board.claim_best(holding, {}, old_claim));
  board.cancel(0);
  board.vacate(0);
  board.publish(0, &second, 1);
  CHECK(board.withdrawn(old_claim));
}

TEST_CASE("board: a published flight cannot be cancelled any more [R20]") {
  FlightBoard board;
  WorkerPool pool(board, nullptr);
  pool.seat_host();
  const CountingWork work({1});
  board.publish(0, &work, 1);
  pool.run_slice(1);
  CHECK_FALSE(board.cancel(0));
  CHECK(board.state(0) == FlightState::kPublished);
}

TEST_CASE("board: a unit that traps fails its flight and frees its worker") {
  FlightBoard board;
  const CountingWork work({3});
  board.publish(0, &work, 1);
  WorkerSeat seat;
  seat.board = &board;
  REQUIRE(board.claim_best(seat.holding, {}, seat.claim));
  CHECK(recover(seat));
  CHECK(board.state(0) == FlightState::kFailed);
  CHECK(seat.holding == 0);
  CHECK_FALSE(board.claim_best(seat.holding, {}, seat.claim));
}

#if STOPBATH_THREADS
TEST_CASE("pool: threads run every unit once while flights come, go and are cancelled") {
  FlightBoard board;
  StdThreadHost threads;
  WorkerPool pool(board, &threads);
  REQUIRE(pool.spawn(4) == 4);
  std::mt19937 random(7);
  struct Live {
    int berth;
    bool cancelled;
    std::unique_ptr<CountingWork> work;
  };
  std::vector<Live> live;
  int published = 0;
  int completed = 0;
  while (completed < 400) {
    const int berth = board.vacant();
    if (published < 400 && berth >= 0 && live.size() < 12) {
      std::vector<int> units(1 + random() % 3);
      for (int& count : units) count = 1 + static_cast<int>(random() % 40);
      auto work = std::make_unique<CountingWork>(units);
      board.publish(berth, work.get(), random() % 100);
      live.push_back({berth, false, std::move(work)});
      ++published;
    }
    for (size_t i = 0; i < live.size();) {
      Live& flight = live[i];
      if (!flight.cancelled && random() % 50 == 0) flight.cancelled = board.cancel(flight.berth);
      const bool done = board.state(flight.berth) == FlightState::kPublished;
      if (done) board.retire(flight.berth);
      if ((done || flight.cancelled) && !pool.holds(flight.berth)) {
        if (done) REQUIRE(flight.work->each_ran_once());
        const int ran = flight.work->total();
        board.vacate(flight.berth);
        REQUIRE(flight.work->total() == ran);
        live.erase(live.begin() + static_cast<ptrdiff_t>(i));
        ++completed;
      } else {
        ++i;
      }
    }
  }
  pool.dismiss();
  while (pool.counters().live > 0) std::this_thread::yield();
  const PoolCounters counters = pool.counters();
  CHECK(counters.units_started == counters.units_finished + counters.units_discarded);
}

// One unit, then two of which none ends before both have begun: the second takes another worker.
class MeetingWork final : public UnitWork {
 public:
  int pass_count() const override { return 2; }
  int unit_count(int pass) const override { return pass + 1; }
  size_t scratch_bytes() const override { return 0; }
  void run_unit(int pass, int /*unit*/, uint8_t* /*scratch*/) const noexcept override {
    begun_ += pass;
    while (pass == 1 && begun_ < 2) std::this_thread::yield();
  }

 private:
  mutable std::atomic<int> begun_{0};
};

TEST_CASE("pool: the hand-off to a worker that sleeps is measured [R40]") {
  FlightBoard board;
  StdThreadHost threads;
  WorkerPool pool(board, &threads);
  pool.spawn(2);
  while (pool.counters().ready < 2) std::this_thread::yield();
  CHECK(pool.hand_off_ns(-1) == -1);
  for (int i = 0; i < 100000 && pool.hand_off_ns(-1) < 0; ++i) {
    const MeetingWork work;  // while one runs the first unit the other one sleeps
    board.publish(0, &work, 1);
    while (board.state(0) == FlightState::kRunning || pool.holds(0)) std::this_thread::yield();
    board.retire(0);
    board.vacate(0);
  }
  CHECK(pool.hand_off_ns(-1) > 0);
  pool.dismiss();
}

TEST_CASE("pool: a worker that parked before the work came is woken [L-9]") {
  FlightBoard board;
  StdThreadHost threads;
  WorkerPool pool(board, &threads);
  pool.spawn(2);
  while (pool.counters().ready < 2) std::this_thread::yield();
  for (int i = 0; i < 2000; ++i) {
    const CountingWork work({2, 1});
    board.publish(0, &work, 1);
    uint32_t seen = board.completions().load();
    while (board.state(0) == FlightState::kRunning) {
      park(board.completions(), seen);
      seen = board.completions().load();
    }
    board.retire(0);
    while (pool.holds(0)) std::this_thread::yield();
    board.vacate(0);
    REQUIRE(work.each_ran_once());
  }
  pool.dismiss();
}
#endif
