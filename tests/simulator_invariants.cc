// Each check reads the state from outside and gives the first sentence that is not true, or
// nothing.
#include "simulator_invariants.h"

#include <algorithm>

#include "conservation.h"

namespace stopbath::simulator {
namespace {

constexpr double kRestartWindowMs = 10000;
constexpr size_t kRestarts = 3;
constexpr double kFirstProbeMs = 5000 - 1e-3;  // less what rounding takes

}  // namespace

void Invariants::after_step(const std::vector<Event>& events, size_t pending) {
  check_counters(pending);
  check_starts(events);
  check_sizing();
  workers_.check();
}

void Invariants::check_counters(size_t pending) {
  const CoordinatorStats s = core_.stats();
  const std::string broken = broken_identity(s, workers_.letting_go());
  judge_.expect(broken.empty(), broken.c_str());
  judge_.expect(s.live_requests >= pending, "I-1: a pending request is not in the table");
  judge_.expect(s.buffers.leases_held == s.flight_leases + s.lent,
                "I-16: a lease is held by a flight that waits");
  judge_.expect(s.buffers.bytes_in_use <= s.buffers.bytes_reserved &&
                    s.buffers.bytes_reserved <= setup_.budget_bytes &&
                    s.buffers.high_water_bytes <= setup_.budget_bytes,
                "I-16: more bytes than the budget allows");
  const size_t common = s.buffers.bytes_in_use - s.buffers.bytes_interactive;
  judge_.expect(common <= std::max(common_bytes_, setup_.budget_bytes - kept_bytes_),
                "I-16: the interactive reserve is used by other lanes");
  common_bytes_ = common;
  kept_bytes_ = s.buffers.bytes_kept;
  judge_.expect(s.buffers.in_use >= s.running_flights + s.ending_flights,
                "I-9: a flight has no buffer for its result");
  judge_.expect(s.pool.live - s.pool.lost <= setup_.workers,
                "I-15: more workers than were asked for");
  judge_.expect(s.live_requests > 0 || s.queued_flights + s.running_flights == 0,
                "R4: a flight goes on that nobody wants");
  check_berths(s);
}

void Invariants::check_berths(const CoordinatorStats& stats) const {
  size_t running = 0;
  size_t ending = 0;
  for (int i = 0; i < kBerths; ++i) {
    const FlightState state = core_.board().state(i);
    if (state == FlightState::kVacant) continue;
    // A flight that has just published counts as running until the next step sees it.
    const bool held = core_.pool().holds(i);
    if (state == FlightState::kRunning) {
      ++running;
    } else {
      ++ending;
      judge_.expect(held, "L-6: an ended flight keeps its berth though nobody holds it");
    }
  }
  judge_.expect(running == stats.running_flights && ending == stats.ending_flights,
                "I-9: the berths are not those of the flights");
}

void Invariants::check_starts(const std::vector<Event>& events) {
  size_t restarted = 0;
  // The page hears of the circuit only when the host takes over: workers that are left go on.
  const bool is_open = core_.stats().circuit_open;
  const bool closed = circuit_open_ && !is_open;
  const bool opened = !circuit_open_ && is_open;
  for (const Event& event : events) {
    restarted += event.pool == PoolEvent::kWorkerRestarted;
  }
  const auto started = static_cast<size_t>(workers_.starts() - starts_);
  starts_ = workers_.starts();
  if (closed) {
    restarts_ms_.clear();
  } else if (circuit_open_ && started > 0) {
    judge_.expect(started == 1 && judge_.now_ms - last_probe_ms_ >= kFirstProbeMs,
                  "I-18: a worker is started while the circuit is open, and it is no probe");
    last_probe_ms_ = judge_.now_ms;
  } else {
    const auto grown = static_cast<size_t>(core_.stats().scaling.grown - scaling_.grown);
    judge_.expect(started == restarted + grown || judge_.now_ms == 0,
                  "R61: a worker is started in no one's place");
  }
  restarts_ms_.insert(restarts_ms_.end(), restarted, judge_.now_ms);
  while (!restarts_ms_.empty() && restarts_ms_.front() <= judge_.now_ms - kRestartWindowMs) {
    restarts_ms_.pop_front();
  }
  judge_.expect(restarts_ms_.size() <= kRestarts, "I-18: workers are restarted too often");
  if (opened) last_probe_ms_ = judge_.now_ms;
  circuit_open_ = is_open;
}

void Invariants::check_sizing() {
  const CoordinatorStats s = core_.stats();
  const uint64_t retired = s.scaling.retired - scaling_.retired;
  scaling_ = s.scaling;
  if (retired == 0) return;
  judge_.expect(retired == 1 && s.pool.leaving == 1, "R65: workers are retired two at a time");
  judge_.expect(s.queued_flights == 0, "R65: a worker is retired while something is queued");
  judge_.expect(s.pool.ready + s.pool.starting >= setup_.warm,
                "R65: workers are retired below the minimum");
}

void Invariants::at_end(bool shut_down) const {
  const CoordinatorStats s = core_.stats();
  judge_.expect(s.live_requests == 0, "L-1: a request never settles");
  judge_.expect(s.queued_flights + s.running_flights == 0, "L-1: a flight never ends");
  judge_.expect(s.images == 0, "I-9: an image that nobody knows is open");
  size_t ending = 0;
  for (int i = 0; i < kBerths; ++i) {
    if (core_.board().state(i) == FlightState::kVacant) continue;
    ++ending;
    judge_.expect(workers_.stuck_at(i), "L-5: a flight is never let go though its worker is well");
  }
  judge_.expect(ending == s.ending_flights, "I-9: the berths are not those of the flights");
  if (ending == 0) {
    judge_.expect(s.buffers.in_use == 0, "I-9: a buffer is in use that nobody can name");
    judge_.expect(s.buffers.leases_held == 0, "I-24: a lease is held by nobody");
  }
  if (shut_down) {
    judge_.expect(!workers_.any_waiting(), "L-8: a worker is left behind at shut-down");
    return;
  }
  for (int i = 1; i < kSeats; ++i) {
    const WorkerSeat& seat = core_.pool().seat(i);
    if (seat.holding.load() == 0) continue;
    judge_.expect(seat.state.load() == SeatState::kLost, "L-5: a worker hangs for ever unnoticed");
  }
}

}  // namespace stopbath::simulator
