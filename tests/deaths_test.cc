// What a worker leaves behind that dies at an unlucky moment, or that is told dead and only sleeps.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cmath>
#include <thread>

#include "manual_world.h"
#include "workers/parking.h"

using namespace stopbath;

TEST_CASE(
    "deaths: a unit that a lost worker took before it died is done by another [R57][R27][R257]") {
  ManualWorld w(1);
  w.render();
  w.ticks(10);  // idle although a unit waits: given up
  REQUIRE(w.threads.killed.size() == 1);
  REQUIRE(w.begin(0));  // and now it moves after all, and dies in the unit
  note_death(*w.threads.seats[0], w.threads.seats[0]->life);
  answer(*w.threads.seats[1]);
  w.step();
  REQUIRE(w.begin(1));
  w.finish(1);
  CHECK(w.pipeline.stats().tasks.delivered == 1);
  CHECK(w.pipeline.stats().ending_flights == 0);
}

TEST_CASE(
    "deaths: a worker that somebody else ended is replaced at once, its unit is done by another "
    "[R27][R55][R255]") {
  ManualWorld w(1);
  w.render();
  REQUIRE(w.begin(0));
  WorkerSeat& seat = *w.threads.seats[0];
  SECTION("when its thread is known to have ended") {
    note_gone(seat, seat.life);
    w.step();
    CHECK(w.heard(PoolEvent::kWorkerLost) == 1);
    CHECK(w.heard(PoolEvent::kWorkerRestarted) == 1);
    REQUIRE(w.threads.seats.size() == 2);
    CHECK(w.pipeline.stats().pool.lost == 1);  // what it holds stays reserved until it is buried
    note_death(seat, seat.life);
    answer(*w.threads.seats[1]);
    w.step();
    REQUIRE(w.begin(1));
    w.finish(1);
    CHECK(w.pipeline.stats().tasks.delivered == 1);
    CHECK(w.pipeline.stats().pool.live == 1);
    note_gone(seat, seat.life);  // of a seat that nobody has
    w.step();
    CHECK(w.heard(PoolEvent::kWorkerLost) == 1);
  }
  SECTION("not for a notice of another life of its seat") {
    note_gone(seat, seat.life + 7);
    w.step();
    CHECK(w.heard(PoolEvent::kWorkerLost) == 0);
  }
  SECTION("nor when it has left by itself") {
    w.finish(0);
    leave(seat);
    note_gone(seat, seat.life);
    w.step();
    CHECK(w.heard(PoolEvent::kWorkerLost) == 0);
  }
}

TEST_CASE("deaths: a result whose worker died before it could report is found [R27][L-9]") {
  ManualWorld w(1);
  w.render();
  REQUIRE(w.begin(0));
  run_held_unit(*w.threads.seats[0]);
  complete_unit(*w.threads.seats[0], w.now_ns() + 1);
  const_cast<std::atomic<uint64_t>&>(w.threads.seats[0]->holding)
      .store(0);  // dies before the report
  const double wake = w.pipeline.next_wake_ms(w.now);
  REQUIRE(std::isfinite(wake));
  w.now = wake;
  w.step();
  CHECK(w.pipeline.stats().tasks.delivered == 1);
}

#if STOPBATH_THREADS
TEST_CASE(
    "deaths: a worker that wakes up in another life of its seat leaves without a trace "
    "[R30][R130]") {
  ManualWorld w(1);
  WorkerSeat& seat = *w.threads.seats[0];
  std::thread sleeper([&] { serve(seat); });  // parked: nothing is on offer
  while (seat.progress.load() < 2) std::this_thread::yield();
  seat.life.store(seat.life.load() + 1);  // told dead, and the seat is somebody else's now
  seat.state.store(SeatState::kStarting);
  const uint32_t started = seat.started.load();
  w.render();  // rings
  std::atomic<bool> gone{false};
  std::thread watch([&] {
    sleeper.join();
    gone.store(true);
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!gone.load() && std::chrono::steady_clock::now() < deadline) {
    w.pipeline.board().ring();
    std::this_thread::yield();
  }
  CHECK(gone.load());
  CHECK(seat.started.load() == started);
  CHECK(seat.state.load() == SeatState::kStarting);
  seat.leave.store(true);
  w.pipeline.board().ring();
  watch.join();
}
#endif

TEST_CASE("deaths: workers that are left when the circuit opens keep the mode [R59][R64]") {
  ManualWorld w(5);
  for (size_t worker = 0; worker < 4;
       ++worker) {  // three are replaced, the fourth opens the circuit
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    w.render(Lane::kBackground);
    REQUIRE(w.begin(worker));
    w.ticks(12);
  }
  CHECK(w.threads.seats.size() == 8);
  CHECK(w.pipeline.stats().pool.ready == 1);
  CHECK(w.heard(PoolEvent::kCircuitOpened) == 0);
  CHECK_FALSE(w.pipeline.pool().host_seated());
}

TEST_CASE("deaths: eight lost workers that never die are told once [R58]") {
  ManualWorld w(1);
  for (int i = 0; i < 60; ++i) {
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    w.render(Lane::kBackground);
    const size_t last = w.threads.seats.size() - 1;
    if (w.threads.seats[last]->state.load() == SeatState::kStarting) answer(*w.threads.seats[last]);
    if (!w.begin(last)) continue;
    w.ticks(12);
    w.now += 400000;  // far beyond every window and pause
    w.step();
  }
  CHECK(w.pipeline.stats().pool.lost >= 8);
  CHECK(w.heard(PoolEvent::kExhausted) == 1);
}

TEST_CASE("deaths: images move to another memory under their ids and revisions [R58]") {
  ManualWorld w(1);
  ImageStore& images = w.pipeline.images();
  REQUIRE(images.restore(7, 3, 2, 5).ok());
  CHECK(images.find(7)->revision == 5);
  CHECK_FALSE(images.find(7)->sealed);
  CHECK(images.restore(7, 3, 2, 5).status().code() == Code::kInvalidParams);
  CHECK(images.restore(4, 1, 1, 1).ok());
  images.start_after(20);
  CHECK(images.create(1, 1).value() == 21);
  CHECK(images.restore(9, 0, 1, 1).status().code() == Code::kInvalidParams);
}
