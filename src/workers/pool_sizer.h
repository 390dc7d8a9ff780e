// When the pool takes a step towards the number of workers that scaling asks for [R65, R66].
//
// Steps are of one worker. Warm ones start in the first idle moment or on demand; growth is one
// start at a time; a worker is retired only while nothing is queued, one at a time, and one that is
// needed again soon after a retirement makes the next retirement wait twice as long. The k-th
// worker counts as needed while there are k units to do: so the last one started is the first to go
// (LIFO), whichever of the parked threads happens to take a unit. A pure state machine of the
// hosting thread.
#ifndef STOPBATH_WORKERS_POOL_SIZER_H_
#define STOPBATH_WORKERS_POOL_SIZER_H_

#include <array>
#include <optional>

#include "workers/pool_scaling.h"
#include "workers/worker_pool.h"

namespace stopbath {

struct PoolLimits {
  int warm = 0;            // 0 to kMaxWorkers
  int max = 0;             // warm to kMaxWorkers
  double idle_ms = 15000;  // above 0
};

enum class PoolMove : uint8_t { kNone, kGrow, kRetire };

struct SizerCounters {
  uint64_t grown = 0;
  uint64_t retired = 0;
  std::array<uint64_t, kScaleReasons> reasons{};  // how often each became the reason
  ScaleReason last = ScaleReason::kEnough;
};

class PoolSizer {
 public:
  void configure(const PoolLimits& limits) { limits_ = limits; }
  const PoolLimits& limits() const { return limits_; }
  // There is something to decide on: called before the snapshot is taken.
  bool look_due(double now_ms);
  // `units`: how many could run at this moment if there were workers for all.
  void note_demand(int64_t units, double now_ms);
  // For how long `workers` - 1 have been enough.
  double spare_ms(int workers, double now_ms) const;
  // The idle time that a retirement asks for now.
  double idle_ms() const { return limits_.idle_ms * patience_; }

  // `wish`: the number that a user's function asks for, instead of scale()'s.
  PoolMove decide(const PoolSnapshot& snapshot, std::optional<double> wish, double now_ms);
  // What became of the move.
  void grown(double now_ms);
  void start_failed(double now_ms);
  void retired(double now_ms);
  // A worker has answered `start_ms` after it was started.
  void answered(double start_ms);
  double start_ms() const { return start_ms_; }

  // When to look again although nothing else happens; kNever when there is nothing to decide.
  // `workers` as in the snapshot; `asks_user`: decisions are a user's, so their time is unknown.
  double next_look_ms(int workers, bool idle, bool asks_user) const;
  const SizerCounters& counters() const { return counters_; }

 private:
  PoolMove move_for(const PoolSnapshot& snapshot, ScaleDecision& decision, double now_ms) const;
  double retire_due_ms(int workers) const;

  PoolLimits limits_;
  double next_look_ms_ = 0;
  bool put_off_ = false;                             // something happened since the last look
  double start_ms_ = 30;                             // until one was measured
  std::array<double, kMaxWorkers + 1> needed_ms_{};  // last time the k-th worker was needed
  double last_grown_ms_ = -kNever;
  double last_retired_ms_ = -kNever;
  double no_start_until_ms_ = -kNever;
  double failure_pause_ms_ = 0;
  double patience_ = 1;  // 1 to kMostPatience
  SizerCounters counters_;
};

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_POOL_SIZER_H_
