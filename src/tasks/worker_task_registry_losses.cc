// The registry after the loss of a worker: who is tried again, who is not, and which keys are
// poisoned [R60].
#include <algorithm>

#include "base/mutation.h"
#include "tasks/worker_task_registry.h"

namespace stopbath {
namespace {

constexpr int kRetries[kLanes] = {1, 2, 0};  // by lane

}  // namespace

void WorkerTaskRegistry::lost(FlightId id, double now_ms) {
  const auto it = flights_.find(id);
  if (it == flights_.end()) return;
  Flight& flight = it->second;
  flight.running = false;
  ++flight.losses;
  const ContentKey key = flight.goal.key;
  note_loss(key, now_ms);
  if (!flights_.contains(id)) return;  // poisoned
  if (flight.losses > kRetries[static_cast<int>(flight.lane)]) {
    failed(id, Status(Code::kWorkerLost, "The worker that ran this chain was lost"));
  } else {
    requeue(id);
  }
}

void WorkerTaskRegistry::note_loss(const ContentKey& key, double now_ms) {
  if (key.empty()) return;
  std::erase_if(poisons_, [now_ms](const Poison& poison) { return poison.until_ms <= now_ms; });
  auto poison = std::find_if(poisons_.begin(), poisons_.end(),
                             [&key](const Poison& candidate) { return candidate.key == key; });
  if (poison == poisons_.end()) poison = poisons_.insert(poisons_.end(), Poison{key, 0, 0});
  ++poison->losses;
  poison->until_ms = now_ms + limits_.poison_ms;
  if (poison->losses < limits_.losses_to_poison || STOPBATH_BROKEN(60)) return;
  // What waits for this key is not started; what runs already may still end well.
  const FlightId queued = find_joinable(key);
  if (queued == 0 || flights_.at(queued).running) return;
  failed(queued, Status(Code::kPoisoned, "A worker was lost at this chain for the second time"));
}

void WorkerTaskRegistry::displaced(FlightId id) {
  const auto it = flights_.find(id);
  if (it == flights_.end()) return;
  ++counters_.flights_displaced;
  requeue(id);
}

bool WorkerTaskRegistry::poisoned(const ContentKey& key, double now_ms) const {
  return std::any_of(poisons_.begin(), poisons_.end(), [&](const Poison& poison) {
    return poison.losses >= limits_.losses_to_poison && poison.until_ms > now_ms &&
           poison.key == key;
  });
}

// Back to the queue with its age. What a newer request has replaced meanwhile is not tried again.
void WorkerTaskRegistry::requeue(FlightId id) {
  Flight& flight = flights_.at(id);
  flight.running = false;
  std::vector<RequestId> outdated;
  for (RequestId subscriber : flight.subscribers) {
    Request& request = requests_.at(subscriber);
    if (request.phase == Phase::kStarted) request.phase = Phase::kWaiting;
    request.executing = false;
    if (request.slot != 0 && request.version < slots_.at(request.slot).newest)
      outdated.push_back(subscriber);
  }
  place(flight);
  ++counters_.flights_retried;
  for (RequestId subscriber : outdated) settle_superseded(subscriber);
}

}  // namespace stopbath
