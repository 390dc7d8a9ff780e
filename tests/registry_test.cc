// The registry's rules, one by one, on a clock that the test moves.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "registry_bench.h"

using namespace stopbath;

TEST_CASE("registry: a newer request replaces the queued one in the same turn [R10][R17]") {
  Bench b;
  const RequestId a = b.submit(1, {goal("a")});
  const RequestId c = b.submit(1, {goal("c")});
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].kind == Kind::kSuperseded);
  CHECK(outcomes[0].request == a);
  CHECK(outcomes[0].by == b.registry.version(c));
  CHECK(outcomes[0].last);
  CHECK(b.registry.queued_flights() == 1);
  CHECK(b.registry.take_abandoned().empty());
}

TEST_CASE("registry: versions of a slot follow the order of submission [R9]") {
  Bench b;
  const RequestId first = b.submit(1, {goal("a")});
  CHECK(b.registry.version(first) == 1);
  CHECK(b.registry.version(b.submit(1, {goal("b")})) == 2);
  CHECK(b.registry.version(b.submit(2, {goal("c")})) == 1);
}

TEST_CASE("registry: equal keys share one flight, each subscriber settles on its own [R3]") {
  Bench b;
  const RequestId a = b.submit(0, {goal("same")});
  const RequestId c = b.submit(0, {goal("same")});
  const FlightId flight = b.start();
  CHECK(b.start() == 0);
  const RequestId late = b.submit(0, {goal("same")});
  b.registry.published(flight, b.now);
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 3);
  CHECK(outcomes[0].request == a);
  CHECK(outcomes[1].request == c);
  CHECK(outcomes[2].request == late);
  CHECK(b.registry.counters().flights == 1);
  CHECK(b.registry.counters().joins == 2);
  CHECK(b.registry.live_requests() == 0);
}

TEST_CASE("registry: a request without a slot is never superseded [R1]") {
  Bench b;
  b.submit(0, {goal("a")});
  b.submit(0, {goal("b")});
  CHECK(b.outcomes().empty());
  CHECK(b.registry.live_requests() == 2);
}

TEST_CASE("registry: a cancelled subscriber detaches alone, the last one stops the flight [R4]") {
  Bench b;
  const RequestId a = b.submit(0, {goal("k")});
  const RequestId c = b.submit(0, {goal("k")});
  const FlightId flight = b.start();
  CHECK(b.registry.cancel(a));
  CHECK(b.registry.take_abandoned().empty());
  CHECK(b.registry.cancel(c));
  CHECK(b.registry.take_abandoned() == std::vector<FlightId>{flight});
  CHECK(b.outcomes().empty());
}

TEST_CASE("registry: a flight whose stop was requested cannot be joined [R5]") {
  Bench b;
  const RequestId a = b.submit(0, {goal("k")});
  const FlightId zombie = b.start();
  b.registry.cancel(a);
  const RequestId c = b.submit(0, {goal("k")});
  const FlightId fresh = b.start();
  CHECK(fresh != zombie);
  b.registry.published(zombie, b.now);  // too late: nobody hears of it
  CHECK(b.outcomes().empty());
  b.registry.published(fresh, b.now);
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].request == c);
}

TEST_CASE("registry: cancel is idempotent and needs no worker for a queued request [R21][R24]") {
  Bench b;
  const RequestId a = b.submit(1, {goal("a")});
  CHECK(b.registry.cancel(a));
  CHECK_FALSE(b.registry.cancel(a));
  CHECK(b.registry.queued_flights() == 0);
  CHECK(b.start() == 0);
  CHECK(b.registry.take_abandoned().empty());
}

TEST_CASE("registry: a started first level that is nearly done is let finish [R11]") {
  Bench b;
  const RequestId a = b.submit(1, {goal("a", 90)});
  const FlightId flight = b.start();
  const RequestId c = b.submit(1, {goal("c", 90)});
  CHECK(b.outcomes().empty());
  CHECK(b.start() == 0);  // the slot runs one flight at a time
  b.registry.published(flight, b.now);
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].request == a);
  CHECK(outcomes[0].kind == Kind::kFrame);
  CHECK(b.start() == b.registry.flight_of(c));
}

TEST_CASE(
    "registry: a slow first level gives way to a newer request that shows something sooner [R11]") {
  Bench b;
  b.submit(1, {goal("a", 90)});
  const FlightId slow = b.start();
  b.submit(1, {goal("c/coarse", 3, false), goal("c", 90)});
  CHECK(b.registry.take_abandoned() == std::vector<FlightId>{slow});
  // The next one may not be stopped before it has shown something [R12].
  const FlightId coarse = b.start();
  b.submit(1, {goal("d/coarse", 3, false), goal("d", 90)});
  CHECK(b.registry.take_abandoned().empty());
  b.registry.published(coarse, b.now);
}

TEST_CASE("registry: of two flights started in a row at least one shows something [R12][L-3]") {
  Bench b;
  RequestId newest = b.submit(1, {goal("0", 1000)});
  int stopped_in_a_row = 0;
  int shown = 0;
  for (int i = 1; i <= 200; ++i) {
    const FlightId flight = b.start();
    b.now += 16;
    newest = b.submit(1, {goal(std::to_string(i), 1000)});
    const bool stopped = flight != 0 && !b.registry.take_abandoned().empty();
    if (flight != 0) stopped_in_a_row = stopped ? stopped_in_a_row + 1 : 0;
    CHECK(stopped_in_a_row <= 1);
    if (flight != 0 && !stopped) {
      b.registry.published(flight, b.now);
      ++shown;
    }
    b.outcomes();
  }
  CHECK(shown >= 95);
  CHECK(b.registry.version(newest) == 201);
}

TEST_CASE("registry: values that are submitted twice do not freeze the view either [R12][L-3]") {
  Bench b;
  int stopped_in_a_row = 0;
  for (int i = 0; i < 50; ++i) {
    b.submit(1, {goal(std::to_string(i), 90)});
    const FlightId flight = b.start();
    b.submit(1, {goal(std::to_string(i), 90)});  // joins, and is let finish with the first one
    b.submit(1, {goal("quick" + std::to_string(i), 1)});
    const bool stopped = !b.registry.take_abandoned().empty();
    stopped_in_a_row = stopped ? stopped_in_a_row + 1 : 0;
    REQUIRE(stopped_in_a_row <= 1);
    if (flight != 0 && !stopped) b.registry.published(flight, b.now);
    b.now += 16;
  }
}

TEST_CASE(
    "registry: joining a flight leaves its age as it was, the oldest's leaving does not [R7]") {
  Bench b;
  const RequestId old = b.submit(0, {goal("a")});
  const FlightId first = b.registry.flight_of(old);
  const FlightId second = b.registry.flight_of(b.submit(0, {goal("b")}));
  b.submit(0, {goal("a")});
  CHECK(b.registry.rank(first) < b.registry.rank(second));
  b.registry.cancel(old);
  CHECK(b.registry.rank(first) > b.registry.rank(second));
}

TEST_CASE("registry: what is shown never goes back in time [R13]") {
  Bench b;
  // Both versions of slot 1 join what other slots have started; the newer one's flight ends first.
  b.submit(2, {goal("slow")});
  const FlightId slow = b.start();
  b.submit(3, {goal("fast")});
  const FlightId fast = b.start();
  const RequestId older = b.submit(1, {goal("slow")});
  const RequestId newer = b.submit(1, {goal("fast")});
  b.registry.published(fast, b.now);
  b.registry.published(slow, b.now);
  int heard = 0;
  for (const Outcome& outcome : b.outcomes()) {
    if (outcome.request == newer) CHECK(outcome.kind == Kind::kFrame);
    if (outcome.request == older) CHECK(outcome.kind == Kind::kSuperseded);
    heard += outcome.request == newer || outcome.request == older;
  }
  CHECK(heard == 2);
}

TEST_CASE("registry: the last submission of a slot is always shown [R14][L-2]") {
  Bench b;
  for (int i = 0; i < 50; ++i) {
    b.submit(1, {goal(std::to_string(i), 500)});
    if (i % 3 == 0) b.start();
    b.registry.take_abandoned();
    b.now += 5;
  }
  uint64_t shown = 0;
  while (const FlightId flight = b.registry.flight_of(50) != 0 ? b.start() : 0) {
    b.registry.published(flight, b.now);
    for (const Outcome& o : b.outcomes()) {
      if (o.kind == Kind::kFrame) shown = o.version;
    }
  }
  // A flight that was let finish may still hold the slot: it ends, then the newest one runs.
  for (FlightId flight = 1; b.registry.live_requests() > 0 && flight < 60; ++flight) {
    b.registry.published(flight, b.now);
    while (const FlightId next = b.start()) b.registry.published(next, b.now);
  }
  for (const Outcome& o : b.outcomes()) {
    if (o.kind == Kind::kFrame) shown = o.version;
  }
  CHECK(shown == 50);
  CHECK(b.registry.live_requests() == 0);
}

TEST_CASE("registry: returning to the running value joins its flight [R15]") {
  Bench b;
  b.submit(1, {goal("a", 1000)});
  const FlightId flight = b.start();
  b.submit(1, {goal("a", 1000)});
  CHECK(b.registry.take_abandoned().empty());
  b.registry.published(flight, b.now);
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].kind == Kind::kSuperseded);
  CHECK(outcomes[1].kind == Kind::kFrame);
  CHECK(outcomes[1].version == 2);
}

TEST_CASE("registry: supersession in one slot leaves other subscribers alone [R16][I-13]") {
  Bench b;
  b.submit(1, {goal("shared", 1000)});
  const RequestId other = b.submit(2, {goal("shared", 1000)});
  const FlightId flight = b.start();
  b.submit(1, {goal("new", 1000)});
  CHECK(b.registry.take_abandoned().empty());
  b.registry.published(flight, b.now);
  bool delivered = false;
  for (const Outcome& o : b.outcomes()) delivered |= o.request == other && o.kind == Kind::kFrame;
  CHECK(delivered);
}

TEST_CASE(
    "registry: a coarse frame is followed by the exact one, refinement stops for a newer version "
    "[R11][R51]") {
  Bench b;
  const RequestId a = b.submit(1, {goal("a/coarse", 2, false), goal("a", 200)});
  b.registry.published(b.start(), b.now);
  auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK_FALSE(outcomes[0].exact);
  CHECK_FALSE(outcomes[0].last);
  const FlightId refinement = b.start();
  REQUIRE(refinement == b.registry.flight_of(a));
  SECTION("undisturbed it ends exact") {
    b.registry.published(refinement, b.now);
    outcomes = b.outcomes();
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].exact);
    CHECK(outcomes[0].last);
  }
  SECTION("a newer version stops it at once") {
    b.submit(1, {goal("b/coarse", 2, false), goal("b", 200)});
    CHECK(b.registry.take_abandoned() == std::vector<FlightId>{refinement});
    outcomes = b.outcomes();
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].kind == Kind::kSuperseded);
  }
}

TEST_CASE("registry: a flight has the best lane of its subscribers [R6][R38]") {
  Bench b;
  const RequestId slow = b.submit(0, {goal("k")}, Lane::kBackground);
  const FlightId flight = b.registry.flight_of(slow);
  const RequestId fast = b.submit(0, {goal("k")}, Lane::kInteractive);
  CHECK(b.registry.lane(flight) == Lane::kInteractive);
  b.registry.cancel(fast);
  CHECK(b.registry.lane(flight) == Lane::kBackground);
  b.registry.set_lane(slow, Lane::kExport);
  CHECK(b.registry.lane(flight) == Lane::kExport);
}

TEST_CASE("registry: a failure reaches every subscriber and is not joined again [R8]") {
  Bench b;
  b.submit(0, {goal("k")});
  b.submit(0, {goal("k")});
  b.registry.failed(b.start(), Status(Code::kTaskFailed, "why"));
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 2);
  for (const Outcome& o : outcomes) {
    CHECK(o.kind == Kind::kFailed);
    CHECK(o.error.code() == Code::kTaskFailed);
  }
  b.submit(0, {goal("k")});
  CHECK(b.registry.counters().flights == 2);
}

TEST_CASE("registry: a deadline settles the request and frees its flight [R26]") {
  Bench b;
  b.submit(0, {goal("k")}, Lane::kExport, b.now + 50);
  const FlightId flight = b.start();
  CHECK(b.registry.next_event_ms(b.now) == b.now + 50);
  b.now += 50;
  b.registry.expire(b.now);
  const auto outcomes = b.outcomes();
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].error.code() == Code::kDeadline);
  CHECK(outcomes[0].error.message() == "Expected a result before the timeout, got none in 50 ms");
  CHECK(b.registry.take_abandoned() == std::vector<FlightId>{flight});
}
