// Orders of two threads' steps that only a pause at a labelled point can force; needs the mutation
// tests' build, which has the points.
#include <catch2/catch_test_macros.hpp>
#include <string_view>

#include "base/mutation.h"
#include "manual_world.h"

#ifdef STOPBATH_MUTATIONS

using namespace stopbath;

namespace {

// Runs `action` once, when the code comes by the point.
struct AtPoint {
  template <class Action>
  AtPoint(std::string_view point, Action action) {
    at_point = [=](std::string_view here) mutable {
      if (here != point) return;
      at_point = nullptr;
      action();
    };
  }
  ~AtPoint() { at_point = nullptr; }
};

}  // namespace

TEST_CASE("races: who looks at a flight while it ends tells the host when it lets go [R110][L-9]") {
  ManualWorld w(2);
  w.render();
  REQUIRE(w.begin(0));
  WorkerSeat& last = *w.threads.seats[0];
  WorkerSeat& onlooker = *w.threads.seats[1];
  uint32_t reports = 0;
  const AtPoint pause("claim: announced", [&] {
    run_held_unit(last);
    end_unit(last, 1);
    w.step();  // the host cannot take the berth back: somebody announces a claim on it
    reports = w.pipeline.board().completions();
  });
  CHECK_FALSE(begin_unit(onlooker, 0));
  CHECK(w.events.size() == 1);
  CHECK(w.pipeline.stats().ending_flights == 1);
  CHECK(w.pipeline.board().completions() > reports);
  w.step();
  CHECK(w.pipeline.stats().ending_flights == 0);
}

TEST_CASE("races: a worker that leaves while it is given up has left [R111]") {
  ManualWorld w(1);
  WorkerSeat& seat = *w.threads.seats[0];
  const AtPoint pause("give up: told", [&seat] { leave(seat); });
  w.pipeline.pool().give_up(w.threads.indices[0]);
  CHECK(seat.state == SeatState::kLeft);
  CHECK(w.pipeline.stats().pool.lost == 0);
}

#endif
