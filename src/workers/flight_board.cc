// The words of a berth and the two sides that change them; the header tells why the order of
// operations is safe.
#include "workers/flight_board.h"

#include <algorithm>
#include <utility>

#include "base/mutation.h"
#include "workers/parking.h"

namespace stopbath {
namespace {

constexpr uint64_t kUnitMask = (uint64_t{1} << 24) - 1;
constexpr uint64_t kClosed = kUnitMask;  // as next unit: no unit can be claimed
constexpr int64_t kMostParked = 64;      // more than there are workers

constexpr uint64_t pack(uint32_t epoch, int pass, uint64_t unit) {
  return (uint64_t{epoch} << 32) | (uint64_t(pass) << 24) | unit;
}
constexpr uint32_t epoch_of(uint64_t word) { return static_cast<uint32_t>(word >> 32); }
constexpr int pass_of(uint64_t word) { return static_cast<int>((word >> 24) & 0xff); }
constexpr uint64_t unit_of(uint64_t word) { return word & kUnitMask; }

// Of a lane below the first.
constexpr int64_t bound_ns(Lane lane) {
  return static_cast<int64_t>(kAgeingBoundMs[static_cast<size_t>(lane)] * 1e6);
}

}  // namespace

uint32_t FlightBoard::offer(int index, const UnitWork* work, uint64_t rank,
                            int64_t waiting_since_ns, uint32_t tag) {
  Berth& berth = berths_[index];
  const uint32_t epoch = epoch_of(berth.claim.load(std::memory_order_relaxed)) + 1;
  vacant_ &= ~(uint64_t{1} << index);
  berth.work = work;
  berth.tag = tag;
  berth.done.store(0, std::memory_order_relaxed);
  berth.first_unit_ns.store(0, std::memory_order_relaxed);
  berth.run_ns.store(0, std::memory_order_relaxed);
  berth.units_run.store(0, std::memory_order_relaxed);
  berth.state.store(FlightState::kRunning, std::memory_order_relaxed);
  berth.waiting_since_ns.store(waiting_since_ns, std::memory_order_relaxed);
  put_rank(index, rank);
  berth.open.store(true, std::memory_order_relaxed);
  berth.claim.store(pack(epoch, 0, 0), std::memory_order_seq_cst);
  return epoch;
}

uint32_t FlightBoard::publish(int index, const UnitWork* work, uint64_t rank,
                              int64_t waiting_since_ns) {
  const uint32_t epoch = offer(index, work, rank, waiting_since_ns);
  wake(work->unit_count(0));
  return epoch;
}

// The sequence changes first: who is about to park at this moment sees it and does not sleep.
void FlightBoard::wake(int64_t units) {
  opened_ns_.store(0, std::memory_order_relaxed);
  work_sequence_.fetch_add(1, std::memory_order_seq_cst);
  unpark(work_sequence_, static_cast<uint32_t>(std::min(units, kMostParked)));
}

int FlightBoard::pass(int index) const {
  return pass_of(berths_[index].claim.load(std::memory_order_seq_cst));
}

bool FlightBoard::cancel(int index) {
  Berth& berth = berths_[index];
  FlightState expected = FlightState::kRunning;
  if (!berth.state.compare_exchange_strong(expected, FlightState::kCancelled,
                                           std::memory_order_seq_cst)) {
    if (!STOPBATH_BROKEN(20)) return false;
  }
  if (STOPBATH_BROKEN(19)) return true;
  put_rank(index, kNoRank);
  retire(index);
  return true;
}

void FlightBoard::retire(int index) {
  Berth& berth = berths_[index];
  const uint32_t epoch = epoch_of(berth.claim.load(std::memory_order_relaxed));
  berth.claim.store(pack(epoch + 1, 0, kClosed), std::memory_order_seq_cst);
}

void FlightBoard::vacate(int index) {
  Berth& berth = berths_[index];
  put_rank(index, kNoRank);
  vacant_ |= uint64_t{1} << index;
  berth.work = nullptr;
  berth.state.store(FlightState::kVacant, std::memory_order_relaxed);
}

void FlightBoard::set_rank(int index, uint64_t rank) {
  const uint64_t before =
      ranks_[static_cast<size_t>(index)].exchange(rank, std::memory_order_relaxed);
  if (lane_of(rank) < lane_of(before) && !STOPBATH_BROKEN(138)) ring();
}

bool FlightBoard::runnable(int index) const {
  if (rank(index) == kNoRank) return false;
  const Berth& berth = berths_[index];
  const uint64_t word = berth.claim.load(std::memory_order_relaxed);
  return unit_of(word) != kClosed &&
         unit_of(word) < uint64_t(berth.work->unit_count(pass_of(word)));
}

bool FlightBoard::has_runnable() const { return best_on_offer() != kNoRank; }

uint64_t FlightBoard::best_on_offer() const {
  uint64_t best = kNoRank;
  for (int i = 0; i < kBerths; ++i) {
    if (runnable(i)) best = std::min(best, rank(i));
  }
  return best;
}

void FlightBoard::ring(int64_t opened_ns) {
  opened_ns_.store(opened_ns, std::memory_order_relaxed);
  work_sequence_.fetch_add(1, std::memory_order_seq_cst);
  unpark_all(work_sequence_);
}

void FlightBoard::report() {
  completions_.fetch_add(1, std::memory_order_seq_cst);
  unpark_all(completions_);
}

FlightBoard::Choice FlightBoard::choose(const Bid& bid, uint64_t skip) const {
  Choice choice;
  uint64_t best_rank = bid.rank_limit;
  std::array<int, kLanes> oldest;
  oldest.fill(-1);
  std::array<RequestId, kLanes> age{};
  for (int i = 0; i < kBerths; ++i) {
    const uint64_t candidate = rank(i);
    if (candidate >= bid.rank_limit || (skip >> i & 1)) continue;
    if (candidate < best_rank && !(STOPBATH_BROKEN(32) && choice.best >= 0)) {
      choice.best = i;
      best_rank = candidate;
    }
    const auto lane = static_cast<size_t>(lane_of(candidate));
    if (oldest[lane] < 0 || age_of(candidate) < age[lane]) {
      oldest[lane] = i;
      age[lane] = age_of(candidate);
    }
  }
  if (const int second = bid.aside ? second_preview(bid, skip) : -1; second >= 0) {
    choice.best = second;
  }
  int64_t earliest_ns = bid.now_ns;
  for (const Lane lane : {Lane::kExport, Lane::kBackground}) {
    const int berth = oldest[static_cast<size_t>(lane)];
    if (berth < 0 || STOPBATH_BROKEN(33)) continue;
    const int64_t due_ns =
        berths_[berth].waiting_since_ns.load(std::memory_order_relaxed) + bound_ns(lane);
    if (due_ns > earliest_ns) continue;
    choice.overdue = berth;
    choice.overdue_lane = lane;
    earliest_ns = due_ns;
  }
  return choice;
}

// Of two or more previews with unclaimed units that only age tells apart; -1 when there are not.
int FlightBoard::second_preview(const Bid& bid, uint64_t skip) const {
  uint64_t first_rank = bid.rank_limit;
  uint64_t second_rank = bid.rank_limit;
  int first = -1;
  int second = -1;
  for (int i = 0; i < kBerths; ++i) {
    const uint64_t candidate = rank(i);
    const bool open = berths_[i].open.load(std::memory_order_relaxed);
    if (candidate >= second_rank || !open || (skip >> i & 1)) continue;
    second = candidate < first_rank ? std::exchange(first, i) : i;
    second_rank = candidate < first_rank ? std::exchange(first_rank, candidate) : candidate;
  }
  const bool apart_by_age = second >= 0 && equal_but_age(first_rank, second_rank);
  return apart_by_age && lane_of(first_rank) == Lane::kInteractive ? second : -1;
}

bool FlightBoard::take_turn() {
  uint32_t passed = passed_over_.load(std::memory_order_relaxed);
  return passed + 1 >= kQuotaClaims &&
         passed_over_.compare_exchange_strong(passed, 0, std::memory_order_relaxed);
}

bool FlightBoard::claim_best(std::atomic<uint64_t>& holding, const Bid& bid, Claim& claim) {
  uint64_t exhausted = 0;  // berths found without a free unit since the last look
  for (;;) {
    auto [best, overdue, overdue_lane] = choose(bid, exhausted);
    if (best < 0) return false;
    if (STOPBATH_BROKEN(35) && claim.berth >= 0 && runnable(claim.berth)) best = claim.berth;
    if (STOPBATH_BROKEN(36) && claim.berth >= 0 && claim.berth != best && runnable(claim.berth)) {
      berths_[claim.berth].claim.store(pack(claim.epoch, claim.pass, 0));
      berths_[claim.berth].done.store(0);
    }
    const bool passes_over = overdue >= 0 && overdue != best;
    const bool by_age = passes_over && (take_turn() || STOPBATH_BROKEN(233));
    const int target = by_age ? overdue : best;
    const Attempt attempt = try_claim(target, holding, claim);
    if (attempt == Attempt::kClaimed) {
      // A turn leaves the flight overdue, behind the others that are.
      const int64_t since_ns = by_age ? bid.now_ns - bound_ns(overdue_lane) : bid.now_ns;
      berths_[target].waiting_since_ns.store(since_ns, std::memory_order_relaxed);
      if (passes_over && !by_age) passed_over_.fetch_add(1, std::memory_order_relaxed);
      return true;
    }
    if (by_age) passed_over_.fetch_add(kQuotaClaims - 1, std::memory_order_relaxed);
    if (attempt == Attempt::kExhausted) exhausted |= uint64_t{1} << target;
  }
}

FlightBoard::Attempt FlightBoard::try_claim(int index, std::atomic<uint64_t>& holding,
                                            Claim& claim) {
  Berth& berth = berths_[index];
  // As at the end of a unit: who looks at a flight that ends meanwhile tells the host.
  const auto let_go = [&] {
    holding.store(0, std::memory_order_seq_cst);
    const bool ended = berth.state.load(std::memory_order_seq_cst) != FlightState::kRunning;
    if (ended && !STOPBATH_BROKEN(110)) report();
  };
  uint64_t word = berth.claim.load(std::memory_order_seq_cst);
  if (unit_of(word) == kClosed) return Attempt::kExhausted;
  // From here to the end of the unit the host must see what this worker may touch; only then is
  // `work` safe to read.
  holding.store(holding_word(index, epoch_of(word)), std::memory_order_seq_cst);
  STOPBATH_POINT("claim: announced");
  if (berth.claim.load(std::memory_order_seq_cst) != word) {
    let_go();
    return Attempt::kChanged;
  }
  if (unit_of(word) >= uint64_t(berth.work->unit_count(pass_of(word)))) {
    let_go();
    return Attempt::kExhausted;
  }
  if (!berth.claim.compare_exchange_strong(word, word + 1, std::memory_order_seq_cst)) {
    let_go();
    return Attempt::kChanged;
  }
  if (unit_of(word) + 1 == uint64_t(berth.work->unit_count(pass_of(word)))) {
    berth.open.store(false, std::memory_order_relaxed);
  }
  claim = {index, epoch_of(word), pass_of(word), static_cast<int>(unit_of(word))};
  return Attempt::kClaimed;
}

bool FlightBoard::withdrawn(const Claim& claim) const {
  const uint64_t word = berths_[claim.berth].claim.load(std::memory_order_relaxed);
  return epoch_of(word) != claim.epoch && !STOPBATH_BROKEN(18);
}

void FlightBoard::finish(const Claim& claim, int64_t started_ns, int64_t ended_ns) {
  Berth& berth = berths_[claim.berth];
  berth.run_ns.fetch_add(ended_ns - started_ns, std::memory_order_relaxed);
  berth.units_run.fetch_add(1, std::memory_order_relaxed);
  int64_t none = 0;
  berth.first_unit_ns.compare_exchange_strong(none, started_ns, std::memory_order_relaxed);

  const uint32_t units = static_cast<uint32_t>(berth.work->unit_count(claim.pass));
  const bool last = berth.done.fetch_add(1, std::memory_order_acq_rel) + 1 == units;
  if (!last && !(STOPBATH_BROKEN(53) && unit_of(berth.claim.load()) == units)) return;

  if (claim.pass + 1 < berth.work->pass_count()) {
    berth.done.store(0, std::memory_order_relaxed);
    berth.open.store(true, std::memory_order_relaxed);
    uint64_t ended = pack(claim.epoch, claim.pass, units);
    // Fails when the flight was cancelled meanwhile: then nothing more is to be claimed.
    if (berth.claim.compare_exchange_strong(ended, pack(claim.epoch, claim.pass + 1, 0),
                                            std::memory_order_seq_cst)) {
      ring(ended_ns);
    }
    return;
  }
  berth.ended_ns.store(ended_ns, std::memory_order_relaxed);
  FlightState expected = FlightState::kRunning;
  if (berth.state.compare_exchange_strong(expected, FlightState::kPublished,
                                          std::memory_order_seq_cst)) {
    put_rank(claim.berth, kNoRank);
  }
}

bool FlightBoard::expire_if_due(const Claim& claim, int64_t now_ns) {
  const Berth& berth = berths_[claim.berth];
  const bool late = now_ns >= berth.deadline_ns.load(std::memory_order_relaxed);
  const bool much = berth.run_ns.load(std::memory_order_relaxed) >=
                    berth.run_limit_ns.load(std::memory_order_relaxed);
  if ((!late && !much) || STOPBATH_BROKEN(147)) return false;
  stop(claim, FlightState::kExpired);
  return true;
}

void FlightBoard::stop(const Claim& claim, FlightState as) {
  Berth& berth = berths_[claim.berth];
  FlightState expected = FlightState::kRunning;
  if (berth.state.compare_exchange_strong(expected, as, std::memory_order_seq_cst)) {
    put_rank(claim.berth, kNoRank);
    uint64_t word = berth.claim.load(std::memory_order_relaxed);
    while (!berth.claim.compare_exchange_weak(word, pack(epoch_of(word), 0, kClosed),
                                              std::memory_order_seq_cst)) {
    }
  }
}

}  // namespace stopbath
