// The host's view of the seats: who is started, asked to leave, given up and counted.
#include "workers/worker_pool.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/clock.h"
#include "base/mutation.h"
#include "workers/parking.h"

namespace stopbath {

void WorkerPool::FreeAligned::operator()(uint8_t* bytes) const { std::free(bytes); }

bool WorkerPool::furnish(int index) {
  WorkerSeat& seat = seats_[index];
  if (scratch_[index] == nullptr) {
    scratch_[index].reset(static_cast<uint8_t*>(std::aligned_alloc(64, kScratchBytes)));
  }
  seat.scratch = scratch_[index].get();
  seat.board = &board_;
  used_ = std::max(used_, static_cast<size_t>(index) + 1);
  if (tracing_) give_ring(index);
  return seat.scratch != nullptr;
}

int WorkerPool::spawn(int count) {
  int spawned = 0;
  while (spawned < count && spawn_one() != 0) ++spawned;
  return spawned;
}

int WorkerPool::spawn_one() {
  if (threads_ == nullptr) return 0;
  for (int i = 1; i < kSeats; ++i) {
    WorkerSeat& seat = seats_[i];
    const SeatState state = seat.state.load(std::memory_order_acquire);
    if (state != SeatState::kVacant && state != SeatState::kLeft) continue;
    clear_left(i);
    if (!furnish(i)) return 0;
    seat.leave.store(false, std::memory_order_relaxed);
    seat.gone.store(false, std::memory_order_relaxed);
    seat.rank_limit.store(first_rank(Lane::kBackground), std::memory_order_relaxed);
    seat.state.store(SeatState::kStarting, std::memory_order_release);
    if (threads_->start(i, seat)) return i;
    seat.state.store(SeatState::kVacant, std::memory_order_release);
    return 0;
  }
  return 0;
}

bool WorkerPool::seat_host() {
  if (!furnish(0)) return false;
  host_seated_ = true;
  return true;
}

bool WorkerPool::run_slice(double budget_ms) {
  return host_seated_ && run_units_until(seats_[0], budget_ms) && board_.has_runnable();
}

double WorkerPool::hand_off_ns(double otherwise) const {
  std::array<int64_t, kSeats> samples;
  size_t count = 0;
  for (const WorkerSeat& seat : used()) {
    const int64_t sample = seat.hand_off_ns.load(std::memory_order_relaxed);
    if (sample != 0 && seat.state.load(std::memory_order_relaxed) == SeatState::kReady) {
      samples[count++] = sample;
    }
  }
  if (count == 0) return otherwise;
  std::nth_element(samples.begin(), samples.begin() + count / 2, samples.begin() + count);
  return static_cast<double>(samples[count / 2]);
}

void WorkerPool::share_lanes(bool keep_one_free) {
  const auto may_take_all = [](const WorkerSeat* seat) {
    return seat->rank_limit.load(std::memory_order_relaxed) == kNoRank;
  };
  std::array<WorkerSeat*, kSeats> seats;
  size_t ready = 0;
  if (host_seated_) seats[ready++] = &seats_[0];
  for (WorkerSeat& seat : used()) {
    if (&seat != &seats_[0] && seat.state.load(std::memory_order_acquire) == SeatState::kReady) {
      seats[ready++] = &seat;
    }
  }
  // Who has background work keeps it, so that it never has more workers than it may.
  std::partition(seats.begin(), seats.begin() + static_cast<ptrdiff_t>(ready), may_take_all);
  const size_t for_background = STOPBATH_BROKEN(34) ? ready : std::max<size_t>(1, ready / 4);
  bool changed = false;
  for (size_t i = 0; i < ready; ++i) {
    const bool free = keep_one_free && i > 0 && i + 1 == ready && !STOPBATH_BROKEN(134);
    const uint64_t limit =
        i < for_background ? kNoRank : first_rank(free ? Lane::kExport : Lane::kBackground);
    const bool aside = i > 0 && i + 1 == ready && !STOPBATH_BROKEN(140);
    seats[i]->aside.store(aside, std::memory_order_relaxed);
    changed |= limit != seats[i]->rank_limit.exchange(limit, std::memory_order_relaxed);
  }
  // Who may take more has to look; who may take less might have been called in place of another.
  if (changed && board_.has_runnable()) board_.ring();
}

void WorkerPool::wake(int64_t units, uint64_t worst_rank) {
  uint64_t limit = kNoRank;
  for (const WorkerSeat& seat : used()) {
    if (seat.state.load(std::memory_order_relaxed) == SeatState::kReady) {
      limit = std::min(limit, seat.rank_limit.load(std::memory_order_relaxed));
    }
  }
  if (worst_rank < limit) {
    board_.wake(units);
  } else {
    board_.ring();
  }
}

void WorkerPool::give_up(int index) {
  WorkerSeat& seat = seats_[index];
  // In this order: a worker that leaves at this moment has the last word.
  seat.state.store(SeatState::kLost, std::memory_order_release);
  seat.leave.store(true, std::memory_order_release);
  STOPBATH_POINT("give up: told");
  if (STOPBATH_BROKEN(111)) seat.state.store(SeatState::kLost);
  if (STOPBATH_BROKEN(57)) seat.holding.store(0);
  threads_->kill(index);
}

int WorkerPool::retire_one() {
  for (int i = kSeats - 1; i > 0; --i) {
    WorkerSeat& seat = seats_[i];
    if (seat.holding.load(std::memory_order_relaxed) != 0) continue;
    SeatState expected = SeatState::kReady;
    if (!seat.state.compare_exchange_strong(expected, SeatState::kLeaving)) continue;
    seat.leave.store(true, std::memory_order_release);
    board_.ring();
    return i;
  }
  return 0;
}

std::vector<int> WorkerPool::take_gone() {
  std::vector<int> gone;
  for (int i = 1; i < static_cast<int>(used_); ++i) {
    WorkerSeat& seat = seats_[i];
    if (!seat.gone.load(std::memory_order_relaxed)) continue;
    seat.gone.store(false, std::memory_order_relaxed);
    const SeatState state = seat.state.load(std::memory_order_acquire);
    const bool in_service = state == SeatState::kReady || state == SeatState::kLeaving;
    if (in_service && !STOPBATH_BROKEN(255)) gone.push_back(i);
  }
  return gone;
}

std::vector<uint64_t> WorkerPool::bury_dead() {
  std::vector<uint64_t> held;
  for (int i = 0; i < static_cast<int>(used_); ++i) {
    WorkerSeat& seat = seats_[i];
    if (seat.dead.load(std::memory_order_relaxed) &&
        seat.dead.exchange(false, std::memory_order_acq_rel)) {
      seat.lost_units =
          seat.started.load() - seat.finished.load() - seat.discarded.load() - seat.trapped.load();
      const uint64_t word = seat.holding.exchange(0, std::memory_order_seq_cst);
      if (word != 0) held.push_back(word);
      seat.state.store(SeatState::kVacant, std::memory_order_release);
    }
    clear_left(i);
  }
  return held;
}

void WorkerPool::clear_left(int index) {
  WorkerSeat& seat = seats_[index];
  if (seat.state.load(std::memory_order_acquire) != SeatState::kLeft) return;
  seat.state.store(SeatState::kVacant, std::memory_order_relaxed);
  scratch_[index].reset();
  threads_->left(index);
}

void WorkerPool::dismiss() {
  for (WorkerSeat& seat : used()) seat.leave.store(true, std::memory_order_release);
  board_.ring();
}

uint64_t WorkerPool::held_berths() const {
  uint64_t held = 0;
  for (const WorkerSeat& seat : used()) {
    const int berth = FlightBoard::berth_of(seat.holding.load(std::memory_order_seq_cst));
    if (berth >= 0) held |= uint64_t{1} << berth;
  }
  return held;
}

bool WorkerPool::stranded(int berth) const {
  for (const WorkerSeat& seat : used()) {
    const uint64_t word = seat.holding.load(std::memory_order_seq_cst);
    if (FlightBoard::berth_of(word) == berth && seat.state.load() == SeatState::kLost) return true;
  }
  return false;
}

PoolCounters WorkerPool::counters() const {
  PoolCounters sum;
  int64_t busy_ns = 0;
  int64_t discarded_ns = 0;
  for (const WorkerSeat& seat : used()) {
    const SeatState state = seat.state.load(std::memory_order_acquire);
    sum.ready += state == SeatState::kReady;
    sum.starting += state == SeatState::kStarting;
    sum.leaving += state == SeatState::kLeaving;
    sum.lost += state == SeatState::kLost;
    const bool holds = seat.holding.load(std::memory_order_relaxed) != 0;
    sum.busy += holds;
    sum.working += holds && state == SeatState::kReady;
    sum.units_started += seat.started.load(std::memory_order_relaxed);
    sum.units_finished += seat.finished.load(std::memory_order_relaxed);
    sum.units_discarded += seat.discarded.load(std::memory_order_relaxed);
    sum.units_trapped += seat.trapped.load(std::memory_order_relaxed);
    sum.units_lost += seat.lost_units;
    busy_ns += seat.busy_ns.load(std::memory_order_relaxed);
    discarded_ns += seat.discarded_ns.load(std::memory_order_relaxed);
  }
  for (const auto& ring : rings_) sum.trace_rings += ring != nullptr;
  sum.live = sum.ready + sum.starting + sum.leaving + sum.lost;
  sum.busy_ms = static_cast<double>(busy_ns) * 1e-6;
  sum.discarded_ms = static_cast<double>(discarded_ns) * 1e-6;
  return sum;
}

int WorkerPool::width() const {
  if (host_seated_) return 1;
  int ready = 0;
  for (const WorkerSeat& seat : used()) {
    ready += seat.state.load(std::memory_order_relaxed) == SeatState::kReady;
  }
  return ready > 0 ? ready : 1;
}

}  // namespace stopbath
