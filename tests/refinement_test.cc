// When the exact version of a preview is begun: not while the next input is likely, and not later.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "registry_bench.h"

using namespace stopbath;

namespace {

struct Drag : Bench {
  // A new setting whose coarse version is shown 2 ms later; the time is then that of the showing.
  RequestId input(const std::string& setting, double exact_ms = 200) {
    at = now;
    const RequestId request =
        submit(1, {goal(setting + "/coarse", 2, false), goal(setting, exact_ms)});
    now += 2;
    registry.published(start(), now);
    return request;
  }
  void inputs(int count, double interval_ms, double exact_ms = 200) {
    for (int i = 0; i < count; ++i) {
      if (count_++ > 0) now = at + interval_ms;
      input("setting " + std::to_string(count_), exact_ms);
      registry.take_abandoned();
    }
  }
  // From the last input to the earliest start of its exact version.
  double pause_ms() {
    const double due = registry.next_event_ms(now);
    if (due == kNever) return 0;
    now = due;
    return due - at;
  }
  double at = 0;  // of the last input

 private:
  int count_ = 0;
};

}  // namespace

TEST_CASE("registry: during a drag refinement waits until the next input is late [R14][R54]") {
  Drag d;
  SECTION("by half of the only interval that is known") {
    d.inputs(2, 16);
    CHECK(d.start() == 0);
    CHECK(d.pause_ms() == 24);
    CHECK(d.start() != 0);
  }
  SECTION("by a sixteenth when eight intervals were alike") {
    d.inputs(20, 16);
    CHECK(d.start() == 0);
    CHECK(d.pause_ms() == 17);
    CHECK(d.start() != 0);
  }
  SECTION("by the longest of the last eight") {
    d.inputs(10, 16);
    d.inputs(1, 32);
    d.inputs(7, 16);
    CHECK(d.pause_ms() == 34);
    d.inputs(1, 16);
    CHECK(d.pause_ms() == 17);
  }
  SECTION("80 ms at most") {
    d.inputs(3, 150);
    CHECK(d.pause_ms() == 80);
  }
}

TEST_CASE("registry: an isolated input is refined at once [R54]") {
  Drag d;
  d.inputs(10, 16);
  d.inputs(1, 400);
  CHECK(d.start() != 0);
}

TEST_CASE("registry: what is exact before the next input comes does not wait for it [R54]") {
  Drag d;
  d.inputs(10, 50, 30);
  CHECK(d.start() != 0);
}

TEST_CASE(
    "registry: a setting that is asked for again has settled, and is refined at once [R54][R154]") {
  Drag d;
  d.inputs(10, 16);
  CHECK(d.start() == 0);
  SECTION("while its exact version waits") {
    d.now += 3;
    d.submit(1, {goal("setting 10/coarse", 2, false), goal("setting 10", 200)});
    CHECK(d.start() != 0);
  }
  SECTION("while its coarse version runs") {
    d.now += 14;
    d.submit(1, {goal("last/coarse", 2, false), goal("last", 200)});
    const FlightId coarse = d.start();
    REQUIRE(coarse != 0);
    d.now += 1;
    d.submit(1, {goal("last/coarse", 2, false), goal("last", 200)});
    d.now += 1;
    d.registry.published(coarse, d.now);
    CHECK(d.start() != 0);
  }
  SECTION("and the next one is waited for again") {
    d.now += 3;
    d.submit(1, {goal("setting 10/coarse", 2, false), goal("setting 10", 200)});
    d.now += 11;
    d.input("another");
    CHECK(d.start() == 0);
  }
}
