// Admission: what becomes of a request while its lane is full [R42], and who is counted where
// [R41].
#include "base/mutation.h"
#include "tasks/worker_task_registry.h"

namespace stopbath {

WorkerTaskRegistry::WorkerTaskRegistry(const Limits& limits) : limits_(limits) {
  for (size_t lane = 0; lane < gauges_.size(); ++lane)
    gauges_[lane] = LaneGauge(limits.lanes[lane]);
}

WorkerTaskRegistry::Door WorkerTaskRegistry::door(const Submission& submission) {
  const LaneGauge& gauge = gauges_[static_cast<size_t>(submission.lane)];
  const size_t bytes = submission.goals.back().bytes;
  // What has a slot replaces what waits in it: a slot holds two or three requests at most.
  if (submission.slot != 0 || STOPBATH_BROKEN(42)) return Door::kOpen;
  switch (submission.lane) {
    case Lane::kInteractive:
      return gauge.takes(bytes) ? Door::kOpen : Door::kShut;
    case Lane::kExport:
      // Nobody overtakes those that wait.
      if (gauge.takes(bytes) && waiting_.empty()) return Door::kOpen;
      return submission.admission == Admission::kWait ? Door::kWait : Door::kShut;
    case Lane::kBackground:
      while (!gauge.takes(bytes)) {
        tell(submission.lane, gauges_[static_cast<size_t>(submission.lane)].turn_away());
        if (!drop_oldest_waiting(Lane::kBackground)) return Door::kShut;
      }
      return Door::kOpen;
  }
  return Door::kShut;
}

// Fails the oldest request of the lane that has not started; false when all have.
bool WorkerTaskRegistry::drop_oldest_waiting(Lane lane) {
  for (const auto& [rank, flight_id] : queued_) {
    const Flight& flight = flights_.at(flight_id);
    if (flight.lane != lane) continue;
    for (RequestId id : flight.subscribers) {
      if (requests_.at(id).phase != Phase::kWaiting) continue;
      settle_failed(id, Status(Code::kQueueFull, "Newer work of the same priority took its place"));
      return true;
    }
  }
  return false;
}

bool WorkerTaskRegistry::shed_background(const Status& error) {
  std::vector<RequestId> shed;
  for (const auto& [rank, flight_id] : queued_) {
    const Flight& flight = flights_.at(flight_id);
    if (flight.lane != Lane::kBackground) continue;
    shed.insert(shed.end(), flight.subscribers.begin(), flight.subscribers.end());
  }
  for (RequestId id : shed) settle_failed(id, error);
  return !shed.empty();
}

bool WorkerTaskRegistry::coarsen(FlightId flight_id, const Goal& coarser, double now_ms) {
  const std::vector<RequestId> subscribers = flights_.at(flight_id).subscribers;
  bool any = false;
  for (RequestId id : subscribers) {
    Request& request = requests_.at(id);
    if (!request.may_coarsen || request.phase == Phase::kRefining) continue;
    any = true;
    ++counters_.coarsened;
    Flight& flight = flights_.at(flight_id);
    std::erase(flight.subscribers, id);
    if (!flight.subscribers.empty()) {
      refresh(flight);
    } else {
      ++counters_.flights_cancelled;
      remove_flight(flight_id);
    }
    request.goals = {coarser};
    request.goal = 0;
    subscribe(id, request, now_ms);
  }
  return any;
}

void WorkerTaskRegistry::admit_waiting(double now_ms) {
  while (!waiting_.empty()) {
    const RequestId id = *waiting_.begin();
    Request& request = requests_.at(id);
    if (!gauges_[static_cast<size_t>(request.lane)].takes(request.bytes)) return;
    if (poisoned(request.goals.back().key, now_ms)) {
      settle_failed(id, Status(Code::kPoisoned, "Workers were lost at this chain meanwhile"));
      continue;
    }
    waiting_.erase(id);
    enter(id, request, now_ms);
    tell(request.lane, gauges_[static_cast<size_t>(request.lane)].wait_no_more());
  }
}

void WorkerTaskRegistry::count_in(const Request& request) {
  tell(request.lane, gauges_[static_cast<size_t>(request.lane)].add(request.bytes));
}

void WorkerTaskRegistry::count_out(const Request& request) {
  tell(request.lane, gauges_[static_cast<size_t>(request.lane)].remove(request.bytes));
}

void WorkerTaskRegistry::tell(Lane lane, Crossing crossing) {
  if (crossing != Crossing::kNone) lane_news_.push_back({lane, crossing});
}

}  // namespace stopbath
