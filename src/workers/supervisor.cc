// Ticks and counts: no clock, no thread, only what the seats show at each tick.
#include "workers/supervisor.h"

#include <algorithm>
#include <limits>

#include "base/mutation.h"

namespace stopbath {

namespace {

bool may_take(const WorkerSeat& seat, uint64_t on_offer) {
  const uint64_t limit = seat.rank_limit.load(std::memory_order_relaxed);
  return on_offer < (STOPBATH_BROKEN(234) ? kNoRank : limit);
}

}  // namespace

std::vector<Verdict> Supervisor::tick(double now_ms, const WorkerPool& pool, uint64_t on_offer) {
  std::vector<Verdict> verdicts;
  if (!due(now_ms)) return verdicts;
  const double since_ms = now_ms - last_tick_ms_;
  const bool late = since_ms < 0 || since_ms > 2 * limits_.tick_ms;
  last_tick_ms_ = now_ms;

  for (int i = 0; i < kSeats; ++i) {
    const WorkerSeat& seat = pool.seat(i);
    Watch& watch = watches_[static_cast<size_t>(i)];
    const SeatState state = seat.state.load(std::memory_order_acquire);
    const uint64_t holding = seat.holding.load(std::memory_order_relaxed);
    const uint32_t progress = seat.progress.load(std::memory_order_relaxed);
    const bool starting = state == SeatState::kStarting;
    const bool leaving = state == SeatState::kLeaving && !STOPBATH_BROKEN(168);
    const bool working =
        leaving || (state == SeatState::kReady && (holding != 0 || may_take(seat, on_offer)));
    if ((late && !STOPBATH_BROKEN(55)) || (!starting && !working) || holding != watch.holding ||
        progress != watch.progress) {
      watch = {holding, progress, 0};
      continue;
    }
    ++watch.ticks;
    if (starting) {
      if (watch.ticks == limits_.start_ticks) verdicts.push_back({Verdict::Kind::kLost, i, -1});
      continue;
    }
    const int berth = FlightBoard::berth_of(holding);
    if (berth < 0) {  // nothing to note or to stop: it does not take what it should
      if (watch.ticks == limits_.stop_ticks) verdicts.push_back({Verdict::Kind::kLost, i, -1});
      continue;
    }
    if (watch.ticks == limits_.note_ticks) verdicts.push_back({Verdict::Kind::kNote, i, berth});
    if (watch.ticks == limits_.stop_ticks && !STOPBATH_BROKEN(56)) {
      verdicts.push_back({Verdict::Kind::kStop, i, berth});
    }
    if (watch.ticks == limits_.lost_ticks) verdicts.push_back({Verdict::Kind::kLost, i, berth});
  }
  return verdicts;
}

double Supervisor::next_tick_ms(const WorkerPool& pool, uint64_t on_offer) const {
  for (int i = 0; i < pool.seats_used(); ++i) {
    const WorkerSeat& seat = pool.seat(i);
    const SeatState state = seat.state.load(std::memory_order_relaxed);
    const bool busy = seat.holding.load(std::memory_order_relaxed) != 0 || may_take(seat, on_offer);
    if (state == SeatState::kStarting || state == SeatState::kLeaving ||
        (state == SeatState::kReady && busy)) {
      return last_tick_ms_ + limits_.tick_ms;
    }
  }
  return std::numeric_limits<double>::infinity();
}

bool Supervisor::may_restart(double now_ms) {
  if (circuit_open_) return false;
  while (!restarts_ms_.empty() && restarts_ms_.front() <= now_ms - limits_.restart_window_ms) {
    restarts_ms_.pop_front();
  }
  if (restarts_ms_.size() >= static_cast<size_t>(limits_.restarts) && !STOPBATH_BROKEN(59)) {
    open_circuit(now_ms);
    return false;
  }
  restarts_ms_.push_back(now_ms);
  return true;
}

void Supervisor::open_circuit(double now_ms) {
  if (circuit_open_) return;
  circuit_open_ = true;
  probe_pause_ms_ = limits_.first_probe_ms;
  next_probe_ms_ = now_ms + probe_pause_ms_;
}

void Supervisor::probe_started(double now_ms) {
  probe_pause_ms_ = std::min(2 * probe_pause_ms_, limits_.longest_probe_ms);
  next_probe_ms_ = now_ms + probe_pause_ms_;
}

void Supervisor::probe_worked() {
  circuit_open_ = false;
  restarts_ms_.clear();
}

}  // namespace stopbath
