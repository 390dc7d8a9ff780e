// Supervision, rule by rule: workers are seats that the test moves by hand, time is a number that
// it raises.
#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "conservation.h"
#include "manual_world.h"
#include "plan_runner.h"

using namespace stopbath;
using World = ManualWorld;

namespace {

// The only worker is lost, the platform gives no other, and the host ends its work.
void host_takes_over(World& w) {
  w.threads.refuses = true;
  w.render();
  w.lose(0);
  REQUIRE(w.pipeline.pool().host_seated());
  w.pipeline.run_slice(5);
  w.step();
}

}  // namespace

TEST_CASE(
    "supervision: a unit without progress is noted, stopped, then its worker is replaced "
    "[R55][R56]") {
  World w(1);
  w.render();
  REQUIRE(w.begin(0));
  w.ticks(5);
  CHECK(w.pipeline.stats().stalls_noted == 1);
  CHECK(w.pipeline.stats().tasks.flights_retried == 0);
  w.ticks(4);
  CHECK(w.pipeline.stats().tasks.flights_retried == 1);
  CHECK(w.threads.killed.empty());
  w.ticks(2);
  CHECK(w.threads.killed == std::vector<int>{w.threads.indices[0]});
  CHECK(w.heard(PoolEvent::kWorkerLost) == 1);
  CHECK(w.heard(PoolEvent::kWorkerRestarted) == 1);
  // The replacement does the work.
  answer(*w.threads.seats[1]);
  REQUIRE(w.begin(1));
  w.finish(1);
  CHECK(w.pipeline.stats().tasks.delivered == 1);
}

TEST_CASE("supervision: ticks that come late raise no alarm [R55]") {
  World w(1);
  w.render();
  REQUIRE(w.begin(0));
  for (int i = 0; i < 50; ++i) {
    w.ticks(3);
    w.now += 60000;  // a hidden tab, a debugger, a frozen page
    w.step();
  }
  CHECK(w.pipeline.stats().stalls_noted == 0);
  CHECK(w.threads.killed.empty());
}

TEST_CASE("supervision: slow work that goes on is no hang, however long the queue is [R55]") {
  World w(1);
  w.render();
  for (int i = 0; i < 30; ++i) {
    REQUIRE(w.begin(0));
    w.ticks(3);
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    w.render();
    w.finish(0);
  }
  CHECK(w.pipeline.stats().stalls_noted == 0);
}

TEST_CASE("supervision: the wait for a worker's answer is not counted as idleness [R55]") {
  ManualThreads threads;
  CheckedCoordinator pipeline(size_t{64} << 20, &threads);
  pipeline.start_workers(1);
  const ImageId photo = pipeline.images().create(8, 8).value();
  pipeline.images().find(photo)->sealed = true;
  REQUIRE(pipeline.render(photo, {}, {}, 0).ok());
  double now = 0;
  const auto ticks = [&](int count) {
    for (int i = 0; i < count; ++i) pipeline.step(now += 250);
  };
  ticks(7);
  answer(*threads.seats[0]);
  ticks(7);
  CHECK(threads.killed.empty());
  ticks(3);
  CHECK(threads.killed.size() == 1);
}

TEST_CASE("supervision: a trap costs its flight and no worker [R8][R55]") {
  World w(1);
  const RequestId request = w.render();
  REQUIRE(w.begin(0));
  CHECK(recover(*w.threads.seats[0]));
  w.step();
  CHECK(w.failure(request) == Code::kTaskFailed);
  CHECK(w.pipeline.stats().pool.ready == 1);
  w.render();
  REQUIRE(w.begin(0));
  w.finish(0);
  CHECK(w.pipeline.stats().tasks.delivered == 1);
}

TEST_CASE("supervision: a new lane reaches units that have not started [R38]") {
  World w(1);
  w.render();
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  const RequestId second = w.render(Lane::kBackground);
  w.pipeline.set_lane(second, Lane::kInteractive);
  w.step();
  REQUIRE(w.begin(0));
  w.finish(0);
  REQUIRE(w.events.size() == 1);
  CHECK(w.events[0].outcome.request == second);
}

TEST_CASE("supervision: events of one step are in request order [R29]") {
  World w(1);
  const RequestId first =
      w.pipeline.render(w.photo, {}, {.lane = Lane::kBackground, .timeout_ms = 5}, w.now).value();
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  const RequestId second = w.render();
  REQUIRE(w.begin(0));
  w.now += 10;
  w.finish(0);  // a frame for the second one, then the end of the first one's time
  REQUIRE(w.events.size() == 2);
  CHECK(w.events[0].outcome.request == first);
  CHECK(w.events[1].outcome.request == second);
}

TEST_CASE(
    "supervision: an idle worker that takes nothing although units wait is replaced [R55][L-9]") {
  World w(1);
  w.render();
  w.ticks(10);
  CHECK(w.threads.killed.size() == 1);
  CHECK(w.pipeline.stats().workers_restarted == 1);
}

TEST_CASE(
    "supervision: what a lost worker holds stays reserved until it is known to be dead "
    "[R57][I-11]") {
  World w(1);
  const RequestId request = w.render();
  w.lose(0);
  w.pipeline.cancel(request);
  w.step();
  CHECK(w.pipeline.stats().ending_flights == 1);
  CHECK(w.pipeline.stats().buffers.in_use == 2);
  note_death(*w.threads.seats[0], w.threads.seats[0]->life + 7);  // of another life of the seat
  w.step();
  CHECK(w.pipeline.stats().ending_flights == 1);
  note_death(*w.threads.seats[0], w.threads.seats[0]->life);
  w.step();
  CHECK(w.pipeline.stats().ending_flights == 0);
  CHECK(w.pipeline.stats().buffers.in_use == 1);
}

TEST_CASE("supervision: the late end of a lost worker's unit changes nothing [R30][I-12]") {
  World w(1);
  w.render();
  w.lose(0);
  REQUIRE(w.begin(1));
  w.finish(0);
  CHECK(w.pipeline.stats().tasks.delivered == 0);
  w.finish(1);
  CHECK(w.pipeline.stats().tasks.delivered == 1);
}

TEST_CASE(
    "supervision: background work is not retried, a key present at two losses is poisoned [R60]") {
  World w(1);
  SECTION("background") {
    const RequestId request = w.render(Lane::kBackground);
    w.lose(0);
    CHECK(w.failure(request) == Code::kWorkerLost);
  }
  SECTION("poison") {
    const RequestId request = w.render();
    w.lose(0);
    CHECK(w.failure(request) == Code::kOk);
    w.lose(1);
    CHECK(w.failure(request) == Code::kPoisoned);
    CHECK(w.pipeline.render(w.photo, {}, {}, w.now).status().code() == Code::kPoisoned);
    CHECK(w.pipeline.render(w.photo, {}, {}, w.now + 60001).ok());
  }
}

TEST_CASE("supervision: a failure says which execution it was, and of what [R28]") {
  World w(1);
  const auto outcome_of = [&w](RequestId request) {
    REQUIRE(w.failure(request) != Code::kOk);
    for (const Event& event : w.events) {
      if (event.pool == PoolEvent::kNone && event.outcome.request == request) return event.outcome;
    }
    return Outcome();
  };
  const auto trap = [&w](size_t worker) {
    REQUIRE(w.begin(worker));
    REQUIRE(recover(*w.threads.seats[worker]));
    w.step();
  };
  const RequestId first = w.render();
  trap(0);
  CHECK(outcome_of(first).attempt == 1);
  CHECK(outcome_of(first).executing);
  const RequestId again = w.render();
  w.lose(0);
  trap(1);
  CHECK(outcome_of(again).attempt == 2);
  CHECK(outcome_of(again).executing);
  CHECK(outcome_of(again).key == outcome_of(first).key);

  w.photo = w.pipeline.images().create(2048, 512).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  const auto blur = [](double sigma) {
    return Chain{make_step("gaussian-blur", {{"sigma", sigma}})};
  };
  for (double sigma : {2.0, 3.0, 4.0}) w.render(Lane::kExport, blur(sigma));  // a board full
  const RequestId waiting =
      w.pipeline.render(w.photo, blur(5), {.queue_timeout_ms = 5}, w.now).value();
  w.step();
  w.now += 6;
  w.step();
  CHECK(outcome_of(waiting).attempt == 0);
  CHECK_FALSE(outcome_of(waiting).executing);
  CHECK(outcome_of(waiting).key != outcome_of(first).key);
}

TEST_CASE("supervision: a chain that hangs is poisoned also when it was aborted each time [R60]") {
  World w(1);
  for (size_t worker = 0; worker < 2; ++worker) {
    const RequestId request = w.render();
    REQUIRE(w.begin(worker));
    REQUIRE(w.pipeline.cancel(request));
    w.ticks(12);
    answer(*w.threads.seats.back());
  }
  CHECK(w.threads.killed.size() == 2);
  CHECK(w.pipeline.render(w.photo, {}, {}, w.now).status().code() == Code::kPoisoned);
}

TEST_CASE(
    "supervision: too many losses open the circuit, the host takes over, a probe closes it "
    "[R59][R159][L-10]") {
  World w(1);
  for (size_t worker = 0; worker < 4; ++worker) {
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));  // another key each time
    w.render(Lane::kBackground);
    w.lose(worker);
  }
  CHECK(w.pipeline.stats().workers_restarted == 3);
  CHECK(w.heard(PoolEvent::kCircuitOpened) == 1);
  REQUIRE(w.pipeline.pool().host_seated());
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  w.render();
  w.pipeline.run_slice(5);
  w.step();
  CHECK(w.pipeline.stats().tasks.delivered == 1);
  w.now += 6000;
  w.step();
  REQUIRE(w.threads.seats.size() == 5);
  answer(*w.threads.seats[4]);
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  w.render();
  CHECK(w.pipeline.run_slice(5));  // the host, awake already, leaves the first units to the probe
  CHECK(w.pipeline.run_slice(5));
  REQUIRE(w.begin(4));
  w.finish(4);
  w.step();
  CHECK(w.heard(PoolEvent::kCircuitClosed) == 1);
  CHECK_FALSE(w.pipeline.pool().host_seated());
}

TEST_CASE("supervision: the host waits for a probe that does not wake up for a moment only [R59]") {
  World w(1);
  host_takes_over(w);
  w.threads.refuses = false;
  w.now += 6000;
  w.step();
  answer(*w.threads.seats[1]);
  for (int frame = 0; frame < 3; ++frame) {
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    w.render();
    CHECK(w.pipeline.run_slice(5));
    w.now += 21;
    w.step();
    CHECK_FALSE(w.pipeline.run_slice(5));
    w.step();
    CHECK(w.pipeline.stats().tasks.delivered == static_cast<uint64_t>(2 + frame));
  }
}

TEST_CASE("supervision: a worker that never answers is not started again in a loop [R61]") {
  ManualThreads threads;
  CheckedCoordinator pipeline(size_t{64} << 20, &threads);
  pipeline.start_workers(1);
  for (double now = 0; now < 60000; now += 250) pipeline.step(now);
  CHECK(threads.seats.size() <= 4);  // probes, each after a longer pause
  CHECK(pipeline.stats().workers_restarted == 0);
  CHECK(pipeline.pool().host_seated());
}

TEST_CASE("supervision: shutting down with a hung worker settles everything at once [R68][L-8]") {
  World w(1);
  w.render();
  REQUIRE(w.begin(0));
  w.pipeline.shut_down();
  w.step();
  CHECK(w.pipeline.stats().live_requests == 0);
  CHECK(w.pipeline.stats().ending_flights == 1);
  w.finish(0);
  CHECK(w.pipeline.stats().ending_flights == 0);
  CHECK(w.pipeline.stats().buffers.in_use == 0);
}

TEST_CASE(
    "supervision: a platform that gives no more threads leaves the work to the host [R59][L-9]") {
  World w(1);
  host_takes_over(w);
  CHECK(w.pipeline.stats().tasks.delivered == 1);
  CHECK(w.heard(PoolEvent::kCircuitOpened) == 1);
  w.threads.refuses = false;
  w.now += 6000;
  w.step();
  CHECK(w.threads.seats.size() == 2);  // the probe
}

TEST_CASE("supervision: a death that is known after shut-down frees what it held [R68][L-8]") {
  World w(1);
  w.render();
  w.lose(0);
  w.pipeline.shut_down();
  w.step();
  note_death(*w.threads.seats[0], 1);
  w.step();
  CHECK(w.pipeline.stats().ending_flights == 0);
  CHECK(w.pipeline.stats().buffers.in_use == 0);
}

TEST_CASE("supervision: a worker that traps while it is dismissed has left [R68]") {
  World w(1);
  w.render();
  REQUIRE(w.begin(0));
  w.pipeline.shut_down();
  CHECK_FALSE(recover(*w.threads.seats[0]));
  w.step();
  CHECK(w.pipeline.stats().pool.live == 0);
  CHECK(w.pipeline.stats().buffers.in_use == 0);
}
