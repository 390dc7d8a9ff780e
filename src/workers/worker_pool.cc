// The worker's loop on one side, the host's view of the seats on the other.
#include "workers/worker_pool.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/clock.h"
#include "base/mutation.h"
#include "workers/parking.h"

namespace stopbath {
namespace {

// The ends of brief flights are kept back to be told together: so many, and for so long at most.
constexpr int kTellTogether = 12;
constexpr int64_t kTellTogetherNs = 50000;

// The seat is free before the look at the state: either this worker sees that the flight has ended
// and reports, or the host that ended it sees the seat free and recycles what it used [L-9]. True
// when it has to be reported.
bool release(WorkerSeat& seat) {
  const int berth = seat.claim.berth;
  seat.holding.store(0, std::memory_order_seq_cst);
  const FlightState state = seat.board->berth(berth).state.load(std::memory_order_seq_cst);
  const bool silent = STOPBATH_BROKEN(109) && seat.board->withdrawn(seat.claim);
  return state != FlightState::kRunning && !silent;
}

// A worker's way through units: those that follow each other share one look at the clock, and ends
// of brief ones are told together, before anything that takes long.
class Shift {
 public:
  explicit Shift(WorkerSeat& seat) : seat_(seat) {}

  int64_t now_ns() const { return now_ns_; }
  void look_at_clock() { now_ns_ = monotonic_ns(); }

  // Claims and runs one unit; false when nothing is on offer to this seat.
  bool run_one() {
    if (!begin_unit(seat_, now_ns_)) {
      tell();
      return false;
    }
    const bool brief = seat_.board->berth(seat_.claim.berth).work->brief();
    if (!brief) tell();
    run_held_unit(seat_);
    look_at_clock();
    complete_unit(seat_, now_ns_);
    if (release(seat_) && untold_++ == 0) since_ns_ = now_ns_;
    if (!brief || untold_ == kTellTogether || now_ns_ - since_ns_ > kTellTogetherNs) tell();
    return true;
  }
  void tell() {
    if (std::exchange(untold_, 0) > 0) seat_.board->report();
  }

 private:
  WorkerSeat& seat_;
  int64_t now_ns_ = monotonic_ns();
  int untold_ = 0;
  int64_t since_ns_ = 0;  // of the first end that is untold
};

// Longer than the page takes from one small task to the next, and far from being felt in power.
constexpr int64_t kLookOutNs = 30000;
constexpr int kLooksPerClock = 256;

// Looks out for work for a short while, unless another worker does; true when it came.
bool called_while_looking(WorkerSeat& seat, uint32_t seen) {
  FlightBoard& board = *seat.board;
  const uint32_t worker = seat.number;
  if (worker == 0 || !board.look_out(worker)) return false;
  const int64_t end_ns = monotonic_ns() + kLookOutNs;
  do {
    for (int i = 0; i < kLooksPerClock && board.looks_out(worker); ++i) {
      if (board.work_sequence().load(std::memory_order_relaxed) != seen) break;
    }
  } while (board.looks_out(worker) &&
           board.work_sequence().load(std::memory_order_relaxed) == seen &&
           monotonic_ns() < end_ns);
  return !board.stop_looking(worker) ||
         board.work_sequence().load(std::memory_order_seq_cst) != seen;
}

}  // namespace

bool begin_unit(WorkerSeat& seat, int64_t now_ns) {
  const Bid bid{seat.rank_limit.load(std::memory_order_relaxed), now_ns};
  if (!seat.board->claim_best(seat.holding, bid, seat.claim)) return false;
  if (seat.board->expire_if_due(seat.claim, now_ns)) return let_go(seat), begin_unit(seat, now_ns);
  seat.started.fetch_add(1, std::memory_order_relaxed);
  seat.unit_started_ns = now_ns;
  return true;
}

void run_held_unit(WorkerSeat& seat) {
  const Claim& claim = seat.claim;
  seat.board->berth(claim.berth).work->run_unit(claim.pass, claim.unit, seat.scratch);
}

namespace {

void trace_unit(WorkerSeat& seat, int64_t now_ns, UnitEnd end) {
  TraceRing* const ring = seat.trace.load(std::memory_order_acquire);
  if (ring == nullptr) return;
  const Claim& claim = seat.claim;
  ring->write({seat.unit_started_ns, now_ns, seat.board->berth(claim.berth).tag,
               static_cast<uint32_t>(claim.unit), static_cast<uint16_t>(claim.pass), end});
}

}  // namespace

void complete_unit(WorkerSeat& seat, int64_t now_ns) {
  FlightBoard& board = *seat.board;
  const Claim& claim = seat.claim;
  const int64_t elapsed_ns = now_ns - seat.unit_started_ns;
  seat.busy_ns.fetch_add(elapsed_ns, std::memory_order_relaxed);
  seat.progress.fetch_add(1, std::memory_order_relaxed);
  if (board.withdrawn(claim)) {
    seat.discarded.fetch_add(1, std::memory_order_relaxed);
    seat.discarded_ns.fetch_add(elapsed_ns, std::memory_order_relaxed);
    trace_unit(seat, now_ns, UnitEnd::kDiscarded);
  } else {
    board.finish(claim, seat.unit_started_ns, now_ns);
    board.expire_if_due(claim, now_ns);
    seat.finished.fetch_add(1, std::memory_order_relaxed);
    trace_unit(seat, now_ns, UnitEnd::kFinished);
  }
}

void let_go(WorkerSeat& seat) {
  if (release(seat)) seat.board->report();
}

void end_unit(WorkerSeat& seat, int64_t now_ns) {
  complete_unit(seat, now_ns);
  let_go(seat);
}

bool answer(WorkerSeat& seat) {
  seat.progress.fetch_add(1, std::memory_order_relaxed);  // the wait for it counts for nothing now
  SeatState expected = SeatState::kStarting;
  const bool wanted =
      seat.state.compare_exchange_strong(expected, SeatState::kReady, std::memory_order_acq_rel);
  seat.board->report();
  return wanted;
}

void leave(WorkerSeat& seat) {
  FlightBoard& board = *seat.board;  // the seat may have another worker before the report
  seat.state.store(SeatState::kLeft, std::memory_order_release);
  board.report();
}

void serve(WorkerSeat& seat) {
  const uint32_t life = seat.life;
  answer(seat);
  FlightBoard& board = *seat.board;
  Shift shift(seat);
  const auto same = [&] { return seat.life == life || STOPBATH_BROKEN(130); };
  while (same() && !seat.leave.load(std::memory_order_acquire)) {
    const uint32_t seen = board.work_sequence().load(std::memory_order_seq_cst);
    if (shift.run_one()) continue;
    if (seat.leave.load(std::memory_order_acquire)) break;
    if (!called_while_looking(seat, seen)) park(board.work_sequence(), seen);
    if (!same()) return;
    seat.progress.fetch_add(1, std::memory_order_relaxed);
    shift.look_at_clock();
  }
  if (seat.life == life) leave(seat);
}

bool recover(WorkerSeat& seat) {
  seat.trapped.fetch_add(1, std::memory_order_relaxed);
  seat.progress.fetch_add(1, std::memory_order_relaxed);
  if (seat.holding.load(std::memory_order_relaxed) != 0) {
    trace_unit(seat, monotonic_ns(), UnitEnd::kTrapped);
    seat.board->fail(seat.claim);
    seat.holding.store(0, std::memory_order_seq_cst);
  }
  seat.board->report();
  if (!seat.leave.load(std::memory_order_acquire)) return true;
  leave(seat);
  return false;
}

void note_death(WorkerSeat& seat, uint32_t life) {
  if (seat.life != life && !STOPBATH_BROKEN(30)) return;
  seat.dead.store(true, std::memory_order_release);
  seat.board->report();
}

void WorkerPool::FreeAligned::operator()(uint8_t* bytes) const { std::free(bytes); }

bool WorkerPool::furnish(int index) {
  WorkerSeat& seat = seats_[index];
  if (scratch_[index] == nullptr) {
    scratch_[index].reset(static_cast<uint8_t*>(std::aligned_alloc(64, kScratchBytes)));
  }
  seat.scratch = scratch_[index].get();
  seat.board = &board_;
  seat.number = static_cast<uint32_t>(index);
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
  if (!host_seated_) return false;
  Shift shift(seats_[0]);
  const int64_t end_ns = shift.now_ns() + static_cast<int64_t>(budget_ms * 1e6);
  do {
    if (!shift.run_one()) return false;
  } while (shift.now_ns() < end_ns);
  shift.tell();
  return board_.has_runnable();
}

void WorkerPool::share_lanes(bool keep_one_free) {
  const auto may_take_all = [](const WorkerSeat* seat) {
    return seat->rank_limit.load(std::memory_order_relaxed) == kNoRank;
  };
  std::array<WorkerSeat*, kSeats> seats;
  size_t ready = 0;
  if (host_seated_) seats[ready++] = &seats_[0];
  for (int i = 1; i < kSeats; ++i) {
    if (seats_[i].state.load(std::memory_order_acquire) == SeatState::kReady) {
      seats[ready++] = &seats_[i];
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
  board_.stop_looking(seat.number);
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
