// The standard library's clock. Weak, because a platform may have one that costs less: see
// src/bind/clock.cc.
#include "base/clock.h"

#include <chrono>

namespace stopbath {

__attribute__((weak)) int64_t monotonic_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace stopbath
