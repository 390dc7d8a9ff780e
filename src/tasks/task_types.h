// The words of the registry: lanes, goals, submissions and outcomes.
#ifndef STOPBATH_TASKS_TASK_TYPES_H_
#define STOPBATH_TASKS_TASK_TYPES_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "tasks/content_key.h"
#include "tasks/lane_gauge.h"

namespace stopbath {

using RequestId = uint32_t;  // strictly increasing, 0: none
using FlightId = uint32_t;   // likewise
using SlotId = uint32_t;     // 0: no slot

inline constexpr double kNever = std::numeric_limits<double>::infinity();

// Strict priority classes, best first; on the surface 'user-blocking', 'user-visible' and
// 'background' [R31].
enum class Lane : uint8_t { kInteractive = 0, kExport = 1, kBackground = 2 };
inline constexpr int kLanes = 3;

// The caller's order inside a lane, as of HTTP priorities (RFC 9218): 0 goes first.
inline constexpr int kUrgency = 3;
inline constexpr int kLeastUrgent = 7;

// How to compute the bytes of a key. The registry passes it on and knows nothing of it.
struct Recipe;

// One result that a request wants, coarse before exact.
struct Goal {
  ContentKey key;  // may be empty
  std::shared_ptr<const Recipe> recipe;
  int level = 0;  // log2 of the reduction of what is computed; smaller is finer
  bool exact = true;
  double predicted_ms = 0;
  size_t bytes = 0;              // of its result and temporaries
  std::vector<RequestId> after;  // it does not start before these requests have settled
};

// What an export does while its lane is full: it waits for room, or is refused [R42].
enum class Admission : uint8_t { kWait, kReject };

struct Submission {
  Lane lane = Lane::kExport;
  SlotId slot = 0;
  Admission admission = Admission::kWait;
  double now_ms = 0;
  double deadline_ms = kNever;   // absolute
  double start_by_ms = kNever;   // absolute: the work has started by then
  double run_limit_ms = kNever;  // unit time, summed over workers and attempts
  int urgency = kUrgency;        // 0..kLeastUrgent
  bool may_coarsen = false;      // takes a coarser result rather than none [R62]
  std::vector<Goal> goals;       // at least one
};

// What happened to a request, in the order in which callers hear of it.
struct Outcome {
  enum class Kind : uint8_t { kFrame, kSuperseded, kFailed };

  Kind kind = Kind::kFrame;
  RequestId request = 0;
  SlotId slot = 0;  // kFrame
  uint64_t version = 0;
  FlightId flight = 0;  // kFrame: whose result it is
  int level = 0;        // kFrame
  bool exact = false;   // kFrame
  bool last = false;    // the request has settled
  uint64_t by = 0;      // kSuperseded: the newest version of the slot
  double submitted_ms = 0;
  // kFailed: why, and where it stood: executions begun for its level, whether one was under way,
  // and the hash of what was asked for [R28].
  Status error;
  int attempt = 0;
  bool executing = false;
  uint64_t key = 0;
};

// What a flight may take, as far as any of its subscribers goes [R26].
struct FlightLimits {
  double deadline_ms = kNever;  // absolute
  double run_ms = kNever;
};

// A lane came under pressure, or has drained [R41].
struct LaneNews {
  Lane lane = Lane::kInteractive;
  Crossing crossing = Crossing::kNone;
};

struct RegistryCounters {
  uint64_t requests = 0;
  uint64_t delivered = 0;  // settled with a final frame
  uint64_t superseded = 0;
  uint64_t cancelled = 0;
  uint64_t failed = 0;
  uint64_t frames = 0;
  uint64_t joins = 0;
  uint64_t never_admitted = 0;  // settled while they waited for admission
  uint64_t flights = 0;
  uint64_t flights_published = 0;
  uint64_t flights_cancelled = 0;
  uint64_t flights_failed = 0;
  uint64_t flights_retried = 0;    // queued again after a loss
  uint64_t flights_displaced = 0;  // queued again for want of memory
  uint64_t coarsened = 0;          // requests that got less than they asked for
};

}  // namespace stopbath

#endif  // STOPBATH_TASKS_TASK_TYPES_H_
