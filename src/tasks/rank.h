// The order of work as one word, smaller first: lane, then refinement after first levels, then age
// [R31]; and how long a lower lane may wait before order gives way [R33].
#ifndef STOPBATH_TASKS_RANK_H_
#define STOPBATH_TASKS_RANK_H_

#include <array>
#include <cstdint>

#include "tasks/task_types.h"

namespace stopbath {

inline constexpr int kLaneShift = 62;
inline constexpr int kRefinementShift = 61;

constexpr uint64_t make_rank(Lane lane, bool refinement, RequestId age) {
  return (uint64_t(lane) << kLaneShift) | (uint64_t(refinement) << kRefinementShift) | age;
}
// Every rank of the lane is at least this, every rank of a better lane below it.
constexpr uint64_t first_rank(Lane lane) { return make_rank(lane, false, 0); }
constexpr Lane lane_of(uint64_t rank) { return static_cast<Lane>(rank >> kLaneShift); }
constexpr RequestId age_of(uint64_t rank) { return static_cast<RequestId>(rank); }

// Milliseconds that the oldest flight of a lane may wait for its next unit before it is overdue:
// then one claim in kQuotaClaims is for such flights, whatever waits before them. Without a bound
// for the interactive lane, which nothing precedes.
inline constexpr std::array<double, kLanes> kAgeingBoundMs{kNever, 2000, 10000};
inline constexpr uint32_t kQuotaClaims = 10;

}  // namespace stopbath

#endif  // STOPBATH_TASKS_RANK_H_
