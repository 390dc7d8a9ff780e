// The browser's clock, read as a double. The standard library would ask for it with 64-bit
// integers, which become two BigInts on the way through JavaScript: three times the price, and
// garbage for every unit.
#include "base/clock.h"

#include <emscripten.h>

namespace stopbath {

int64_t monotonic_ns() { return static_cast<int64_t>(emscripten_get_now() * 1e6); }

}  // namespace stopbath
