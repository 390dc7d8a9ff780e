// Cool-downs around scale(); the header tells what each is for.
#include "workers/pool_sizer.h"

#include <algorithm>
#include <cmath>

#include "base/mutation.h"

namespace stopbath {
namespace {

constexpr double kLookMs = 20;   // between decisions while there is work
constexpr double kAskMs = 1000;  // between questions to a user's function while there is none
constexpr double kRetirePauseMs = 1000;    // between retirements, and after growth
constexpr double kFirstFailureMs = 30000;  // no start for so long after a failed one; doubles
constexpr double kLongestFailureMs = 300000;
constexpr double kMostPatience = 8;
constexpr double kStartWeight = 0.3;  // of the newest start in the mean

}  // namespace

void PoolSizer::note_demand(int64_t units, double now_ms) {
  const auto needed = static_cast<size_t>(std::clamp<int64_t>(units, 0, kMaxWorkers));
  for (size_t k = 1; k <= needed; ++k) needed_ms_[k] = now_ms;
}

double PoolSizer::spare_ms(int workers, double now_ms) const {
  return now_ms - needed_ms_[static_cast<size_t>(std::clamp(workers, 0, kMaxWorkers))];
}

bool PoolSizer::look_due(double now_ms) {
  put_off_ = now_ms < next_look_ms_;
  return limits_.max > 0 && !put_off_;
}

void PoolSizer::answered(double start_ms) {
  start_ms_ += kStartWeight * (start_ms - start_ms_);
  failure_pause_ms_ = 0;
}

PoolMove PoolSizer::decide(const PoolSnapshot& snapshot, std::optional<double> wish,
                           double now_ms) {
  next_look_ms_ = now_ms + kLookMs;
  put_off_ = false;
  ScaleDecision decision = scale(snapshot);
  const bool asked = wish.has_value() && std::isfinite(*wish) && !snapshot.circuit_open;
  if (asked) {
    const double n = std::clamp(std::round(*wish), double(snapshot.warm), double(snapshot.max));
    const int step = n > snapshot.workers ? 1 : n < snapshot.workers ? -1 : 0;
    decision = {snapshot.workers + step, ScaleReason::kWish};
  }
  const PoolMove move = move_for(snapshot, decision, now_ms);
  if (decision.reason != counters_.last || move != PoolMove::kNone) {
    counters_.last = decision.reason;
    ++counters_.reasons[static_cast<size_t>(decision.reason)];
  }
  return move;
}

PoolMove PoolSizer::move_for(const PoolSnapshot& snapshot, ScaleDecision& decision,
                             double now_ms) const {
  if (decision.workers > snapshot.workers) {
    if (now_ms < no_start_until_ms_ && !STOPBATH_BROKEN(61)) {
      decision.reason = ScaleReason::kFailed;
    } else if ((decision.reason != ScaleReason::kWarm && snapshot.starting > 0) ||
               snapshot.workers + snapshot.leaving >= snapshot.max) {
      decision.reason = ScaleReason::kCoolDown;
    } else {
      return PoolMove::kGrow;
    }
  }
  if (decision.workers < snapshot.workers) {
    const double paused_until_ms =
        std::max(last_grown_ms_, last_retired_ms_) + std::min(kRetirePauseMs, limits_.idle_ms);
    const bool queued = (snapshot.queued > 0 || snapshot.backlog_ms > 0) && !STOPBATH_BROKEN(165);
    const bool paused = now_ms < paused_until_ms || snapshot.leaving > 0;
    if (paused || queued || snapshot.busy >= snapshot.workers) {
      decision.reason = ScaleReason::kCoolDown;
    } else {
      return PoolMove::kRetire;
    }
  }
  return PoolMove::kNone;
}

void PoolSizer::grown(double now_ms) {
  ++counters_.grown;
  const bool soon = now_ms - last_retired_ms_ < 2 * idle_ms();
  if (soon && !STOPBATH_BROKEN(166)) patience_ = std::min(2 * patience_, kMostPatience);
  last_grown_ms_ = now_ms;
}

void PoolSizer::start_failed(double now_ms) {
  failure_pause_ms_ = std::clamp(2 * failure_pause_ms_, kFirstFailureMs, kLongestFailureMs);
  no_start_until_ms_ = now_ms + failure_pause_ms_;
}

void PoolSizer::retired(double now_ms) {
  ++counters_.retired;
  // A calm of twice the usual length since the last growth: the pool may be quick again.
  if (now_ms - last_grown_ms_ > 2 * idle_ms()) patience_ = 1;
  last_retired_ms_ = now_ms;
}

double PoolSizer::retire_due_ms(int workers) const {
  const double pause_ms = std::min(kRetirePauseMs, limits_.idle_ms);
  return std::max({needed_ms_[static_cast<size_t>(std::clamp(workers, 0, kMaxWorkers))] + idle_ms(),
                   last_retired_ms_ + pause_ms, last_grown_ms_ + pause_ms});
}

double PoolSizer::next_look_ms(int workers, bool idle, bool asks_user) const {
  if (limits_.max == 0) return kNever;
  if (workers < limits_.warm) return std::max(next_look_ms_, no_start_until_ms_);
  if (!idle) return put_off_ ? next_look_ms_ : kNever;
  if (workers <= limits_.warm || STOPBATH_BROKEN(167)) return kNever;
  if (asks_user) return std::max(next_look_ms_, last_retired_ms_ + kAskMs);
  return std::max(next_look_ms_, retire_due_ms(workers));
}

}  // namespace stopbath
