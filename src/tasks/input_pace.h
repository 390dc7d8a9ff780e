// How fast the inputs of a slot follow each other, and so when the next one is likely [R54].
//
// The longest and the shortest of the last few intervals, nothing finer: what is begun before the
// next input is wasted as a whole, and a single interval that was longer than usual says that the
// next one may be.
#ifndef STOPBATH_TASKS_INPUT_PACE_H_
#define STOPBATH_TASKS_INPUT_PACE_H_

#include <algorithm>
#include <array>

namespace stopbath {

class InputPace {
 public:
  // An input at `now_ms`. One that `repeats` the setting before it says that the hand rests, such
  // as the `change` of a slider after its last `input`. One that comes `isolated_ms` or more after
  // the last change begins a new drag.
  void note(double now_ms, bool repeats, double isolated_ms) {
    rests_ = repeats;
    if (repeats) return;
    const double interval_ms = now_ms - changed_ms_;
    changed_ms_ = now_ms;
    if (interval_ms < isolated_ms) {
      intervals_ms_[static_cast<size_t>(count_++ % kMost)] = interval_ms;
    } else {
      count_ = 0;
    }
  }

  // From the last input until the next one is late, 0 when none is expected. The fewer intervals
  // are known, the more is added to the longest: half of it to the first, a sixteenth to eight.
  double late_after_ms() const {
    if (rests_ || count_ == 0) return 0;
    return *std::max_element(intervals_ms_.begin(), end()) * (1 + 0.5 / known());
  }

  // From the last input until the next one may come.
  double early_after_ms() const {
    return rests_ || count_ == 0 ? 0 : *std::min_element(intervals_ms_.begin(), end());
  }

 private:
  static constexpr int kMost = 8;

  int known() const { return std::min(count_, kMost); }
  std::array<double, kMost>::const_iterator end() const { return intervals_ms_.begin() + known(); }

  std::array<double, kMost> intervals_ms_{};  // the newest takes the oldest's place
  int count_ = 0;
  double changed_ms_ = -1e300;
  bool rests_ = false;
};

}  // namespace stopbath

#endif  // STOPBATH_TASKS_INPUT_PACE_H_
