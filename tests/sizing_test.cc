// The size of the pool: the pure function on snapshots, then growth, retirement and the user's
// function on workers that the test moves by hand.
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <vector>

#include "effects/registry.h"
#include "manual_world.h"
#include "workers/pool_scaling.h"

using namespace stopbath;

namespace {

// Two of four workers, with a backlog that pays for a third.
PoolSnapshot busy_pool() {
  PoolSnapshot s;
  s.workers = s.busy = 2;
  s.warm = 1;
  s.max = 4;
  s.marginal_speedup = 1.5;
  s.backlog_ms = 300;
  s.start_ms = 30;
  s.idle_ms = 15000;
  return s;
}

PoolSnapshot calm_pool() {
  PoolSnapshot s;
  s.workers = 2;
  s.warm = 1;
  s.max = 4;
  s.start_ms = 30;
  s.idle_ms = 15000;
  s.spare_ms = 15000;
  return s;
}

// A pool that may grow and shrink; the first worker has answered.
struct SizedWorld : ManualWorld {
  explicit SizedWorld(const PoolLimits& limits) : ManualWorld(1, size_t{512} << 20) {
    pipeline.configure_pool(limits);
    now = 1000;
    step();
    answer_all();
  }
  void answer_all() {
    for (WorkerSeat* seat : threads.seats) {
      if (seat->state == SeatState::kStarting) answer(*seat);
    }
    step();
  }
  int ready() const { return pipeline.stats().pool.ready; }
  int live() const { return pipeline.stats().pool.live; }
  // Work for many workers and for long: another photo each time, so that nothing is joined.
  std::vector<RequestId> load(int count, Lane lane = Lane::kExport) {
    std::vector<RequestId> requests;
    now += 50;
    for (int i = 0; i < count; ++i) {
      pipeline.images().end_write(*pipeline.images().find(large()));
      const Chain blur{{find_effect("gaussian-blur"), {20.0}}};
      requests.push_back(pipeline.render(large(), blur, {.lane = lane}, now).value());
    }
    step();
    return requests;
  }
  void unload(const std::vector<RequestId>& requests) {
    for (RequestId request : requests) pipeline.cancel(request);
    step();
  }
  // Lets workers that were told to leave do so.
  void let_leave() {
    for (WorkerSeat* seat : threads.seats) {
      if (seat->state == SeatState::kLeaving) leave(*seat);
    }
    pass(50);
  }
  void pass(double ms) {
    now += ms;
    step();
  }
  // Grows to the most that the load asks for.
  void grow_to(int count) {
    const auto requests = load(40);
    for (int i = 0; i < 20 && ready() < count; ++i) {
      pass(50);
      answer_all();
    }
    REQUIRE(ready() == count);
    unload(requests);
  }

 private:
  ImageId large() {
    if (large_ == 0) {
      large_ = pipeline.images().create(1500, 1000).value();
      pipeline.images().find(large_)->sealed = true;
    }
    return large_;
  }
  ImageId large_ = 0;
};

}  // namespace

TEST_CASE(
    "sizing: scaling is a pure function of a snapshot, in steps of one, with a reason [R66]") {
  const auto decided = [](const PoolSnapshot& s) {
    const ScaleDecision first = scale(s);
    const ScaleDecision again = scale(s);
    CHECK((first.workers == again.workers && first.reason == again.reason));
    return std::pair(first.workers - s.workers, first.reason);
  };
  PoolSnapshot s = busy_pool();
  CHECK(decided(s) == std::pair(1, ScaleReason::kDemand));
  SECTION("not above the most") {
    s.max = 2;
    CHECK(decided(s).first == 0);
  }
  SECTION("not when the start costs more than it saves") {
    s.backlog_ms = 80;
    CHECK(decided(s) == std::pair(0, ScaleReason::kEnough));
    SECTION("unless a lane suffers from busy workers") {
      s.utilisation = 0.9;
      s.wait_p95_ms[0] = 50;
      CHECK(decided(s) == std::pair(1, ScaleReason::kDemand));
      s.utilisation = 0.5;
      CHECK(decided(s).first == 0);
    }
  }
  SECTION("not when one more would not help") {
    s.marginal_speedup = 1;
    CHECK(decided(s).first == 0);
  }
  SECTION("not when memory is short, workers were lost, nobody looks or the circuit is open") {
    s.heap_fill = 0.95;
    CHECK(decided(s) == std::pair(0, ScaleReason::kMemory));
    s.heap_fill = 0.5;
    s.memory_pressure = true;
    CHECK(decided(s) == std::pair(0, ScaleReason::kMemory));
    s.memory_pressure = false;
    s.recent_losses = 1;
    CHECK(decided(s) == std::pair(0, ScaleReason::kLosses));
    s.recent_losses = 0;
    s.page_visible = false;
    CHECK(decided(s) == std::pair(0, ScaleReason::kHidden));
    s.circuit_open = true;
    CHECK(decided(s) == std::pair(0, ScaleReason::kCircuit));
  }
  SECTION("down after a calm, or at once when memory is short") {
    s = calm_pool();
    CHECK(decided(s) == std::pair(-1, ScaleReason::kIdle));
    s.spare_ms = 14000;
    CHECK(decided(s).first == 0);
    s.heap_fill = 0.95;
    CHECK(decided(s) == std::pair(-1, ScaleReason::kMemory));
  }
  SECTION("up to the warm ones whatever the load, never below them [R65]") {
    s = calm_pool();
    s.warm = 2;
    CHECK(decided(s).first == 0);
    s.warm = 3;
    CHECK(decided(s) == std::pair(1, ScaleReason::kWarm));
  }
}

TEST_CASE("sizing: one more worker speeds up what has units for it [R66]") {
  CHECK(marginal_speedup(0, 2) == 1);
  CHECK(marginal_speedup(2, 2) == 1);
  CHECK(marginal_speedup(4, 2) == 1);
  CHECK(marginal_speedup(6, 2) == 1.5);
  CHECK(marginal_speedup(2, 1) == 2);
  CHECK(marginal_speedup(60, 5) == 1.2);
}

TEST_CASE("sizing: the warm workers start when the first has answered and nothing is to do [R65]") {
  ManualWorld w(0);
  w.pipeline.configure_pool({.warm = 3, .max = 3});
  w.pipeline.start_workers(1);
  w.now = 5;
  w.step();
  CHECK(w.threads.seats.size() == 1);
  answer(*w.threads.seats[0]);
  for (int i = 0; i < 5; ++i) {
    w.step();
    w.now = w.pipeline.next_wake_ms(w.now);
    if (w.threads.seats.size() == 3) break;
  }
  CHECK(w.threads.seats.size() == 3);
}

TEST_CASE("sizing: the pool grows while the backlog pays for it, one start at a time [R65]") {
  SizedWorld w({.warm = 1, .max = 3});
  CHECK(w.live() == 1);
  w.load(40);
  CHECK(w.live() == 2);
  w.pass(100);
  CHECK(w.live() == 2);  // the start is under way
  w.answer_all();
  w.pass(100);
  w.answer_all();
  CHECK(w.ready() == 3);
  w.pass(100);
  CHECK(w.live() == 3);
  CHECK(w.pipeline.stats().scaling.grown == 2);
  CHECK(w.pipeline.stats().scaling.reasons[size_t(ScaleReason::kDemand)] == 2);
}

TEST_CASE("sizing: a page that nobody sees does not grow its pool [R66]") {
  SizedWorld w({.warm = 1, .max = 3});
  w.pipeline.set_page_visible(false);
  w.load(40);
  CHECK(w.live() == 1);
  CHECK(w.pipeline.stats().scaling.last == ScaleReason::kHidden);
  w.pipeline.set_page_visible(true);
  w.pass(100);
  CHECK(w.live() == 2);
}

TEST_CASE("sizing: idle workers retire one at a time, the last started first [R65][R165]") {
  SizedWorld w({.warm = 1, .max = 3, .idle_ms = 2000});
  w.grow_to(3);
  w.pass(1900);
  CHECK(w.pipeline.stats().pool.leaving == 0);
  w.pass(200);
  CHECK(w.pipeline.stats().pool.leaving == 1);
  CHECK(w.threads.seats[2]->state == SeatState::kLeaving);
  w.pass(5000);
  CHECK(w.pipeline.stats().pool.leaving == 1);  // the next one waits for it
  w.let_leave();
  CHECK(w.threads.seats[1]->state == SeatState::kLeaving);
  SECTION("never below the minimum") {
    w.let_leave();
    CHECK(w.live() == 1);
    for (int i = 0; i < 100; ++i) w.pass(1000);
    CHECK(w.live() == 1);
    CHECK(w.pipeline.stats().scaling.retired == 2);
    CHECK(w.threads.killed.empty());
  }
  SECTION("a retired worker's seat is used again") {
    w.let_leave();
    w.load(40);
    CHECK(w.live() == 2);
    CHECK(w.threads.indices[3] == w.threads.indices[1]);
  }
}

TEST_CASE("sizing: nobody retires while something is queued [R65][R165]") {
  SizedWorld w({.warm = 1, .max = 2, .idle_ms = 500});
  w.grow_to(2);
  w.pipeline.ask_user(true);
  w.load(40);
  for (int i = 0; i < 40; ++i) {
    if (w.pipeline.take_question()) w.pipeline.answer_scale(1);
    w.pass(100);
    REQUIRE(w.pipeline.stats().queued_flights > 0);
    REQUIRE(w.pipeline.stats().pool.leaving == 0);
  }
}

TEST_CASE("sizing: the page wakes for a retirement that is due, and for nothing after it [R167]") {
  SizedWorld w({.warm = 1, .max = 2, .idle_ms = 2000});
  w.grow_to(2);
  const double due = w.pipeline.next_wake_ms(w.now);
  CHECK(due > w.now + 1000);
  CHECK(due <= w.now + 2001);
  w.now = due;
  w.step();
  CHECK(w.pipeline.stats().pool.leaving == 1);
  w.let_leave();
  CHECK(w.pipeline.next_wake_ms(w.now) == kNever);
}

TEST_CASE(
    "sizing: a worker that is needed soon after a retirement makes the next one wait longer "
    "[R65][R166]") {
  SizedWorld w({.warm = 1, .max = 2, .idle_ms = 2000});
  w.grow_to(2);
  w.pass(2100);
  w.let_leave();
  REQUIRE(w.live() == 1);
  w.grow_to(2);
  w.pass(2100);
  CHECK(w.live() == 2);
  CHECK(w.pipeline.stats().pool.leaving == 0);
  w.pass(2000);
  CHECK(w.pipeline.stats().pool.leaving == 1);
}

TEST_CASE(
    "sizing: a worker that dies while it retires is noticed, and nobody replaces it "
    "[R65][R168]") {
  SizedWorld w({.warm = 1, .max = 2, .idle_ms = 2000});
  w.grow_to(2);
  w.pass(2100);
  REQUIRE(w.pipeline.stats().pool.leaving == 1);
  w.ticks(12);
  CHECK(w.threads.killed == std::vector<int>{w.threads.indices[1]});
  CHECK(w.threads.seats.size() == 2);
  note_death(*w.threads.seats[1], w.threads.seats[1]->life);
  w.step();
  CHECK(w.live() == 1);
}

TEST_CASE("sizing: a start that failed is not repeated at once [R61][R65]") {
  ManualWorld w(1);
  w.pipeline.configure_pool({.warm = 2, .max = 2});
  w.ticks(1);
  REQUIRE(w.threads.seats.size() == 2);
  w.ticks(45);  // the second never answers
  CHECK(w.pipeline.stats().pool.lost == 1);
  CHECK(w.threads.seats.size() == 2);
  w.now += 31000;
  w.step();
  CHECK(w.threads.seats.size() == 3);
}

TEST_CASE(
    "sizing: a user's function decides within the limits, its failure means the default "
    "[R66]") {
  SizedWorld w({.warm = 1, .max = 3});
  w.pipeline.ask_user(true);
  const auto requests = w.load(40);
  CHECK(w.live() == 1);  // nothing happens before the answer
  const auto question = w.pipeline.take_question();
  REQUIRE(question);
  CHECK(question->workers == 1);
  CHECK(question->backlog_ms > question->start_ms);
  CHECK_FALSE(w.pipeline.take_question());
  SECTION("fewer than the default") {
    w.pipeline.answer_scale(1);
    w.pass(50);
    CHECK(w.live() == 1);
  }
  SECTION("far more: one step") {
    w.pipeline.answer_scale(100);
    w.step();
    CHECK(w.live() == 2);
    CHECK(w.pipeline.stats().scaling.last == ScaleReason::kWish);
  }
  SECTION("nothing: the default") {
    w.pipeline.answer_scale(std::nullopt);
    w.step();
    CHECK(w.live() == 2);
    CHECK(w.pipeline.stats().scaling.last == ScaleReason::kDemand);
  }
  SECTION("not a number that counts workers: the default") {
    w.pipeline.answer_scale(std::numeric_limits<double>::quiet_NaN());
    w.step();
    CHECK(w.pipeline.stats().scaling.last == ScaleReason::kDemand);
  }
}

TEST_CASE("sizing: warming up starts all workers at once, idleness takes them back [R65]") {
  SizedWorld w({.warm = 1, .max = 4, .idle_ms = 2000});
  w.pipeline.warm_up_pool(w.now);
  CHECK(w.live() == 4);
  w.answer_all();
  for (int i = 0; i < 20; ++i) {
    w.pass(2100);
    w.let_leave();
  }
  CHECK(w.live() == 1);
}

TEST_CASE("sizing: an open circuit leaves all starts to the probe [R66][I-18]") {
  SizedWorld w({.warm = 2, .max = 3});
  w.pass(10);
  w.answer_all();
  w.threads.refuses = true;
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  w.render();
  for (size_t worker : {0, 1}) {
    w.begin(worker);
    w.ticks(12);
  }
  w.ticks(12);
  REQUIRE(w.heard(PoolEvent::kCircuitOpened) == 1);
  w.threads.refuses = false;
  const size_t seats = w.threads.seats.size();
  w.ticks(4);
  w.load(40);
  CHECK(w.threads.seats.size() == seats);
}
