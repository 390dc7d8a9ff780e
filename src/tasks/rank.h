// The order of work as one word, smaller first: lane, then refinement after first levels, then
// deadline, then the caller's urgency, then age [R31]; and how long a lower lane may wait before
// order gives way [R33].
#ifndef STOPBATH_TASKS_RANK_H_
#define STOPBATH_TASKS_RANK_H_

#include <array>
#include <cstdint>

#include "tasks/task_types.h"

namespace stopbath {

inline constexpr int kLaneShift = 62;
inline constexpr int kRefinementShift = 61;
inline constexpr int kDeadlineShift = 35;
inline constexpr int kUrgencyShift = 32;

// Deadlines are told apart by 32 ms, up to 24 days from the clock's start.
constexpr uint64_t deadline_tick(double deadline_ms) {
  constexpr uint64_t kNone = (uint64_t{1} << (kRefinementShift - kDeadlineShift)) - 1;
  if (!(deadline_ms < 32.0 * static_cast<double>(kNone))) return kNone;
  return deadline_ms > 0 ? static_cast<uint64_t>(deadline_ms / 32) : 0;
}

struct RankOf {
  Lane lane = Lane::kInteractive;
  bool refinement = false;
  double deadline_ms = kNever;
  int urgency = kUrgency;  // 0..kLeastUrgent
  RequestId age = 0;
};
constexpr uint64_t make_rank(const RankOf& of) {
  return (uint64_t(of.lane) << kLaneShift) | (uint64_t(of.refinement) << kRefinementShift) |
         (deadline_tick(of.deadline_ms) << kDeadlineShift) |
         (uint64_t(of.urgency) << kUrgencyShift) | of.age;
}
// Every rank of the lane is at least this, every rank of a better lane below it.
constexpr uint64_t first_rank(Lane lane) { return uint64_t(lane) << kLaneShift; }
// Of the first levels without deadline or urgency of a lane: among these age decides alone.
constexpr uint64_t plain_rank(Lane lane) { return make_rank({.lane = lane}); }
constexpr Lane lane_of(uint64_t rank) { return static_cast<Lane>(rank >> kLaneShift); }
constexpr RequestId age_of(uint64_t rank) { return static_cast<RequestId>(rank); }
constexpr bool equal_but_age(uint64_t a, uint64_t b) { return a >> 32 == b >> 32; }

// Milliseconds that the oldest flight of a lane may wait for its next unit before it is overdue:
// then one claim in kQuotaClaims is for such flights, whatever waits before them. Without a bound
// for the interactive lane, which nothing precedes.
inline constexpr std::array<double, kLanes> kAgeingBoundMs{kNever, 2000, 10000};
inline constexpr uint32_t kQuotaClaims = 10;

}  // namespace stopbath

#endif  // STOPBATH_TASKS_RANK_H_
