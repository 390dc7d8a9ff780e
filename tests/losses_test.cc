// Losses as the registry sees them: who is tried again, how often, and which keys are not.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tasks/worker_task_registry.h"

using namespace stopbath;

namespace {

Goal goal(const std::string& key, bool exact = true) {
  Goal g;
  g.key = ContentKey(key);
  g.exact = exact;
  return g;
}

struct Bench {
  WorkerTaskRegistry registry;
  double now = 1000;

  explicit Bench(int losses_to_poison = 2)
      : registry(WorkerTaskRegistry::Limits{.losses_to_poison = losses_to_poison}) {}

  Result<RequestId> submit(Lane lane, SlotId slot, std::vector<Goal> goals) {
    Submission s;
    s.lane = lane;
    s.slot = slot;
    s.now_ms = now;
    s.goals = std::move(goals);
    return registry.submit(std::move(s));
  }
  FlightId start() {
    const auto flight = registry.next_to_start(now);
    if (!flight) return 0;
    registry.started(*flight, now);
    return *flight;
  }
  // Starts the best flight and loses its worker; false when nothing starts.
  bool lose() {
    const FlightId flight = start();
    if (flight == 0) return false;
    registry.lost(flight, now);
    return true;
  }
  Code last_failure() {
    Code code = Code::kOk;
    for (const Outcome& outcome : registry.take_outcomes()) {
      if (outcome.kind == Outcome::Kind::kFailed) code = outcome.error.code();
    }
    return code;
  }
};

}  // namespace

TEST_CASE("losses: a preview is tried once more, an export twice, background work never [R60]") {
  const struct {
    Lane lane;
    int retries;
  } rows[] = {{Lane::kInteractive, 1}, {Lane::kExport, 2}, {Lane::kBackground, 0}};
  for (const auto& row : rows) {
    Bench b(100);  // no key is poisoned
    REQUIRE(b.submit(row.lane, 0, {goal("k")}).ok());
    for (int i = 0; i < row.retries; ++i) {
      REQUIRE(b.lose());
      REQUIRE(b.last_failure() == Code::kOk);
    }
    REQUIRE(b.lose());
    CHECK(b.last_failure() == Code::kWorkerLost);
    CHECK_FALSE(b.lose());
    CHECK(b.registry.live_requests() == 0);
  }
}

TEST_CASE("losses: an export has its second retry when its losses are over a minute apart [R60]") {
  for (const double apart_ms : {59000.0, 61000.0}) {
    Bench b;
    REQUIRE(b.submit(Lane::kExport, 0, {goal("k")}).ok());
    REQUIRE(b.lose());
    b.now += apart_ms;
    REQUIRE(b.lose());
    CHECK(b.last_failure() == (apart_ms < 60000 ? Code::kPoisoned : Code::kOk));
    CHECK((b.start() != 0) == (apart_ms > 60000));
  }
}

TEST_CASE("losses: a retry keeps the flight's age, and others may join it [R7][R60]") {
  Bench b;
  const RequestId first = b.submit(Lane::kExport, 0, {goal("a")}).value();
  const FlightId flight = b.registry.flight_of(first);
  REQUIRE(b.submit(Lane::kExport, 0, {goal("b")}).ok());
  REQUIRE(b.lose());
  CHECK(b.registry.flight_of(b.submit(Lane::kExport, 0, {goal("a")}).value()) == flight);
  CHECK(b.start() == flight);
}

TEST_CASE("losses: what a newer request has replaced is not tried again [R10][R60]") {
  Bench b;
  REQUIRE(b.submit(Lane::kInteractive, 1, {goal("old")}).ok());
  const FlightId old = b.start();
  const RequestId newer = b.submit(Lane::kInteractive, 1, {goal("new")}).value();
  b.registry.lost(old, b.now);
  CHECK(b.start() == b.registry.flight_of(newer));
  CHECK(b.start() == 0);
}

TEST_CASE("losses: a poisoned key fails fast for a minute, other keys do not [R60][I-18]") {
  Bench b;
  REQUIRE(b.submit(Lane::kExport, 0, {goal("bad")}).ok());
  REQUIRE(b.lose());
  REQUIRE(b.lose());
  CHECK(b.last_failure() == Code::kPoisoned);
  CHECK(b.submit(Lane::kExport, 0, {goal("bad")}).status().code() == Code::kPoisoned);
  CHECK(b.submit(Lane::kExport, 0, {goal("good")}).ok());
  b.now += 59999;
  CHECK_FALSE(b.submit(Lane::kExport, 0, {goal("bad")}).ok());
  b.now += 2;
  CHECK(b.submit(Lane::kExport, 0, {goal("bad")}).ok());
}

TEST_CASE("losses: what waits for a key while it becomes poisoned is not started [R60][I-18]") {
  Bench b;
  const RequestId aborted = b.submit(Lane::kExport, 0, {goal("bad")}).value();
  REQUIRE(b.start() != 0);
  REQUIRE(b.registry.cancel(aborted));
  b.registry.note_loss(ContentKey("bad"), b.now);
  REQUIRE(b.submit(Lane::kExport, 0, {goal("bad")}).ok());
  b.registry.note_loss(ContentKey("bad"), b.now);
  CHECK(b.last_failure() == Code::kPoisoned);
  CHECK(b.start() == 0);
  CHECK(b.registry.live_requests() == 0);
}

TEST_CASE("losses: a poisoned coarse version is left out, the exact one is computed [R60][I-18]") {
  Bench b;
  REQUIRE(b.submit(Lane::kInteractive, 1, {goal("coarse", false), goal("exact")}).ok());
  REQUIRE(b.lose());
  REQUIRE(b.lose());
  REQUIRE(b.last_failure() == Code::kPoisoned);
  b.now += 1000;
  REQUIRE(b.submit(Lane::kInteractive, 1, {goal("coarse", false), goal("exact")}).ok());
  b.registry.published(b.start(), b.now);
  const auto outcomes = b.registry.take_outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].exact);
  CHECK(outcomes[0].last);
}

TEST_CASE(
    "losses: a preview whose exact version was poisoned meanwhile ends with an error [R60][I-18]") {
  Bench b;
  REQUIRE(b.submit(Lane::kInteractive, 1, {goal("coarse", false), goal("exact")}).ok());
  const FlightId coarse = b.start();
  REQUIRE(b.submit(Lane::kExport, 0, {goal("exact")}).ok());
  REQUIRE(b.lose());
  REQUIRE(b.lose());
  REQUIRE(b.last_failure() == Code::kPoisoned);
  b.registry.published(coarse, b.now);
  CHECK(b.last_failure() == Code::kPoisoned);
  CHECK(b.start() == 0);
  CHECK(b.registry.live_requests() == 0);
}
