// How many workers a pool should have: a pure function of a snapshot [R66].
//
// It answers with the present number, or one more or one less, and the reason. When the step is
// taken is the business of PoolSizer, which also lets a function of the user stand in for this one.
#ifndef STOPBATH_WORKERS_POOL_SCALING_H_
#define STOPBATH_WORKERS_POOL_SCALING_H_

#include <array>
#include <cstdint>

#include "tasks/task_types.h"

namespace stopbath {

// What the decision depends on, and all it depends on.
struct PoolSnapshot {
  int workers = 0;   // that take work or are about to answer
  int starting = 0;  // of them, those that have not answered
  int busy = 0;      // of them, those that hold a unit
  int leaving = 0;   // retired, and not gone yet
  int warm = 0;      // the fewest workers, kept however long they idle
  int max = 0;       // the most
  int queued = 0;    // flights that wait
  // 95th percentile of the time from admission to the first unit in the last few seconds, by lane.
  std::array<double, kLanes> wait_p95_ms{};
  double utilisation = 0;        // share of the workers' time that units took since the last look
  double marginal_speedup = 1;   // of what is on offer, by one more worker: 1 to 2
  double backlog_ms = 0;         // predicted time to the end of all that is admitted
  double start_ms = 0;           // from starting a worker to its answer, as measured
  double spare_ms = 0;           // for how long one worker fewer would have been enough
  double idle_ms = 0;            // a worker that was spare for so long may go
  double heap_fill = 0;          // bytes in use over the budget, 0 to 1
  bool memory_pressure = false;  // a flight waits for memory
  bool page_visible = true;
  int recent_losses = 0;  // workers lost in the last minute
  bool circuit_open = false;
};

enum class ScaleReason : uint8_t {
  kEnough,    // neither more nor fewer
  kWarm,      // fewer than the warm ones
  kDemand,    // one more pays for its start
  kIdle,      // the last one was not needed for long
  kMemory,    // an idle worker goes, or none is added, because memory is short
  kHidden,    // none is added while nobody looks at the page
  kLosses,    // none is added after workers were lost
  kCircuit,   // the supervisor alone starts workers
  kWish,      // the user's function says so
  kFailed,    // none is added after a start that failed
  kCoolDown,  // wanted, and put off
};
inline constexpr int kScaleReasons = 11;

struct ScaleDecision {
  int workers = 0;
  ScaleReason reason = ScaleReason::kEnough;
};

ScaleDecision scale(const PoolSnapshot& snapshot);

// Time of `units` equal units on `workers` over their time on one worker more.
double marginal_speedup(int64_t units, int workers);

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_POOL_SCALING_H_
