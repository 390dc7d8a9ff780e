// The words of a berth and the two sides that change them; the header tells why the order of
// operations is safe.
#include "workers/flight_board.h"

#include "base/mutation.h"
#include "workers/parking.h"

namespace stopbath {
namespace {

constexpr uint64_t kUnitMask = (uint64_t{1} << 24) - 1;
constexpr uint64_t kClosed = kUnitMask;  // as next unit: no unit can be claimed

constexpr uint64_t pack(uint32_t epoch, int pass, uint64_t unit) {
  return (uint64_t{epoch} << 32) | (uint64_t(pass) << 24) | unit;
}
constexpr uint32_t epoch_of(uint64_t word) { return static_cast<uint32_t>(word >> 32); }
constexpr int pass_of(uint64_t word) { return static_cast<int>((word >> 24) & 0xff); }
constexpr uint64_t unit_of(uint64_t word) { return word & kUnitMask; }

}  // namespace

int FlightBoard::vacant() const {
  for (int i = 0; i < kBerths; ++i) {
    if (berths_[i].state.load(std::memory_order_relaxed) == FlightState::kVacant) return i;
  }
  return -1;
}

uint32_t FlightBoard::publish(int index, const UnitWork* work, uint64_t rank) {
  Berth& berth = berths_[index];
  const uint32_t epoch = epoch_of(berth.claim.load(std::memory_order_relaxed)) + 1;
  berth.work = work;
  berth.done.store(0, std::memory_order_relaxed);
  berth.first_unit_ns.store(0, std::memory_order_relaxed);
  berth.run_ns.store(0, std::memory_order_relaxed);
  berth.units_run.store(0, std::memory_order_relaxed);
  berth.state.store(FlightState::kRunning, std::memory_order_relaxed);
  berth.rank.store(rank, std::memory_order_relaxed);
  berth.claim.store(pack(epoch, 0, 0), std::memory_order_seq_cst);
  ring();
  return epoch;
}

bool FlightBoard::cancel(int index) {
  Berth& berth = berths_[index];
  FlightState expected = FlightState::kRunning;
  if (!berth.state.compare_exchange_strong(expected, FlightState::kCancelled,
                                           std::memory_order_seq_cst)) {
    if (!STOPBATH_BROKEN(20)) return false;
  }
  if (STOPBATH_BROKEN(19)) return true;
  berth.rank.store(kNoRank, std::memory_order_relaxed);
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
  berth.rank.store(kNoRank, std::memory_order_relaxed);
  berth.work = nullptr;
  berth.state.store(FlightState::kVacant, std::memory_order_relaxed);
}

bool FlightBoard::runnable(int index) const {
  const Berth& berth = berths_[index];
  if (berth.rank.load(std::memory_order_relaxed) == kNoRank) return false;
  const uint64_t word = berth.claim.load(std::memory_order_relaxed);
  return unit_of(word) != kClosed &&
         unit_of(word) < uint64_t(berth.work->unit_count(pass_of(word)));
}

bool FlightBoard::has_runnable() const {
  for (int i = 0; i < kBerths; ++i) {
    if (runnable(i)) return true;
  }
  return false;
}

void FlightBoard::ring() {
  work_sequence_.fetch_add(1, std::memory_order_seq_cst);
  unpark_all(work_sequence_);
}

void FlightBoard::report() {
  completions_.fetch_add(1, std::memory_order_seq_cst);
  unpark_all(completions_);
}

bool FlightBoard::claim_best(std::atomic<uint64_t>& holding, uint64_t rank_limit, Claim& claim) {
  uint32_t exhausted = 0;  // berths found without a free unit since the last look
  for (;;) {
    int best = -1;
    uint64_t best_rank = rank_limit;
    for (int i = 0; i < kBerths; ++i) {
      const uint64_t rank = berths_[i].rank.load(std::memory_order_relaxed);
      if (rank < best_rank && !(exhausted >> i & 1) && !(STOPBATH_BROKEN(32) && best >= 0)) {
        best = i;
        best_rank = rank;
      }
    }
    if (best < 0) return false;
    if (STOPBATH_BROKEN(35) && claim.berth >= 0 && runnable(claim.berth)) best = claim.berth;
    if (STOPBATH_BROKEN(36) && claim.berth >= 0 && claim.berth != best && runnable(claim.berth)) {
      berths_[claim.berth].claim.store(pack(claim.epoch, claim.pass, 0));
      berths_[claim.berth].done.store(0);
    }

    Berth& berth = berths_[best];
    // As at the end of a unit: who looks at a flight that ends meanwhile tells the host.
    const auto let_go = [&] {
      holding.store(0, std::memory_order_seq_cst);
      const bool ended = berth.state.load(std::memory_order_seq_cst) != FlightState::kRunning;
      if (ended && !STOPBATH_BROKEN(110)) report();
    };
    uint64_t word = berth.claim.load(std::memory_order_seq_cst);
    if (unit_of(word) == kClosed) {
      exhausted |= 1u << best;
      continue;
    }
    // From here to the end of the unit the host must see what this worker may touch; only then is
    // `work` safe to read.
    holding.store(holding_word(best, epoch_of(word)), std::memory_order_seq_cst);
    STOPBATH_POINT("claim: announced");
    if (berth.claim.load(std::memory_order_seq_cst) != word) {
      let_go();
      continue;
    }
    if (unit_of(word) >= uint64_t(berth.work->unit_count(pass_of(word)))) {
      let_go();
      exhausted |= 1u << best;
      continue;
    }
    if (!berth.claim.compare_exchange_strong(word, word + 1, std::memory_order_seq_cst)) {
      let_go();
      continue;
    }
    claim = {best, epoch_of(word), pass_of(word), static_cast<int>(unit_of(word))};
    return true;
  }
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
  if (berth.done.fetch_add(1, std::memory_order_acq_rel) + 1 != units) return;

  if (claim.pass + 1 < berth.work->pass_count()) {
    berth.done.store(0, std::memory_order_relaxed);
    uint64_t ended = pack(claim.epoch, claim.pass, units);
    // Fails when the flight was cancelled meanwhile: then nothing more is to be claimed.
    if (berth.claim.compare_exchange_strong(ended, pack(claim.epoch, claim.pass + 1, 0),
                                            std::memory_order_seq_cst)) {
      ring();
    }
    return;
  }
  FlightState expected = FlightState::kRunning;
  if (berth.state.compare_exchange_strong(expected, FlightState::kPublished,
                                          std::memory_order_seq_cst)) {
    berth.rank.store(kNoRank, std::memory_order_relaxed);
  }
}

void FlightBoard::fail(const Claim& claim) {
  Berth& berth = berths_[claim.berth];
  FlightState expected = FlightState::kRunning;
  if (berth.state.compare_exchange_strong(expected, FlightState::kFailed,
                                          std::memory_order_seq_cst)) {
    berth.rank.store(kNoRank, std::memory_order_relaxed);
    uint64_t word = berth.claim.load(std::memory_order_relaxed);
    while (!berth.claim.compare_exchange_weak(word, pack(epoch_of(word), 0, kClosed),
                                              std::memory_order_seq_cst)) {
    }
  }
}

}  // namespace stopbath
