// What runs next: lanes, deadlines, urgency and age, and what may be shown after what.
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "registry_bench.h"
#include "tasks/rank.h"

using namespace stopbath;

TEST_CASE("registry: lanes are strict and age decides inside one [R31]") {
  Bench b;
  const RequestId background = b.submit(0, {goal("bg")}, Lane::kBackground);
  const RequestId late_export = b.submit(0, {goal("ex1")}, Lane::kExport);
  const RequestId later_export = b.submit(0, {goal("ex2")}, Lane::kExport);
  const RequestId preview = b.submit(1, {goal("ui")}, Lane::kInteractive);
  std::vector<FlightId> expected;
  for (RequestId id : {preview, late_export, later_export, background}) {
    expected.push_back(b.registry.flight_of(id));
  }
  std::vector<FlightId> order;
  while (const FlightId flight = b.start()) order.push_back(flight);
  CHECK(order == expected);
}

TEST_CASE(
    "registry: inside a lane the deadline decides, then urgency, then age [R31][R131][R231]") {
  Bench b;
  std::vector<RequestId> requests;
  const auto submit = [&](double deadline_ms, int urgency) {
    Submission s;
    s.lane = Lane::kExport;
    s.now_ms = b.now;
    s.deadline_ms = deadline_ms;
    s.urgency = urgency;
    s.goals = {goal(std::to_string(requests.size()))};
    requests.push_back(b.registry.submit(std::move(s)).value());
  };
  submit(kNever, kUrgency);
  submit(kNever, 1);
  submit(b.now + 9000, 7);
  submit(b.now + 5000, 7);
  submit(kNever, 1);
  submit(kNever, kUrgency);
  std::vector<FlightId> expected;
  for (const size_t i : {3, 2, 1, 4, 0, 5}) expected.push_back(b.registry.flight_of(requests[i]));
  std::vector<FlightId> order;
  while (const FlightId flight = b.start()) order.push_back(flight);
  CHECK(order == expected);
}

TEST_CASE(
    "registry: a flight has the deadline and the urgency of its most pressing subscriber "
    "[R6][R31]") {
  Bench b;
  const auto submit = [&](const char* key, int urgency, double deadline_ms) {
    Submission s;
    s.now_ms = b.now;
    s.urgency = urgency;
    s.deadline_ms = deadline_ms;
    s.goals = {goal(key)};
    return b.registry.submit(std::move(s)).value();
  };
  const FlightId first = b.registry.flight_of(submit("a", 5, kNever));
  const FlightId second = b.registry.flight_of(submit("b", 4, kNever));
  CHECK(b.registry.rank(second) < b.registry.rank(first));
  const RequestId pressing = submit("a", 0, kNever);
  CHECK(b.registry.rank(first) < b.registry.rank(second));
  submit("b", 7, b.now + 1000);
  CHECK(b.registry.rank(second) < b.registry.rank(first));
  b.registry.cancel(pressing);
  CHECK(b.registry.rank(second) < b.registry.rank(first));
}

TEST_CASE("registry: a newer coarse frame replaces an older exact one, never the reverse [R52]") {
  Bench b;
  b.submit(1, {goal("old")});
  b.registry.published(b.start(), b.now);
  CHECK(b.outcomes().at(0).exact);
  b.now += 1000;
  // The version between is nearly done, so it may end; it does so after the newest is shown.
  const RequestId between = b.submit(1, {goal("between", 10)});
  const FlightId started = b.start();
  const RequestId newest = b.submit(1, {goal("new/coarse", 8, false), goal("new", 500)});
  const FlightId coarse = b.registry.flight_of(newest);
  b.registry.started(coarse, b.now);
  b.registry.published(coarse, b.now);
  b.registry.published(started, b.now);
  std::vector<std::pair<RequestId, Kind>> heard;
  for (const Outcome& outcome : b.outcomes()) {
    if (outcome.request == between || outcome.request == newest) {
      heard.emplace_back(outcome.request, outcome.kind);
      if (outcome.kind == Kind::kFrame) CHECK_FALSE(outcome.exact);
    }
  }
  CHECK(heard == std::vector<std::pair<RequestId, Kind>>{{between, Kind::kSuperseded},
                                                         {newest, Kind::kFrame}});
}

TEST_CASE("registry: what more urgent requests pass is overdue by its age [R31][R33]") {
  Bench b;
  const auto submit = [&](const char* key, int urgency) {
    Submission s;
    s.now_ms = b.now;
    s.urgency = urgency;
    s.goals = {goal(key)};
    return b.registry.flight_of(b.registry.submit(std::move(s)).value());
  };
  const FlightId passed = submit("a", kLeastUrgent);
  b.now += 1;
  submit("b", 0);
  CHECK(b.registry.next_to_start(b.now) != passed);
  CHECK_FALSE(b.registry.overdue(Lane::kExport, b.now + 1998).has_value());
  CHECK(b.registry.overdue(Lane::kExport, b.now + 1999) == passed);
}
