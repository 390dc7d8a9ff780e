// How a memory that cannot grow is divided, so that only pixels run out of it [R62].
#ifndef STOPBATH_BIND_MEMORY_BUDGET_H_
#define STOPBATH_BIND_MEMORY_BUDGET_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "workers/unit_work.h"

namespace stopbath {

// The pixels' part of the memory: what is left beside code, control structures and the workers'
// scratch and stacks, so that the small allocations of the engine find room when pixels do not.
inline size_t pixel_budget(double workers, double memory_mib) {
  const double others_mib = 6 + std::max(1.0, workers) * (kScratchBytes / 1048576.0 + 1);
  return static_cast<size_t>(std::max(memory_mib - others_mib, memory_mib / 4)) << 20;
}

// Small allocations have no way to fail; the first that finds no room gets this instead [R62].
inline constexpr size_t kEmergencyBytes = size_t{512} << 10;
inline void* emergency = nullptr;

inline void spend_emergency() {
  if (emergency == nullptr) std::set_new_handler(nullptr);  // nothing is left: the next one traps
  std::free(emergency);
  emergency = nullptr;
}

inline void keep_emergency() {
  if (emergency == nullptr) emergency = std::malloc(kEmergencyBytes);
  if (emergency != nullptr) std::set_new_handler(spend_emergency);
}

}  // namespace stopbath

#endif  // STOPBATH_BIND_MEMORY_BUDGET_H_
