// Supervision: what the coordinator does with the verdicts on workers.
//
// A flight whose unit hangs is withdrawn and goes to another worker; the worker is replaced after a
// grace; when workers are lost too often the circuit opens and, once none is left, the hosting
// thread runs the units itself. The memory, the images and the requests stay as they are in every
// case, since workers own nothing and take no lock.
#include <algorithm>

#include "base/mutation.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {
namespace {

// So many workers that were lost and never die use up processors, berths and scratch: the memory is
// to be left to them and another one begun [R58].
constexpr int kMaxUndying = 8;

// The hosting thread is awake already when work comes, and would take a brief flight each time
// before the probe has woken up: the circuit would never close. This is enough for a thread to be
// woken on a busy machine, and hardly felt.
constexpr double kProbeStartMs = 20;

}  // namespace

int PipelineCoordinator::start_workers(int count) {
  wanted_workers_ = count;
  pool_.furnish_host();  // while there is memory: it may have to take over when there is none
  return pool_.spawn(count);
}

void PipelineCoordinator::supervise(double now_ms) {
  const bool due = supervisor_.due(now_ms);
  if (due && board_.has_runnable()) board_.ring();  // nobody sleeps beside work
  for (const Verdict& verdict :
       supervisor_.tick(now_ms, pool_, due ? board_.best_on_offer() : kNoRank)) {
    if (verdict.kind == Verdict::Kind::kNote) ++stalls_noted_;
    if (verdict.kind == Verdict::Kind::kStop) stop_berth(verdict.berth, now_ms);
    if (verdict.kind == Verdict::Kind::kLost) replace_worker(verdict.seat, now_ms);
  }
  for (const int seat : pool_.take_gone()) replace_worker(seat, now_ms);
  probe(now_ms);
}

void PipelineCoordinator::stop_berth(int berth, double now_ms) {
  const auto at_berth = [berth](const Job& candidate) { return candidate.berth == berth; };
  const auto job = std::find_if(running_.begin(), running_.end(), at_berth);
  if (job == running_.end()) {  // aborted or timed out, and it hangs
    const auto ended = std::find_if(ending_.begin(), ending_.end(), at_berth);
    if (ended != ending_.end()) registry_.note_loss(ended->key, now_ms);
    return;
  }
  if (!board_.cancel(berth)) return;
  const FlightId flight = job->flight;
  registry_.charge(flight, run_ms_of(*job), true);
  withdrawn(std::move(*job));  // stays reserved while the worker holds the berth [R57]
  running_.erase(job);
  registry_.lost(flight, now_ms);
}

// A worker that was given up while it held nothing may still take a unit before it dies: nobody
// else ever ends that one, so its flight is lost with it.
void PipelineCoordinator::bury_dead(double now_ms) {
  for (const uint64_t word : pool_.bury_dead()) {
    const int berth = FlightBoard::berth_of(word);
    const bool running = std::any_of(running_.begin(), running_.end(),
                                     [berth](const Job& job) { return job.berth == berth; });
    if (running && !STOPBATH_BROKEN(257)) stop_berth(berth, now_ms);
  }
}

void PipelineCoordinator::replace_worker(int seat, double now_ms) {
  const SeatState state = pool_.seat(seat).state.load();
  const bool never_answered = state == SeatState::kStarting;
  ++workers_lost_;
  losses_ms_.push_back(now_ms);
  if (never_answered) sizer_.start_failed(now_ms);
  pool_.give_up(seat);
  announce(PoolEvent::kWorkerLost);
  if (seat == probe_seat_) probe_seat_ = 0;
  // A worker that did not even start says nothing good of the next one [R61].
  // Nor does one that was to leave need a successor.
  const bool replace = state == SeatState::kReady || (never_answered && STOPBATH_BROKEN(61));
  if (replace && supervisor_.may_restart(now_ms) && spawn_worker(now_ms) != 0) {
    ++workers_restarted_;
    announce(PoolEvent::kWorkerRestarted);
  }
  // Nobody works, and nobody who might is on the way: the hosting thread does, until a probe holds.
  const PoolCounters pool = pool_.counters();
  if (pool.ready == 0 && (never_answered || pool.live == pool.lost)) {
    supervisor_.open_circuit(now_ms);
  }
  // Workers that are left when the circuit opens go on: the mode changes when the host takes over.
  const bool takes_over = supervisor_.circuit_open() && (pool.ready == 0 || STOPBATH_BROKEN(64));
  if (takes_over && !pool_.host_seated() && pool_.seat_host()) announce(PoolEvent::kCircuitOpened);
  if (pool.lost >= kMaxUndying && !exhausted_ && !STOPBATH_BROKEN(58)) {
    exhausted_ = true;
    announce(PoolEvent::kExhausted);
  }
}

void PipelineCoordinator::probe(double now_ms) {
  if (!supervisor_.circuit_open()) return;
  if (probe_seat_ != 0) {
    const WorkerSeat& seat = pool_.seat(probe_seat_);
    if (seat.finished.load(std::memory_order_relaxed) == probe_progress_) return;
    probe_seat_ = 0;
    supervisor_.probe_worked();
    const bool was_seated = pool_.host_seated();
    pool_.unseat_host();
    const PoolCounters pool = pool_.counters();
    const int missing = wanted_workers_ - (pool.ready + pool.starting);  // those on the way count
    for (int i = 0; i < missing && spawn_worker(now_ms) != 0; ++i) {
    }
    if (was_seated) announce(PoolEvent::kCircuitClosed);
    return;
  }
  if (!supervisor_.probe_due(now_ms)) return;
  supervisor_.probe_started(now_ms);
  probe_seat_ = spawn_worker(now_ms);
  if (probe_seat_ != 0) {
    probe_progress_ = pool_.seat(probe_seat_).finished.load(std::memory_order_relaxed);
  }
}

void PipelineCoordinator::give_probe_a_start(double now_ms) {
  const bool waits_for_it = [&] {
    if (probe_seat_ == 0 || !board_.has_runnable()) return false;
    const WorkerSeat& seat = pool_.seat(probe_seat_);
    return seat.state.load() == SeatState::kReady && seat.holding.load() == 0 &&
           seat.finished.load(std::memory_order_relaxed) == probe_progress_;
  }();
  if (!waits_for_it) {
    probe_offered_ms_ = kNever;
  } else if (probe_offered_ms_ == kNever) {
    probe_offered_ms_ = now_ms;
  }
  host_waits_ = waits_for_it && now_ms < probe_offered_ms_ + kProbeStartMs && !STOPBATH_BROKEN(159);
}

void PipelineCoordinator::announce(PoolEvent news, Lane lane) {
  Event event;
  event.pool = news;
  event.lane = lane;
  events_.push_back(std::move(event));
}

double PipelineCoordinator::next_wake_ms(double now_ms) const {
  // Flights under way are looked at even when no worker seems to hold one: the report of a worker
  // that died right after its last unit never comes.
  const bool looks = !running_.empty() && !STOPBATH_BROKEN(127);
  double next = std::min(registry_.next_event_ms(now_ms),
                         supervisor_.next_tick_ms(pool_, looks ? 0 : kNoRank));
  // Then the worker that was kept free for previews may take what waits.
  const double free_until_ms = slot_active_ms_ + kSlotActiveMs;
  if (free_until_ms > now_ms && board_.has_runnable()) next = std::min(next, free_until_ms);
  if (supervisor_.circuit_open() && probe_seat_ == 0)
    next = std::min(next, supervisor_.next_probe_ms());
  next = std::min(next, images_.prefixes().next_expiry_ms());
  return std::min(next, next_look_ms());
}

}  // namespace stopbath
