// The second half of the registry: which flight starts next, and what its end means to its
// subscribers.
#include <algorithm>

#include "base/mutation.h"
#include "tasks/rank.h"
#include "tasks/worker_task_registry.h"

namespace stopbath {
namespace {

// A flight takes hardly longer than so many times its prediction.
constexpr double kPredictedAtMost = 1.5;

}  // namespace

bool WorkerTaskRegistry::slot_is_busy(SlotId slot) const {
  const std::vector<RequestId>& requests = slots_.at(slot).requests;
  return std::any_of(requests.begin(), requests.end(),
                     [this](RequestId id) { return requests_.at(id).phase == Phase::kStarted; });
}

bool WorkerTaskRegistry::startable(const Flight& flight) const {
  for (const RequestId before : flight.goal.after) {
    if (requests_.contains(before)) return false;
  }
  return std::any_of(flight.subscribers.begin(), flight.subscribers.end(), [this](RequestId id) {
    const Request& request = requests_.at(id);
    return request.slot == 0 || request.phase == Phase::kRefining || !slot_is_busy(request.slot);
  });
}

std::optional<FlightId> WorkerTaskRegistry::next_to_start(double now_ms) const {
  for (const auto& [rank, id] : queued_) {
    const Flight& flight = flights_.at(id);
    const bool waits = flight.refinement && flight.not_before_ms > now_ms;
    if (!waits && startable(flight)) return id;
  }
  return std::nullopt;
}

std::optional<FlightId> WorkerTaskRegistry::oldest_queued(Lane lane, double now_ms) const {
  const auto ready = [&](FlightId id) {
    const Flight& flight = flights_.at(id);
    return flight.not_before_ms <= now_ms && startable(flight);
  };
  std::optional<FlightId> oldest;
  auto plain = queued_.lower_bound({plain_rank(lane), 0});
  for (; plain != queued_.end() && equal_but_age(plain->first, plain_rank(lane)); ++plain) {
    if (!ready(plain->second)) continue;
    oldest = plain->second;
    break;
  }
  for (auto it = passing_.lower_bound({lane, 0, 0}); it != passing_.end(); ++it) {
    const auto [its_lane, age, id] = *it;
    if (its_lane != lane || (oldest && age > flights_.at(*oldest).age)) break;
    if (ready(id)) return id;
  }
  return oldest;
}

std::optional<FlightId> WorkerTaskRegistry::overdue(Lane lane, double now_ms) const {
  const std::optional<FlightId> oldest = oldest_queued(lane, now_ms);
  const bool due = oldest && overdue_ms(*oldest) <= now_ms && !STOPBATH_BROKEN(133);
  return due ? oldest : std::nullopt;
}

double WorkerTaskRegistry::overdue_ms(FlightId id) const {
  return waiting_since_ms(id) + kAgeingBoundMs[static_cast<size_t>(lane(id))];
}

double WorkerTaskRegistry::waiting_since_ms(FlightId id) const {
  const Flight& flight = flights_.at(id);
  return std::max(flight.not_before_ms, requests_.at(flight.age).submitted_ms);
}

bool WorkerTaskRegistry::running(FlightId id) const {
  const auto flight = flights_.find(id);
  return flight != flights_.end() && flight->second.running;
}

std::shared_ptr<const Recipe> WorkerTaskRegistry::recipe(FlightId flight) const {
  return flights_.at(flight).goal.recipe;
}

Lane WorkerTaskRegistry::lane(FlightId flight) const { return flights_.at(flight).lane; }

uint64_t WorkerTaskRegistry::rank(FlightId id) const { return rank_of(flights_.at(id)); }

uint64_t WorkerTaskRegistry::rank_of(const Flight& flight) {
  return make_rank({STOPBATH_BROKEN(31) ? Lane::kInteractive : flight.lane, flight.refinement,
                    STOPBATH_BROKEN(131) ? kNever : flight.deadline_ms,
                    STOPBATH_BROKEN(231) ? kUrgency : flight.urgency, flight.age});
}

void WorkerTaskRegistry::started(FlightId id, double now_ms) {
  Flight& flight = flights_.at(id);
  flight.running = true;
  flight.started_ms = now_ms;
  place(flight);
  for (RequestId subscriber : flight.subscribers) {
    begun(subscriber, requests_.at(subscriber));
  }
}

void WorkerTaskRegistry::published(FlightId id, double now_ms) {
  const auto it = flights_.find(id);
  if (it == flights_.end()) return;
  ++counters_.flights_published;
  const std::vector<RequestId> subscribers = it->second.subscribers;
  const Goal goal = it->second.goal;
  remove_flight(id);
  // Newest first: within a slot only the newest subscriber shows the bytes that all of them asked
  // for.
  for (auto r = subscribers.rbegin(); r != subscribers.rend(); ++r) deliver(*r, id, goal, now_ms);
}

void WorkerTaskRegistry::deliver(RequestId id, FlightId flight_id, const Goal& goal,
                                 double now_ms) {
  Request& request = requests_.at(id);
  request.flight = 0;
  bool newest = true;
  if (request.slot != 0) {
    Slot& slot = slots_.at(request.slot);
    const bool finer = request.version == slot.shown && request.phase == Phase::kRefining;
    if (request.version <= slot.shown && !finer && !STOPBATH_BROKEN(13) &&
        !(STOPBATH_BROKEN(52) && goal.exact)) {  // never back in time [R13]
      settle_superseded(id);
      return;
    }
    slot.shown = request.version;
    slot.guarded = false;
    newest = request.version == slot.newest;
  }
  const bool last = request.goal + 1 == request.goals.size() || STOPBATH_BROKEN(51);
  Outcome outcome;
  outcome.kind = Outcome::Kind::kFrame;
  outcome.request = id;
  outcome.slot = request.slot;
  outcome.version = request.version;
  outcome.flight = flight_id;
  outcome.level = goal.level;
  outcome.exact = goal.exact;
  outcome.last = last;
  outcome.submitted_ms = request.submitted_ms;
  outcomes_.push_back(std::move(outcome));
  ++counters_.frames;
  if (last) {
    ++counters_.delivered;
    detach(id);
  } else if (!newest) {
    settle_superseded(id);
  } else if (poisoned(request.goals[request.goal + 1].key, now_ms)) {
    settle_failed(id, Status(Code::kPoisoned, "Workers were lost at the exact version"));
  } else {
    next_goal(request);
    request.phase = Phase::kRefining;
    subscribe(id, request, refine_at_ms(request, now_ms));
  }
}

// When the next input is late, so that it will hardly come and stop the refinement; at once when
// the exact version is there before the next input [R54].
double WorkerTaskRegistry::refine_at_ms(const Request& request, double now_ms) const {
  if (request.slot == 0 || STOPBATH_BROKEN(54)) return now_ms;
  const InputPace& pace = slots_.at(request.slot).pace;
  const double predicted_ms = kPredictedAtMost * request.goals[request.goal].predicted_ms;
  if (now_ms + predicted_ms <= request.submitted_ms + pace.early_after_ms()) return now_ms;
  const double pause_ms = std::min(pace.late_after_ms(), limits_.refine_pause_ms);
  return std::max(now_ms, request.submitted_ms + pause_ms);
}

void WorkerTaskRegistry::next_goal(Request& request) {
  ++request.goal;
  request.attempt = 0;
  request.executing = false;
}

void WorkerTaskRegistry::failed(FlightId id, const Status& error) {
  const auto it = flights_.find(id);
  if (it == flights_.end()) return;
  ++counters_.flights_failed;
  std::vector<RequestId> subscribers = it->second.subscribers;
  if (STOPBATH_BROKEN(8)) subscribers.resize(1);
  remove_flight(id);
  for (RequestId subscriber : subscribers) settle_failed(subscriber, error);
}

void WorkerTaskRegistry::leave_out(FlightId flight_id, const Status& error, double now_ms) {
  const std::vector<RequestId> subscribers = flights_.at(flight_id).subscribers;
  ++counters_.flights_cancelled;
  remove_flight(flight_id);
  for (RequestId id : subscribers) {
    Request& request = requests_.at(id);
    request.flight = 0;
    if (request.goal + 1 == request.goals.size()) {
      settle_failed(id, error);
    } else {
      next_goal(request);
      subscribe(id, request, now_ms);
    }
  }
}

std::vector<FlightId> WorkerTaskRegistry::take_abandoned() { return std::exchange(abandoned_, {}); }

std::vector<Outcome> WorkerTaskRegistry::take_outcomes() {
  if (outcomes_.size() > 1) {
    std::stable_sort(outcomes_.begin(), outcomes_.end(),
                     [](const Outcome& a, const Outcome& b) { return a.request < b.request; });
  }
  return std::exchange(outcomes_, {});
}

double WorkerTaskRegistry::next_event_ms(double now_ms) const {
  double next_ms = deadlines_.empty() ? kNever : deadlines_.begin()->first;
  const auto due = delayed_.upper_bound({now_ms, ~FlightId{0}});
  if (due != delayed_.end() && !STOPBATH_BROKEN(14)) next_ms = std::min(due->first, next_ms);
  for (const Lane lane : {Lane::kExport, Lane::kBackground}) {
    const std::optional<FlightId> oldest = oldest_queued(lane, now_ms);
    if (oldest && overdue_ms(*oldest) > now_ms) next_ms = std::min(overdue_ms(*oldest), next_ms);
  }
  return next_ms;
}

uint64_t WorkerTaskRegistry::version(RequestId request) const {
  const auto it = requests_.find(request);
  return it != requests_.end() ? it->second.version : 0;
}

int WorkerTaskRegistry::level(RequestId request) const {
  const auto it = requests_.find(request);
  return it != requests_.end() ? it->second.goals[it->second.goal].level : 0;
}

FlightId WorkerTaskRegistry::flight_of(RequestId request) const {
  const auto it = requests_.find(request);
  return it != requests_.end() ? it->second.flight : 0;
}

void WorkerTaskRegistry::wait_for_memory(FlightId id, double now_ms) {
  double& since_ms = flights_.at(id).no_memory_since_ms;
  since_ms = std::min(since_ms, now_ms);
}

double WorkerTaskRegistry::memory_wait_ms(FlightId id, double now_ms) const {
  const double since_ms = flights_.at(id).no_memory_since_ms;
  return since_ms < kNever ? now_ms - since_ms : 0;
}

double WorkerTaskRegistry::oldest_waiting_ms(double now_ms) const {
  double oldest_ms = 0;
  for (const auto& [rank, id] : queued_) {
    oldest_ms = std::max(oldest_ms, now_ms - waiting_since_ms(id));
  }
  return oldest_ms;
}

double WorkerTaskRegistry::queued_ms() const {
  double sum_ms = 0;
  for (const auto& [rank, id] : queued_) {
    if (lane_of(rank) != Lane::kBackground) sum_ms += flights_.at(id).goal.predicted_ms;
  }
  return sum_ms;
}

}  // namespace stopbath
