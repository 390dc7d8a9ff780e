// What must hold after every step, from the core's own counters, and how often workers may be
// started.
#ifndef STOPBATH_TESTS_SIMULATOR_INVARIANTS_H_
#define STOPBATH_TESTS_SIMULATOR_INVARIANTS_H_

#include <deque>
#include <vector>

#include "pipeline/pipeline_coordinator.h"
#include "simulator.h"
#include "simulator_workers.h"

namespace stopbath::simulator {

class Invariants {
 public:
  Invariants(const Setup& setup, PipelineCoordinator& core, const Workers& workers, Judge& judge)
      : setup_(setup), core_(core), workers_(workers), judge_(judge) {}

  // `events` are those of the step that has just ended.
  void after_step(const std::vector<Event>& events, size_t pending);
  // When all has settled, the page has closed everything, and time enough has passed to notice what
  // hangs.
  void at_end(bool shut_down) const;

 private:
  void check_counters(size_t pending);
  void check_berths(const CoordinatorStats& stats) const;
  void check_starts(const std::vector<Event>& events);
  void check_sizing();

  const Setup& setup_;
  PipelineCoordinator& core_;
  const Workers& workers_;
  Judge& judge_;
  std::deque<double> restarts_ms_;
  bool circuit_open_ = false;
  double last_probe_ms_ = 0;
  int starts_ = 0;
  SizerCounters scaling_;
  size_t common_bytes_ = 0;  // in use after the last step, by other lanes
  size_t kept_bytes_ = 0;    // from them, after the last step
};

}  // namespace stopbath::simulator

#endif  // STOPBATH_TESTS_SIMULATOR_INVARIANTS_H_
