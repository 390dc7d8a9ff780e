// The three clocks of a request [R26]: how long it may wait for its start, how much work it may
// take, and when it is over in any case.
#include <algorithm>

#include "base/mutation.h"
#include "tasks/worker_task_registry.h"

namespace stopbath {
namespace {

std::string whole_ms(double ms) { return std::to_string(static_cast<int64_t>(ms)) + " ms"; }

}  // namespace

double WorkerTaskRegistry::due_ms(const Request& request) {
  return std::min(request.deadline_ms, request.start_by_ms);
}

// Work for the request has started: from here on it does not wait for that any more.
void WorkerTaskRegistry::begun(RequestId id, Request& request) {
  if (request.phase == Phase::kWaiting) request.phase = Phase::kStarted;
  ++request.attempt;
  request.executing = true;
  if (request.start_by_ms == kNever || STOPBATH_BROKEN(145)) return;
  deadlines_.erase({due_ms(request), id});
  request.start_by_ms = kNever;
  if (request.deadline_ms != kNever) deadlines_.emplace(request.deadline_ms, id);
}

void WorkerTaskRegistry::expire(double now_ms) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now_ms && !STOPBATH_BROKEN(26)) {
    const RequestId id = deadlines_.begin()->second;
    const Request& request = requests_.at(id);
    const std::string waited = whole_ms(now_ms - request.submitted_ms);
    const bool unstarted = request.start_by_ms < request.deadline_ms;
    settle_failed(id, Status(Code::kDeadline, (unstarted ? "Expected the work to start before the "
                                                           "queue timeout, it has waited for "
                                                         : "Expected a result before the timeout, "
                                                           "got none in ") +
                                                  waited));
  }
}

void WorkerTaskRegistry::charge(FlightId flight_id, double run_ms, bool ended) {
  const auto it = flights_.find(flight_id);
  if (it == flights_.end()) return;
  std::vector<RequestId> spent;
  for (RequestId id : it->second.subscribers) {
    Request& request = requests_.at(id);
    if (request.run_limit_ms == kNever) continue;
    if (run_ms >= request.run_limit_ms && !STOPBATH_BROKEN(146)) spent.push_back(id);
    if (ended) request.run_limit_ms -= run_ms;
  }
  for (RequestId id : spent) {
    settle_failed(id, Status(Code::kDeadline, "Expected less work than the run timeout, got " +
                                                  whole_ms(run_ms) + " in this attempt"));
  }
}

FlightLimits WorkerTaskRegistry::limits(FlightId flight) const {
  FlightLimits limits{0, 0};
  for (RequestId id : flights_.at(flight).subscribers) {
    const Request& request = requests_.at(id);
    limits.deadline_ms = std::max(limits.deadline_ms, request.deadline_ms);
    limits.run_ms = std::max(limits.run_ms, request.run_limit_ms);
  }
  return limits;
}

}  // namespace stopbath
