// The page's time as the core's: the core has one clock of its own, and the page's differs from it
// by a constant.
//
// The constant is looked at again from time to time only: browsers round both clocks, and a
// constant that changed by a little at each step would make the page set its timer anew each time.
// What the core is told never goes back. Milliseconds.
#ifndef STOPBATH_BIND_PAGE_CLOCK_H_
#define STOPBATH_BIND_PAGE_CLOCK_H_

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/clock.h"

namespace stopbath {

class PageClock {
 public:
  // Looks at both clocks: the core's time.
  double look(double page_ms) {
    now_ms_ = std::max(now_ms_, core_ms());
    looked_ms_ = page_ms;
    offset_ms_ = now_ms_ - page_ms;
    return now_ms_;
  }
  // The core's time at `page_ms`, by the last look when that was lately.
  double at(double page_ms) {
    if (!(std::abs(page_ms - looked_ms_) < kLookAgainMs)) return look(page_ms);
    now_ms_ = std::max(now_ms_, page_ms + offset_ms_);
    return now_ms_;
  }
  // The core's clock less the page's.
  double offset_ms() const { return offset_ms_; }
  static double core_ms() { return static_cast<double>(monotonic_ns()) * 1e-6; }

 private:
  static constexpr double kLookAgainMs = 100;

  double now_ms_ = 0;
  double looked_ms_ = -std::numeric_limits<double>::infinity();
  double offset_ms_ = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_BIND_PAGE_CLOCK_H_
