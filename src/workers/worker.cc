// A worker's life on its seat: answer, claim, run, let go, leave. Called by pool threads, each on
// its own seat, and by the hosting thread on its own when it does the work itself.
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

}  // namespace

bool begin_unit(WorkerSeat& seat, int64_t now_ns) {
  const Bid bid{seat.rank_limit.load(std::memory_order_relaxed), now_ns,
                seat.aside.load(std::memory_order_relaxed)};
  if (!seat.board->claim_best(seat.holding, bid, seat.claim)) return false;
  if (seat.board->expire_if_due(seat.claim, now_ns)) return let_go(seat), begin_unit(seat, now_ns);
  const int64_t opened_ns = seat.board->opened_ns();
  if (std::exchange(seat.woken, false) && opened_ns != 0 && now_ns > opened_ns) {
    seat.hand_off_ns.store(now_ns - opened_ns, std::memory_order_relaxed);
  }
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
    park(board.work_sequence(), seen);
    if (!same()) return;
    seat.woken = true;
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

void note_gone(WorkerSeat& seat, uint32_t life) {
  if (seat.life != life && !STOPBATH_BROKEN(30)) return;
  seat.gone.store(true, std::memory_order_release);
  seat.board->report();
}

bool run_units_until(WorkerSeat& seat, double budget_ms) {
  Shift shift(seat);
  const int64_t end_ns = shift.now_ns() + static_cast<int64_t>(budget_ms * 1e6);
  do {
    if (!shift.run_one()) return false;
  } while (shift.now_ns() < end_ns);
  shift.tell();
  return true;
}

}  // namespace stopbath
