// The three clocks of a request: until its work starts, of its work, and until it is over.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "manual_world.h"
#include "plan_runner.h"

using namespace stopbath;

namespace {

constexpr int64_t kMs = 1000000;

// One worker, and an image whose chains are flights of many units.
struct Bench : ManualWorld {
  Bench() : ManualWorld(1) {
    photo = pipeline.images().create(2048, 512).value();
    pipeline.images().find(photo)->sealed = true;
  }
  RequestId submit(const RequestOptions& options, double sigma = 8) {
    const Chain chain = {make_step("gaussian-blur", {{"sigma", sigma}})};
    const auto request = pipeline.render(photo, chain, options, now);
    REQUIRE(request.ok());
    step();
    return request.value();
  }
  // One unit of the worker that takes so long, without a step of the page.
  bool work(double ms) {
    WorkerSeat& seat = *threads.seats[0];
    const auto start_ns = static_cast<int64_t>(now) * kMs;
    if (!begin_unit(seat, start_ns)) return false;
    run_held_unit(seat);
    now += ms;
    end_unit(seat, start_ns + static_cast<int64_t>(ms) * kMs);
    return true;
  }
  std::string message(RequestId request) const {
    for (const Event& event : events) {
      if (event.outcome.request == request) return event.outcome.error.message();
    }
    return {};
  }
};

}  // namespace

TEST_CASE("clocks: what has not started in time fails, what has goes on [R26][R145]") {
  Bench b;
  const RequestId first = b.submit({.queue_timeout_ms = 50});
  const RequestId second = b.submit({.queue_timeout_ms = 50}, 3);
  const RequestId third = b.submit({.queue_timeout_ms = 50}, 4);  // two are on the board
  CHECK(b.pipeline.next_wake_ms(b.now) == 50);
  b.now = 49;
  b.step();
  CHECK(b.events.empty());
  b.now = 51;
  b.step();
  CHECK(b.failure(third) == Code::kDeadline);
  CHECK(b.message(third) ==
        "Expected the work to start before the queue timeout, it has waited for 51 ms");
  b.now = 500;
  b.step();
  CHECK(b.failure(first) == Code::kOk);
  CHECK(b.failure(second) == Code::kOk);
  CHECK(b.pipeline.stats().live_requests == 2);
}

TEST_CASE("clocks: the sum of unit time is what the run's timeout counts [R26][R146]") {
  Bench b;
  const RequestId request = b.submit({.run_timeout_ms = 25});
  REQUIRE(b.work(10));
  b.now += 1000;  // no work: this counts for nothing
  b.step();
  CHECK(b.events.empty());
  REQUIRE(b.work(10));
  b.step();
  CHECK(b.events.empty());
  REQUIRE(b.work(10));
  b.step();
  CHECK(b.failure(request) == Code::kDeadline);
  CHECK(b.message(request) == "Expected less work than the run timeout, got 30 ms in this attempt");
  CHECK(b.pipeline.stats().buffers.in_use == 2);  // the photos
}

TEST_CASE("clocks: workers stop at the deadline although the page sleeps [R26][R147]") {
  Bench b;
  const RequestId request = b.submit({.timeout_ms = 30});
  REQUIRE(b.work(10));
  REQUIRE(b.work(25));
  CHECK_FALSE(b.work(10));  // the page has not looked, and no unit starts
  CHECK(b.events.empty());
  b.step();
  CHECK(b.failure(request) == Code::kDeadline);
  CHECK(b.pipeline.stats().ending_flights == 0);
  CHECK(b.pipeline.stats().buffers.in_use == 2);
}

TEST_CASE("clocks: work that is too late is not begun [R26][R147]") {
  Bench b;
  const RequestId late = b.submit({.timeout_ms = 30});
  const RequestId other = b.submit({}, 3);
  b.now = 40;
  REQUIRE(b.work(10));
  CHECK(b.pipeline.board().berth(b.threads.seats[0]->claim.berth).units_run == 1);
  b.step();
  CHECK(b.failure(late) == Code::kDeadline);
  CHECK(b.failure(other) == Code::kOk);
  CHECK(b.pipeline.progress(other) > 0);
}

TEST_CASE("clocks: workers stop at the limit of work although the page sleeps [R26][R147]") {
  Bench b;
  const RequestId request = b.submit({.run_timeout_ms = 25});
  for (int i = 0; i < 3; ++i) REQUIRE(b.work(10));
  CHECK_FALSE(b.work(10));
  b.step();
  CHECK(b.failure(request) == Code::kDeadline);
}

TEST_CASE("clocks: a flight goes on for whoever has the most time [R26][R4]") {
  Bench b;
  const RequestId hasty = b.submit({.timeout_ms = 30, .run_timeout_ms = 25});
  const RequestId patient = b.submit({});
  for (int i = 0; i < 4; ++i) REQUIRE(b.work(10));
  b.step();
  CHECK(b.failure(hasty) == Code::kDeadline);
  CHECK(b.pipeline.progress(patient) > 0);
  REQUIRE(b.work(10));
  for (int i = 0; i < 10000 && b.work(0); ++i) b.step();
  b.step();
  CHECK(b.events.back().outcome.request == patient);
  CHECK(b.events.back().outcome.kind == Outcome::Kind::kFrame);
}

TEST_CASE("clocks: one who joins what a worker has just stopped is served anew [R26][R147]") {
  Bench b;
  const RequestId hasty = b.submit({.timeout_ms = 30});
  REQUIRE(b.work(40));  // stopped, and the page does not know yet
  const Chain chain = {make_step("gaussian-blur", {{"sigma", 8}})};
  const auto patient = b.pipeline.render(b.photo, chain, {}, b.now);
  REQUIRE(patient.ok());
  b.step();
  CHECK(b.failure(hasty) == Code::kDeadline);
  for (int i = 0; i < 10000 && b.work(0); ++i) b.step();
  b.step();
  CHECK(b.events.back().outcome.request == patient.value());
  CHECK(b.events.back().outcome.kind == Outcome::Kind::kFrame);
}
