// Admission and backpressure: what a full lane does with one request more, and what it tells.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <random>
#include <string>
#include <vector>

#include "manual_world.h"
#include "plan_runner.h"
#include "tasks/worker_task_registry.h"

using namespace stopbath;

namespace {

// Two requests, or 100 bytes, fill a lane; it has drained when one request and 40 bytes are left.
constexpr LaneMarks kSmall{2, 1, 100, 40};

struct Bench {
  WorkerTaskRegistry registry{WorkerTaskRegistry::Limits{.lanes = {kSmall, kSmall, kSmall}}};

  Result<RequestId> submit(const std::string& key, Lane lane, SlotId slot = 0, size_t bytes = 1,
                           Admission admission = Admission::kWait) {
    Submission s;
    s.lane = lane;
    s.slot = slot;
    s.admission = admission;
    Goal goal;
    goal.key = ContentKey(key);
    goal.predicted_ms = 10;
    goal.bytes = bytes;
    s.goals.push_back(std::move(goal));
    return registry.submit(std::move(s));
  }
  FlightId start() {
    const auto flight = registry.next_to_start(0);
    if (!flight) return 0;
    registry.started(*flight, 0);
    return *flight;
  }
  // "+" for pressure and "-" for drain, in order.
  std::string news() {
    std::string signs;
    for (const LaneNews& n : registry.take_lane_news())
      signs += n.crossing == Crossing::kPressure ? '+' : '-';
    return signs;
  }
};

}  // namespace

TEST_CASE("admission: an interactive request without a slot is refused above the limit [R42]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kInteractive).ok());
  REQUIRE(b.submit("b", Lane::kInteractive).ok());
  const auto refused = b.submit("c", Lane::kInteractive);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().code() == Code::kQueueFull);
  CHECK(refused.status().message() ==
        "Expected room for one more request of this priority, got 2 that hold 0 MiB");
  CHECK(b.registry.live_requests() == 2);
  CHECK(b.registry.take_outcomes().empty());
  CHECK(b.submit("d", Lane::kExport).ok());  // another lane has room
}

TEST_CASE("admission: a request in a slot is never refused, it replaces [R42]") {
  Bench b;
  const Lane lane = GENERATE(Lane::kInteractive, Lane::kExport, Lane::kBackground);
  REQUIRE(b.submit("a", lane).ok());
  REQUIRE(b.submit("b", lane).ok());
  for (int i = 0; i < 50; ++i) REQUIRE(b.submit("s" + std::to_string(i), lane, 1).ok());
  CHECK(b.registry.live_requests() == 3);
  CHECK(b.registry.take_outcomes().size() == 49);
}

TEST_CASE("admission: an export above the limit waits and goes on in its turn [R42]") {
  Bench b;
  const RequestId a = b.submit("a", Lane::kExport).value();
  REQUIRE(b.submit("b", Lane::kExport).ok());
  const RequestId c = b.submit("c", Lane::kExport).value();
  const RequestId d = b.submit("d", Lane::kExport).value();
  CHECK(b.registry.waiting_requests() == 2);
  CHECK(b.registry.queued_flights() == 2);
  b.registry.admit_waiting(0);
  CHECK(b.registry.waiting_requests() == 2);
  CHECK(b.registry.cancel(a));
  b.registry.admit_waiting(0);
  CHECK(b.registry.waiting_requests() == 1);
  CHECK(b.registry.flight_of(c) != 0);
  CHECK(b.registry.flight_of(d) == 0);
  CHECK(b.registry.cancel(d));
  b.registry.admit_waiting(0);
  CHECK(b.registry.live_requests() == 2);
  CHECK(b.registry.counters().never_admitted == 1);
}

TEST_CASE("admission: nobody overtakes an export that waits, however small [R42]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kExport, 0, 60).ok());
  const RequestId large = b.submit("large", Lane::kExport, 0, 60).value();
  const RequestId small = b.submit("small", Lane::kExport, 0, 1).value();
  CHECK(b.registry.waiting_requests() == 2);
  b.registry.published(b.start(), 0);
  b.registry.admit_waiting(0);
  CHECK(b.registry.flight_of(large) != 0);
  CHECK(b.registry.flight_of(small) != 0);
}

TEST_CASE("admission: an export that would wait is refused when it asks for that [R42]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kExport).ok());
  REQUIRE(b.submit("b", Lane::kExport).ok());
  const auto refused = b.submit("c", Lane::kExport, 0, 1, Admission::kReject);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().code() == Code::kQueueFull);
}

TEST_CASE("admission: above the limit the oldest background work that waits is dropped [R42]") {
  Bench b;
  const RequestId running = b.submit("a", Lane::kBackground).value();
  REQUIRE(b.start() != 0);
  const RequestId waiting = b.submit("b", Lane::kBackground).value();
  REQUIRE(b.submit("c", Lane::kBackground).ok());
  const auto outcomes = b.registry.take_outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].request == waiting);
  CHECK(outcomes[0].error.code() == Code::kQueueFull);
  CHECK(b.registry.flight_of(running) != 0);
  REQUIRE(b.start() != 0);  // now both have started: there is nothing to drop
  CHECK(b.submit("d", Lane::kBackground).status().code() == Code::kQueueFull);
}

TEST_CASE(
    "admission: the bytes of a lane are limited too, yet one request always fits [R41][R42]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kInteractive, 0, 1000).ok());
  CHECK_FALSE(b.submit("b", Lane::kInteractive).ok());
  b.registry.published(b.start(), 0);
  REQUIRE(b.submit("c", Lane::kInteractive, 0, 60).ok());
  CHECK_FALSE(b.submit("d", Lane::kInteractive, 0, 41).ok());
  CHECK(b.submit("e", Lane::kInteractive, 0, 40).ok());
}

TEST_CASE("admission: each crossing of a mark is told once [R41]") {
  Bench b;
  const RequestId first = b.submit("a", Lane::kExport).value();
  CHECK(b.news().empty());
  const RequestId second = b.submit("b", Lane::kExport).value();
  CHECK(b.news() == "+");
  for (int i = 0; i < 3; ++i) REQUIRE(b.submit("c" + std::to_string(i), Lane::kExport).ok());
  REQUIRE(b.submit("s", Lane::kExport, 1).ok());
  CHECK(b.news().empty());
  b.registry.cancel(first);
  CHECK(b.news().empty());
  b.registry.cancel(second);
  CHECK(b.news().empty());  // three wait
  b.registry.admit_waiting(0);
  CHECK(b.news().empty());
  b.registry.cancel_all();
  CHECK(b.news() == "-");
}

TEST_CASE(
    "admission: a lane that changes takes its request along, a waiting one enters [R41][R38]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kExport).ok());
  REQUIRE(b.submit("b", Lane::kExport).ok());
  const RequestId c = b.submit("c", Lane::kExport).value();
  REQUIRE(b.registry.set_lane(c, Lane::kInteractive));
  CHECK(b.registry.flight_of(c) != 0);
  CHECK(b.registry.gauge(Lane::kExport).requests() == 2);
  CHECK(b.registry.gauge(Lane::kInteractive).requests() == 1);
  REQUIRE(b.registry.set_lane(c, Lane::kBackground));
  CHECK(b.registry.gauge(Lane::kInteractive).requests() == 0);
  CHECK(b.registry.gauge(Lane::kBackground).requests() == 1);
}

TEST_CASE("admission: a waiting export fails at its deadline like any other [R26][R42]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kExport).ok());
  REQUIRE(b.submit("b", Lane::kExport).ok());
  Submission s;
  s.goals.emplace_back().key = ContentKey("c");
  s.deadline_ms = 50;
  const RequestId c = b.registry.submit(std::move(s)).value();
  CHECK(b.registry.next_event_ms(0) == 50);
  b.registry.expire(50);
  const auto outcomes = b.registry.take_outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].request == c);
  CHECK(b.registry.waiting_requests() == 0);
}

TEST_CASE("admission: a request that finds no room is pressure, however far the mark [R41]") {
  Bench b;
  REQUIRE(b.submit("a", Lane::kExport, 0, 30).ok());
  const RequestId large = b.submit("b", Lane::kExport, 0, 80).value();
  CHECK(b.news() == "+");
  CHECK(b.registry.gauge(Lane::kExport).waiting() == 1);
  b.registry.published(b.start(), 0);
  CHECK(b.news().empty());
  b.registry.admit_waiting(0);
  CHECK(b.news().empty());
  b.registry.cancel(large);
  CHECK(b.news() == "-");
  REQUIRE(b.submit("c", Lane::kInteractive, 0, 30).ok());
  CHECK_FALSE(b.submit("d", Lane::kInteractive, 0, 80).ok());
  CHECK(b.news() == "+");
  b.registry.published(b.start(), 0);
  CHECK(b.news() == "-");
}

TEST_CASE("admission: crossings alternate and the counts are right in any history [R41]") {
  const unsigned seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  Bench b;
  std::vector<RequestId> ids;
  std::vector<FlightId> running;
  char last[kLanes] = {'-', '-', '-'};
  for (int i = 0; i < 2000; ++i) {
    const auto request = b.submit("k" + std::to_string(random() % 20),
                                  static_cast<Lane>(random() % 3), random() % 3, random() % 60);
    if (request.ok()) ids.push_back(request.value());
    if (random() % 2) b.registry.cancel(ids[random() % ids.size()]);
    if (random() % 3 == 0) {
      b.registry.set_lane(ids[random() % ids.size()], static_cast<Lane>(random() % 3));
    }
    b.registry.admit_waiting(0);
    if (const FlightId flight = b.start()) running.push_back(flight);
    for (FlightId gone : b.registry.take_abandoned()) std::erase(running, gone);
    if (random() % 2 && !running.empty()) {
      b.registry.published(running.front(), 0);
      running.erase(running.begin());
    }
    b.registry.take_outcomes();
    for (const LaneNews& news : b.registry.take_lane_news()) {
      const char sign = news.crossing == Crossing::kPressure ? '+' : '-';
      REQUIRE(last[static_cast<int>(news.lane)] != sign);
      last[static_cast<int>(news.lane)] = sign;
    }
    size_t counted = b.registry.waiting_requests();
    for (Lane lane : {Lane::kInteractive, Lane::kExport, Lane::kBackground}) {
      counted += b.registry.gauge(lane).requests();
      REQUIRE(b.registry.gauge(lane).pressed() == (last[static_cast<int>(lane)] == '+'));
    }
    REQUIRE(counted == b.registry.live_requests());
  }
  b.registry.cancel_all();
  for (Lane lane : {Lane::kInteractive, Lane::kExport, Lane::kBackground}) {
    CHECK(b.registry.gauge(lane).requests() == 0);
    CHECK(b.registry.gauge(lane).bytes() == 0);
    CHECK_FALSE(b.registry.gauge(lane).pressed());
  }
}

TEST_CASE("admission: who waits holds no lease, yet keeps the pixels as they were [R43][R2]") {
  ManualWorld w(1, size_t{64} << 20, {.lanes = {LaneMarks{}, LaneMarks{1, 0}, LaneMarks{}}});
  w.render();
  REQUIRE(w.begin(0));
  const CoordinatorStats before = w.pipeline.stats();
  const RequestId waiting = w.render(Lane::kExport, {make_step("invert", {})});
  CHECK(w.pipeline.stats().waiting_requests == 1);
  CHECK(w.pipeline.stats().buffers.leases_held == before.buffers.leases_held);
  CHECK(w.heard(PoolEvent::kPressure) == 1);
  ImageRecord& photo = *w.pipeline.images().find(w.photo);
  const BufferHandle old = photo.pixels;
  REQUIRE(w.pipeline.images().begin_write(photo) != nullptr);
  CHECK(photo.pixels != old);
  w.pipeline.images().close(w.photo);
  CHECK(w.pipeline.buffers().live(old));
  w.finish(0);
  CHECK(w.pipeline.stats().waiting_requests == 0);
  REQUIRE(w.begin(0));
  w.finish(0);
  CHECK(w.failure(waiting) == Code::kOk);
  CHECK(w.heard(PoolEvent::kDrain) == 1);
  CHECK_FALSE(w.pipeline.buffers().live(old));
}
