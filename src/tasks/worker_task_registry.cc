// The first half of the registry: admission, joining, supersession and cancellation.
#include "tasks/worker_task_registry.h"

#include <algorithm>

#include "base/mutation.h"
#include "tasks/rank.h"

namespace stopbath {
namespace {

// An input after so many of the longest pauses does not belong to the drag before it.
constexpr double kIsolatedPauses = 4;

}  // namespace

Result<RequestId> WorkerTaskRegistry::submit(Submission submission) {
  if (poisoned(submission.goals.back().key, submission.now_ms)) {
    return Status(
        Code::kPoisoned,
        "Expected a chain that workers survive, got one that was present at the loss of " +
            std::to_string(limits_.losses_to_poison) + " of them");
  }
  const Door door = this->door(submission);
  if (door == Door::kShut) {
    LaneGauge& gauge = gauges_[static_cast<size_t>(submission.lane)];
    tell(submission.lane, gauge.turn_away());
    return Status(Code::kQueueFull, "Expected room for one more request of this priority, got " +
                                        std::to_string(gauge.requests()) + " that hold " +
                                        std::to_string(gauge.bytes() >> 20) + " MiB");
  }
  ++counters_.requests;
  const RequestId id = ++last_request_;
  Request& request = requests_[id];
  request.lane = submission.lane;
  request.slot = submission.slot;
  request.goals = std::move(submission.goals);
  request.bytes = request.goals.back().bytes;
  request.may_coarsen = submission.may_coarsen;
  request.submitted_ms = submission.now_ms;
  request.deadline_ms = submission.deadline_ms;
  request.urgency = std::clamp(submission.urgency, 0, kLeastUrgent);
  request.start_by_ms = submission.start_by_ms;
  request.run_limit_ms = submission.run_limit_ms;
  if (due_ms(request) != kNever) deadlines_.emplace(due_ms(request), id);
  if (door == Door::kWait) {
    waiting_.insert(id);
    tell(request.lane, gauges_[static_cast<size_t>(request.lane)].wait());
  } else {
    enter(id, request, submission.now_ms);
  }
  return id;
}

// From here on the request has a flight.
void WorkerTaskRegistry::enter(RequestId id, Request& request, double now_ms) {
  if (request.slot != 0) {
    Slot& slot = slots_[request.slot];
    slot.requests.push_back(id);
    request.version = slot.newest += STOPBATH_BROKEN(9) ? 2 : 1;
    const ContentKey& asked = request.goals.back().key;
    const bool repeats = !asked.empty() && asked == slot.asked && !STOPBATH_BROKEN(154);
    slot.pace.note(now_ms, repeats, kIsolatedPauses * limits_.refine_pause_ms);
    slot.asked = asked;
    // Content that is already on its way in full needs no coarse version first.
    if (find_joinable(request.goals.back().key) != 0) request.goal = request.goals.size() - 1;
  }
  // A coarse version that workers do not survive is left out.
  while (request.goal + 1 < request.goals.size() &&
         poisoned(request.goals[request.goal].key, now_ms)) {
    ++request.goal;
  }
  // Joins before it supersedes: what the newest request shares with an older one goes on [R15].
  if (request.slot != 0 && STOPBATH_BROKEN(15)) supersede_older(request.slot, id, now_ms);
  subscribe(id, request, now_ms);
  if (request.slot != 0) supersede_older(request.slot, id, now_ms);
  count_in(request);  // last, so that what it replaces has left the lane before
}

FlightId WorkerTaskRegistry::find_joinable(const ContentKey& key) const {
  if (key.empty()) return 0;
  const auto [first, last] = by_key_.equal_range(key.hash());
  for (auto it = first; it != last; ++it) {
    if (flights_.at(it->second).goal.key == key) return it->second;
  }
  return 0;
}

void WorkerTaskRegistry::subscribe(RequestId id, Request& request, double not_before_ms) {
  const Goal& goal = request.goals[request.goal];
  FlightId flight_id = STOPBATH_BROKEN(3) ? 0 : find_joinable(goal.key);
  if (flight_id != 0) {
    ++counters_.joins;
  } else {
    ++counters_.flights;
    flight_id = ++last_flight_;
    Flight& flight = flights_[flight_id];
    flight.id = flight_id;
    flight.goal = goal;
    flight.not_before_ms = not_before_ms;
    flight.refinement = request.phase == Phase::kRefining;
    if (!goal.key.empty()) by_key_.emplace(goal.key.hash(), flight_id);
  }
  join(id, request, flight_id);
}

void WorkerTaskRegistry::join(RequestId id, Request& request, FlightId flight_id) {
  Flight& flight = flights_.at(flight_id);
  request.flight = flight_id;
  if (request.phase == Phase::kWaiting) {
    flight.refinement = false;
    flight.not_before_ms = std::min(flight.not_before_ms, request.submitted_ms);
  }
  if (flight.running) begun(id, request);
  flight.subscribers.insert(
      std::lower_bound(flight.subscribers.begin(), flight.subscribers.end(), id), id);
  refresh(flight);
}

void WorkerTaskRegistry::supersede_older(SlotId slot_id, RequestId newest, double now_ms) {
  Slot& slot = slots_.at(slot_id);
  // What can show something much earlier does not wait for what cannot: a coarse frame for a flight
  // without one.
  const Request& newer = requests_.at(newest);
  const double soon_ms = newer.goals[newer.goal].predicted_ms;
  const double let_finish_ms =
      std::min(limits_.let_finish_ms, std::max(2 * soon_ms, limits_.frame_ms));
  std::vector<RequestId> replaced;
  std::vector<FlightId> stopped;  // unless others want them
  std::vector<RequestId> older = slot.requests;
  if (STOPBATH_BROKEN(16)) {
    older.clear();
    for (const auto& [id, request] : requests_) {
      if (request.slot != 0) older.push_back(id);
    }
  }
  for (RequestId id : older) {
    if (id == newest) continue;
    const Request& request = requests_.at(id);
    if (request.phase != Phase::kStarted && !STOPBATH_BROKEN(10)) {
      replaced.push_back(id);
      continue;
    }
    const Flight& flight = flights_.at(request.flight);
    const double rest_ms = flight.goal.predicted_ms - (now_ms - flight.started_ms);
    if (rest_ms <= let_finish_ms && !STOPBATH_BROKEN(11)) continue;
    if (slot.guarded && !STOPBATH_BROKEN(12)) continue;
    replaced.push_back(id);
    stopped.push_back(request.flight);
  }
  for (RequestId id : replaced) settle_superseded(id);
  for (FlightId id : stopped) slot.guarded |= !flights_.contains(id);
}

void WorkerTaskRegistry::settle_superseded(RequestId id) {
  const Request& request = requests_.at(id);
  Outcome outcome;
  outcome.kind = Outcome::Kind::kSuperseded;
  outcome.request = id;
  outcome.version = request.version;
  outcome.by = slots_.at(request.slot).newest;
  outcome.last = true;
  outcome.submitted_ms = request.submitted_ms;
  if (!STOPBATH_BROKEN(17)) outcomes_.push_back(std::move(outcome));
  ++counters_.superseded;
  if (!STOPBATH_BROKEN(27)) detach(id);
}

void WorkerTaskRegistry::settle_failed(RequestId id, const Status& error) {
  const Request& request = requests_.at(id);
  Outcome outcome;
  outcome.kind = Outcome::Kind::kFailed;
  outcome.request = id;
  outcome.version = request.version;
  outcome.last = true;
  outcome.submitted_ms = request.submitted_ms;
  outcome.error = error;
  outcome.attempt = request.attempt;
  outcome.executing = request.executing;
  outcome.key = request.goals[request.goal].key.hash();
  outcomes_.push_back(std::move(outcome));
  ++counters_.failed;
  detach(id);
}

void WorkerTaskRegistry::detach(RequestId id) {
  const auto it = requests_.find(id);
  const Request& request = it->second;
  const FlightId flight_id = request.flight;
  if (waiting_.erase(id) != 0) {
    ++counters_.never_admitted;
    tell(request.lane, gauges_[static_cast<size_t>(request.lane)].wait_no_more());
  } else {
    count_out(request);
  }
  if (request.slot != 0) std::erase(slots_.at(request.slot).requests, id);
  if (due_ms(request) != kNever) deadlines_.erase({due_ms(request), id});
  requests_.erase(it);
  const auto flight_it = flights_.find(flight_id);
  if (flight_it == flights_.end()) return;
  Flight& flight = flight_it->second;
  std::erase(flight.subscribers, id);
  if (!flight.subscribers.empty() && !STOPBATH_BROKEN(4)) {
    refresh(flight);
    return;
  }
  // Nobody is left: from this very step on the flight cannot be joined [R4, R5].
  if (flight.running) abandoned_.push_back(flight_id);
  if (!flight.running && STOPBATH_BROKEN(21)) return;
  ++counters_.flights_cancelled;
  if (!STOPBATH_BROKEN(5)) remove_flight(flight_id);
}

void WorkerTaskRegistry::refresh(Flight& flight) {
  flight.lane = Lane::kBackground;
  flight.deadline_ms = kNever;
  flight.urgency = kLeastUrgent;
  for (RequestId id : flight.subscribers) {
    if (STOPBATH_BROKEN(6)) break;
    const Request& request = requests_.at(id);  // the best of its subscribers [R6]
    flight.lane = std::min(flight.lane, request.lane);
    flight.deadline_ms = std::min(flight.deadline_ms, request.deadline_ms);
    flight.urgency = std::min(flight.urgency, request.urgency);
  }
  flight.age = STOPBATH_BROKEN(7) ? flight.subscribers.back() : flight.subscribers.front();
  place(flight);
}

// Keeps the queue in step with the flight: called whenever its rank, its time or `running` changed.
void WorkerTaskRegistry::place(Flight& flight) {
  const uint64_t rank = flight.running ? kNoPlace : rank_of(flight);
  if (rank != flight.place) {
    if (flight.place != kNoPlace) {
      queued_.erase({flight.place, flight.id});
      passing_.erase({lane_of(flight.place), age_of(flight.place), flight.id});
      --queued_in_lane_[static_cast<size_t>(flight.queued_lane)];
    }
    if (rank != kNoPlace) {
      queued_.emplace(rank, flight.id);
      flight.queued_lane = flight.lane;
      ++queued_in_lane_[static_cast<size_t>(flight.lane)];
      if (!equal_but_age(rank, plain_rank(lane_of(rank)))) {
        passing_.emplace(lane_of(rank), age_of(rank), flight.id);
      }
    }
    flight.place = rank;
  }
  const double due_ms = !flight.running && flight.refinement ? flight.not_before_ms : kNever;
  if (due_ms != flight.due_ms) {
    if (flight.due_ms != kNever) delayed_.erase({flight.due_ms, flight.id});
    if (due_ms != kNever) delayed_.emplace(due_ms, flight.id);
    flight.due_ms = due_ms;
  }
}

void WorkerTaskRegistry::remove_flight(FlightId id) {
  const auto flight = flights_.find(id);
  const ContentKey& key = flight->second.goal.key;
  const auto [first, last] =
      key.empty() ? std::pair{by_key_.end(), by_key_.end()} : by_key_.equal_range(key.hash());
  for (auto it = first; it != last; ++it) {
    if (it->second == id) {
      by_key_.erase(it);
      break;
    }
  }
  flight->second.running = true;  // no longer queued
  place(flight->second);
  flights_.erase(flight);
}

bool WorkerTaskRegistry::cancel(RequestId request) {
  if (!requests_.contains(request)) return STOPBATH_BROKEN(24);
  ++counters_.cancelled;
  detach(request);
  return true;
}

void WorkerTaskRegistry::cancel_all() {
  while (!requests_.empty()) cancel(requests_.begin()->first);
}

bool WorkerTaskRegistry::set_lane(RequestId id, Lane lane) {
  const auto it = requests_.find(id);
  if (it == requests_.end()) return false;
  Request& request = it->second;
  if (lane == request.lane) return true;
  if (waiting_.erase(id) != 0) {  // the other lane takes it, however full: it is not refused now
    tell(request.lane, gauges_[static_cast<size_t>(request.lane)].wait_no_more());
    request.lane = lane;
    enter(id, request, request.submitted_ms);
    return true;
  }
  count_out(request);
  request.lane = lane;
  count_in(request);
  refresh(flights_.at(request.flight));
  return true;
}

}  // namespace stopbath
