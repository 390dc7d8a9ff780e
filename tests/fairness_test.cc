// Who gets the workers when there is more to do than they can: ageing, and what a waiting unit
// changes. The tests move every unit by hand, on workers and on the hosting thread alike.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <vector>

#include "manual_world.h"
#include "plan_runner.h"
#include "tasks/rank.h"

using namespace stopbath;

namespace {

constexpr double kUnitMs = 4;

// Chains that differ, so that nobody joins.
Chain distinct(int settings) {
  return {make_step("gaussian-blur", {{"sigma", 1 + 1e-6 * settings}})};
}

// Endless load on one seat: each unit takes 4 ms, and the lanes of `flood` never run dry.
struct Flood {
  ManualThreads threads;
  PipelineCoordinator pipeline;
  WorkerSeat* seat = nullptr;
  ImageId photo = 0;
  std::vector<Lane> lanes;
  std::map<RequestId, Lane> open;
  std::vector<Lane> claims;  // of each unit
  double now = 0;
  int settings = 0;

  Flood(bool on_host, std::vector<Lane> flood)
      : pipeline(size_t{64} << 20, on_host ? nullptr : &threads), lanes(std::move(flood)) {
    if (on_host) {
      pipeline.pool().seat_host();
      seat = const_cast<WorkerSeat*>(&pipeline.pool().seat(0));
    } else {
      pipeline.start_workers(1);
      seat = threads.seats[0];
      answer(*seat);
    }
    photo = pipeline.images().create(2048, 256).value();
    pipeline.images().find(photo)->sealed = true;
  }
  // A flight of several units that nobody joins.
  RequestId submit(Lane lane) {
    const auto request = pipeline.render(photo, distinct(++settings), {.lane = lane}, now);
    REQUIRE(request.ok());
    open[request.value()] = lane;
    return request.value();
  }
  void run_one_unit() {
    for (const Lane lane : lanes) {
      int waiting = 0;
      for (const auto& [request, l] : open) waiting += l == lane;
      for (; waiting < 5; ++waiting) submit(lane);
    }
    step();
    REQUIRE(begin_unit(*seat, static_cast<int64_t>(now * 1e6)));
    claims.push_back(lane_of(pipeline.board().rank(seat->claim.berth)));
    run_held_unit(*seat);
    now += kUnitMs;
    end_unit(*seat, static_cast<int64_t>(now * 1e6));
    step();
  }
  void step() {
    for (const Event& event : pipeline.step(now)) {
      if (event.pool != PoolEvent::kNone) continue;
      pipeline.images().close(event.image);
      open.erase(event.outcome.request);
    }
  }
  int count(Lane lane, size_t from = 0) const {
    return static_cast<int>(
        std::count(claims.begin() + static_cast<ptrdiff_t>(from), claims.end(), lane));
  }
};

}  // namespace

TEST_CASE(
    "fairness: an export starts after 2 s of endless previews, then has a tenth of the units "
    "[R33][R233][L-4]") {
  Flood w(GENERATE(false, true), {Lane::kInteractive});
  w.run_one_unit();
  w.submit(Lane::kExport);
  w.submit(Lane::kExport);
  const double admitted = w.now;
  while (w.now < admitted + 2000) w.run_one_unit();
  CHECK(w.count(Lane::kExport) == 0);
  for (int i = 0; i < 10; ++i) w.run_one_unit();
  CHECK(w.count(Lane::kExport) == 1);
  const size_t start = w.claims.size();
  for (int i = 0; i < 100; ++i) w.run_one_unit();
  CHECK(w.count(Lane::kExport, start) == 10);
  CHECK(w.count(Lane::kInteractive, start) == 90);
}

TEST_CASE(
    "fairness: background work starts after 10 s of endless previews and exports [R33][L-4]") {
  Flood w(GENERATE(false, true), {Lane::kInteractive, Lane::kExport});
  const RequestId warmup = w.submit(Lane::kBackground);
  const double admitted = w.now;
  while (w.now < admitted + 10000) w.run_one_unit();
  CHECK(w.count(Lane::kBackground) == 0);
  CHECK(w.pipeline.progress(warmup) == 0);
  const size_t start = w.claims.size();
  for (int i = 0; i < 60; ++i) w.run_one_unit();
  // The lanes that are overdue take turns, and their turns together are a tenth.
  CHECK(w.count(Lane::kBackground, start) >= 2);
  CHECK(w.count(Lane::kExport, start) >= 2);
  CHECK(w.count(Lane::kInteractive, start) == 54);
}

TEST_CASE("fairness: what is served in the gaps of higher work is not overdue [R33]") {
  Flood w(false, {});
  const RequestId slow = w.submit(Lane::kExport);
  for (int i = 0; i < 40 && w.open.contains(slow); ++i) {
    w.submit(Lane::kInteractive);
    while (w.open.size() > 1) w.run_one_unit();
    const size_t start = w.claims.size();
    if (w.open.contains(slow)) w.run_one_unit();
    CHECK(w.count(Lane::kExport, start) == 1);
    w.now += 1500;
  }
}

TEST_CASE(
    "fairness: an overdue flight is started although its lane's places are taken [R33][R133]") {
  Flood w(false, {Lane::kInteractive, Lane::kExport});
  for (int i = 0; i < 10; ++i) w.run_one_unit();
  const RequestId warmup = w.submit(Lane::kBackground);
  w.now += 9999;
  w.step();  // an export that was overdue before has been started
  const size_t running = w.pipeline.stats().running_flights;
  CHECK(w.pipeline.next_wake_ms(w.now) <= w.now + 1);
  w.now += 1;
  w.step();
  CHECK(w.pipeline.stats().running_flights == running + 1);
  CHECK(w.pipeline.progress(warmup) == 0);
}

TEST_CASE("fairness: background work runs on a quarter of the workers, one at least [R34]") {
  const int workers = GENERATE(1, 2, 3, 4, 7, 8, 12, 16);
  ManualWorld w(workers);
  w.photo = w.pipeline.images().create(1, 4096).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  for (int i = 0; i < 5; ++i) w.render(Lane::kBackground, distinct(i));
  int at_work = 0;
  for (int i = 0; i < workers; ++i) at_work += w.begin(static_cast<size_t>(i));
  CHECK(at_work == std::max(1, workers / 4));
  w.render(Lane::kExport);
  for (int i = 0; i < workers; ++i) {
    if (w.threads.seats[static_cast<size_t>(i)]->holding == 0)
      CHECK(w.begin(static_cast<size_t>(i)));
    if (at_work < workers) break;  // the empty chain is one unit
  }
}

TEST_CASE("fairness: exports leave one worker free while a slot is active [R34][R134]") {
  ManualWorld w(2);
  const auto preview = [&w](int settings) {
    REQUIRE(
        w.pipeline
            .preview(w.photo, distinct(settings), {.slot = 1}, {.lane = Lane::kInteractive}, w.now)
            .ok());
    w.step();
  };
  preview(0);
  REQUIRE(w.begin(0));
  w.finish(0);
  for (int i = 1; i < 4; ++i) w.render(Lane::kExport, distinct(i));
  REQUIRE(w.begin(0));
  CHECK_FALSE(w.begin(1));
  w.now += 499;
  w.step();
  CHECK_FALSE(w.begin(1));
  preview(4);
  CHECK(w.begin(1));  // at once, while the other one is in a unit of an export
  w.finish(1);
  CHECK_FALSE(w.begin(1));
  CHECK(w.pipeline.next_wake_ms(w.now) <= w.now + 500);
  const uint32_t rung = w.pipeline.board().work_sequence();
  w.now += 500;
  w.step();
  CHECK(w.pipeline.board().work_sequence() != rung);  // it may sleep
  CHECK(w.begin(1));
}

TEST_CASE("fairness: the only worker takes exports while a slot is active [R34]") {
  ManualWorld w(1);
  REQUIRE(w.pipeline.preview(w.photo, {}, {.slot = 1}, {.lane = Lane::kInteractive}, w.now).ok());
  w.step();
  REQUIRE(w.begin(0));
  w.finish(0);
  w.render(Lane::kBackground);
  CHECK(w.begin(0));
}

TEST_CASE(
    "fairness: a worker that leaves to others what it may not take is not lost [R34][R234][R55]") {
  ManualWorld w(2);
  w.photo = w.pipeline.images().create(64, 4096).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  for (int i = 0; i < 2; ++i) w.render(Lane::kBackground, distinct(i));
  for (int i = 0; i < 40; ++i) {
    if (w.begin(0)) w.finish(0);
    CHECK_FALSE(w.begin(1));
    w.render(Lane::kBackground, distinct(i + 2));
    w.ticks(1);
  }
  CHECK(w.threads.killed.empty());
}

TEST_CASE(
    "fairness: who may take a flight only since its lane rose is woken [R34][R38][R138][L-9]") {
  ManualWorld w(2);
  w.photo = w.pipeline.images().create(64, 4096).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  const RequestId warmup = w.render(Lane::kBackground, distinct(0));
  REQUIRE(w.begin(0));
  REQUIRE_FALSE(w.begin(1));
  const uint32_t rung = w.pipeline.board().work_sequence();
  w.pipeline.set_lane(warmup, Lane::kExport);
  w.step();
  CHECK(w.pipeline.board().work_sequence() != rung);
  CHECK(w.begin(1));
}

TEST_CASE("fairness: one waiting unit makes one worker give way, the others stay [R35]") {
  // Late binding needs no request to yield: whoever ends a unit first takes the one that waits, by
  // the exchange of its claim, and so nobody else can give way to it.
  ManualWorld w(3);
  w.photo = w.pipeline.images().create(64, 4096).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  w.render(Lane::kExport, distinct(0));
  for (size_t i = 0; i < 3; ++i) REQUIRE(w.begin(i));
  const int berth = w.threads.seats[0]->claim.berth;
  w.photo = w.pipeline.images().create(1, 1).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  w.render(Lane::kInteractive);
  int gave_way = 0;
  for (size_t i = 0; i < 3; ++i) {
    CHECK(FlightBoard::berth_of(w.threads.seats[i]->holding) == berth);  // not before its unit ends
    run_held_unit(*w.threads.seats[i]);
    end_unit(*w.threads.seats[i], 1);
    REQUIRE(w.begin(i));
    gave_way += w.threads.seats[i]->claim.berth != berth;
  }
  CHECK(gave_way == 1);
}

TEST_CASE(
    "fairness: a call starts its work when that is next and a worker has nothing to do "
    "[R31][R331]") {
  ManualWorld w(1);
  const auto running = [&] { return w.pipeline.stats().running_flights; };
  const auto first = w.pipeline.preview(w.photo, {}, {.slot = 1}, {.lane = Lane::kInteractive}, 0);
  REQUIRE(first.ok());
  const auto second = w.pipeline.render(w.photo, distinct(2), {}, 0);
  w.pipeline.start_early(second.value(), 0);
  CHECK(running() == 0);  // the preview goes first, and may be replaced in this turn
  w.step();
  while (w.begin(0)) w.finish(0);
  REQUIRE(running() == 0);
  const auto third = w.pipeline.render(w.photo, distinct(3), {}, 0);
  w.pipeline.start_early(third.value(), 0);
  CHECK(running() == 1);
  const auto fourth = w.pipeline.render(w.photo, distinct(4), {}, 0);
  w.pipeline.start_early(fourth.value(), 0);
  CHECK(running() == 1);  // the worker has something to do
  while (w.begin(0)) w.finish(0);
  CHECK(w.pipeline.stats().live_requests == 0);
  w.pipeline.shut_down();
  w.pipeline.start_early(fourth.value(), 0);
}

TEST_CASE("fairness: no preview takes all workers while another one waits [R40][R140]") {
  ManualWorld w(3);
  w.photo = w.pipeline.images().create(1024, 4096).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  w.render(Lane::kInteractive, distinct(0));
  std::vector<int> berths;
  const auto begin_all = [&] {
    berths.clear();
    for (size_t i = 0; i < 3; ++i) {
      if (w.threads.seats[i]->holding != 0) w.finish(i);
      REQUIRE(w.begin(i));
      berths.push_back(w.threads.seats[i]->claim.berth);
    }
    std::sort(berths.begin(), berths.end());
  };
  begin_all();
  CHECK(berths.front() == berths.back());  // alone it has them all
  w.render(Lane::kInteractive, distinct(1));
  begin_all();
  CHECK(berths[0] == berths[1]);
  CHECK(berths[1] != berths[2]);
  // An export does not wait that way: lanes are strict.
  ManualWorld strict(2);
  strict.photo = strict.pipeline.images().create(64, 4096).value();
  strict.pipeline.images().find(strict.photo)->sealed = true;
  strict.render(Lane::kInteractive, distinct(0));
  strict.render(Lane::kExport, distinct(1));
  REQUIRE(strict.begin(0));
  REQUIRE(strict.begin(1));
  CHECK(strict.threads.seats[0]->claim.berth == strict.threads.seats[1]->claim.berth);
}
