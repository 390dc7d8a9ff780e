// Cancellation and preemption with workers that the test moves by hand: what ends at once, what
// waits for the worker, and what nobody loses.
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <vector>

#include "manual_world.h"
#include "plan_runner.h"

using namespace stopbath;
using World = ManualWorld;

TEST_CASE(
    "cancellation: a running request settles at once, its buffers wait for the worker [R22]") {
  World w(2);
  const RequestId request = w.render();
  REQUIRE(w.begin(0));
  REQUIRE(w.pipeline.stats().buffers.in_use == 2);  // source and result
  CHECK(w.pipeline.cancel(request));
  CHECK(w.pipeline.stats().live_requests == 0);
  w.step();
  CHECK(w.events.empty());
  CHECK(w.pipeline.stats().buffers.in_use == 2);
  CHECK(w.pipeline.stats().ending_flights == 1);
  // What comes meanwhile gets a berth and a buffer of its own.
  w.render();
  CHECK(w.pipeline.stats().buffers.in_use == 3);
  REQUIRE(w.begin(1));
  CHECK(FlightBoard::berth_of(w.threads.seats[1]->holding) !=
        FlightBoard::berth_of(w.threads.seats[0]->holding));
  w.finish(0);
  CHECK(w.pipeline.stats().ending_flights == 0);
  CHECK(w.pipeline.stats().buffers.in_use == 2);
}

TEST_CASE("cancellation: no cancel, however many, ends a worker [R23]") {
  World w(2);
  for (int i = 0; i < 50; ++i) {
    const RequestId request = w.render(static_cast<Lane>(i % 3));
    REQUIRE(w.begin(0));
    CHECK(w.pipeline.cancel(request));
    w.ticks(1);
    w.finish(0);
  }
  CHECK(w.threads.killed.empty());
  CHECK(w.pipeline.stats().workers_lost == 0);
  for (const WorkerSeat* seat : w.threads.seats) CHECK(seat->state == SeatState::kReady);
}

TEST_CASE("cancellation: the late notice of an old worker's death leaves the new one alone [R30]") {
  World w(1);
  w.render();
  w.lose(0);
  WorkerSeat& seat = *w.threads.seats[0];
  const uint32_t old_life = seat.life;
  note_death(seat, old_life);
  w.step();
  REQUIRE(seat.state == SeatState::kVacant);
  REQUIRE(w.pipeline.pool().spawn_one() == w.threads.indices[0]);  // the same seat, another life
  REQUIRE(answer(seat));
  REQUIRE(begin_unit(seat, 0));
  note_death(seat, old_life);
  w.step();
  CHECK(seat.state == SeatState::kReady);
  CHECK(seat.holding != 0);
}

TEST_CASE(
    "cancellation: a flight that gave way keeps its finished units and its age [R35][R36][R7]") {
  World w(1);
  w.photo = w.pipeline.images().create(2048, 512).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  const Chain soft = {make_step("gaussian-blur", {{"sigma", 2}})};
  const RequestId slow = w.render(Lane::kExport, soft);
  REQUIRE(w.begin(0));
  const RequestId urgent = w.render(Lane::kInteractive);
  CHECK(FlightBoard::berth_of(w.threads.seats[0]->holding) == w.threads.seats[0]->claim.berth);
  const int export_berth = w.threads.seats[0]->claim.berth;
  w.finish(0);  // not before its end does the unit give way
  const double share = w.pipeline.progress(slow);
  CHECK(share > 0);
  while (w.events.empty()) {
    REQUIRE(w.begin(0));
    CHECK(w.threads.seats[0]->claim.berth != export_berth);
    w.finish(0);
  }
  CHECK(w.events[0].outcome.request == urgent);
  CHECK(w.pipeline.progress(slow) == share);
  const RequestId younger = w.render(Lane::kExport);
  REQUIRE(w.begin(0));
  CHECK(w.threads.seats[0]->claim.berth == export_berth);  // its age counts still
  CHECK(w.threads.seats[0]->claim.unit == 1);              // its first unit is done
  w.finish(0);
  for (int i = 0; i < 10000 && w.events.size() < 3 && w.begin(0); ++i) w.finish(0);
  REQUIRE(w.events.size() == 3);
  CHECK(w.events[1].outcome.request == slow);
  CHECK(w.events[2].outcome.request == younger);
}

TEST_CASE(
    "cancellation: a reservation that fails holds nothing, and is made when there is room [R43]") {
  constexpr size_t kBlock = size_t{64} << 10;
  World w(1, 4 * kBlock);
  const RequestId first = w.render();
  REQUIRE(w.begin(0));
  const BufferStats before = w.pipeline.stats().buffers;
  REQUIRE(before.in_use == 2);
  // A result and two temporaries: one more than there is.
  const RequestId wide = w.render(Lane::kExport, {make_step("gaussian-blur", {{"sigma", 8}})});
  CHECK(w.pipeline.stats().buffers.in_use == before.in_use);
  CHECK(w.pipeline.stats().buffers.leases_held == before.leases_held);
  CHECK(w.pipeline.stats().queued_flights == 1);
  w.pipeline.cancel(first);
  w.finish(0);
  CHECK(w.pipeline.stats().buffers.in_use == 4);
  CHECK(w.failure(wide) == Code::kOk);
}
