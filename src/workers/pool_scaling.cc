// Growth pays when what it saves of the backlog is more than the start of a worker costs, or when
// workers are busy all the time and the lanes feel it. Shrinking waits for a long calm.
#include "workers/pool_scaling.h"

#include <algorithm>

#include "base/mutation.h"

namespace stopbath {
namespace {

constexpr double kFullUtilisation = 0.8;
// The longest wait that a lane may feel without more workers: two frames, then what exports and
// warm-ups bear.
constexpr double kBearableWaitMs[kLanes] = {33, 250, 2000};
constexpr double kLeastSpeedup = 1.1;
constexpr double kFullHeap = 0.9;

bool lanes_suffer(const PoolSnapshot& s) {
  for (int lane = 0; lane < kLanes; ++lane) {
    if (s.wait_p95_ms[static_cast<size_t>(lane)] > kBearableWaitMs[lane]) return true;
  }
  return false;
}

bool one_more_pays(const PoolSnapshot& s) {
  if (s.marginal_speedup < kLeastSpeedup || STOPBATH_BROKEN(66)) return false;
  const double saved_ms = s.backlog_ms * (1 - 1 / s.marginal_speedup);
  return saved_ms > s.start_ms || (s.utilisation >= kFullUtilisation && lanes_suffer(s));
}

}  // namespace

ScaleDecision scale(const PoolSnapshot& s) {
  if (s.circuit_open) return {s.workers, ScaleReason::kCircuit};
  if (s.workers < s.warm) return {s.workers + 1, ScaleReason::kWarm};
  const bool short_of_memory = s.memory_pressure || s.heap_fill > kFullHeap;
  if (s.workers < s.max && one_more_pays(s)) {
    if (short_of_memory) return {s.workers, ScaleReason::kMemory};
    if (s.recent_losses > 0) return {s.workers, ScaleReason::kLosses};
    if (!s.page_visible) return {s.workers, ScaleReason::kHidden};
    return {s.workers + 1, ScaleReason::kDemand};
  }
  if (s.workers > s.warm || STOPBATH_BROKEN(65)) {
    if (short_of_memory && s.busy < s.workers) return {s.workers - 1, ScaleReason::kMemory};
    if (s.spare_ms >= s.idle_ms) return {s.workers - 1, ScaleReason::kIdle};
  }
  return {s.workers, ScaleReason::kEnough};
}

double marginal_speedup(int64_t units, int workers) {
  if (units <= 0 || workers <= 0) return 1;
  const auto rounds = [units](int n) { return static_cast<double>((units + n - 1) / n); };
  return rounds(workers) / rounds(workers + 1);
}

}  // namespace stopbath
