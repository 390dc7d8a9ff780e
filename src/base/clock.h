// The one monotonic clock of the core, the same on every thread.
//
// Only the edges read it: workers around a unit, the host once per call; the state machines are
// given the time.
#ifndef STOPBATH_BASE_CLOCK_H_
#define STOPBATH_BASE_CLOCK_H_

#include <cstdint>

namespace stopbath {

// Nanoseconds since a moment that does not change while the program runs.
int64_t monotonic_ns();

}  // namespace stopbath

#endif  // STOPBATH_BASE_CLOCK_H_
