// A registry on a clock that the test moves, and goals by name.
#ifndef STOPBATH_TESTS_REGISTRY_BENCH_H_
#define STOPBATH_TESTS_REGISTRY_BENCH_H_

#include <string>
#include <utility>
#include <vector>

#include "tasks/worker_task_registry.h"

namespace stopbath {

using Kind = Outcome::Kind;

inline Goal goal(const std::string& key, double predicted_ms = 10, bool exact = true) {
  Goal g;
  g.key = ContentKey(key);
  g.predicted_ms = predicted_ms;
  g.exact = exact;
  return g;
}

struct Bench {
  WorkerTaskRegistry registry;
  double now = 1000;

  RequestId submit(SlotId slot, std::vector<Goal> goals, Lane lane = Lane::kInteractive,
                   double deadline = kNever) {
    Submission s;
    s.lane = lane;
    s.slot = slot;
    s.now_ms = now;
    s.deadline_ms = deadline;
    s.goals = std::move(goals);
    return registry.submit(std::move(s)).value();
  }
  // Starts the best flight; 0 when none may start.
  FlightId start() {
    const auto flight = registry.next_to_start(now);
    if (!flight) return 0;
    registry.started(*flight, now);
    return *flight;
  }
  std::vector<Outcome> outcomes() { return registry.take_outcomes(); }
};

}  // namespace stopbath

#endif  // STOPBATH_TESTS_REGISTRY_BENCH_H_
