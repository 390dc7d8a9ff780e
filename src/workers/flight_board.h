// The board on which the host publishes flights and from which workers claim units: a few words of
// shared memory.
//
// Late binding: a worker that becomes free takes the best unit on the board. Every berth carries an
// epoch that changes at each publication and each cancellation; a claim is one compare-and-set that
// includes the epoch, so a worker can never start a unit of a flight that was withdrawn, and a word
// that is used again still stops an old worker [R18].
//
// A worker writes what it is about to hold before it claims (WorkerSeat::holding), and the host
// changes the epoch before it looks at what workers hold; in the single order of these operations
// either the claim fails or the host sees the holder. So a berth, its plan and its buffers are
// recycled only when nobody can touch them (hazard pointers: M. Michael, "Hazard Pointers: Safe
// Memory Reclamation for Lock-Free Objects", 2004).
//
// Order gives way to age [R33]: while the oldest flight of a lower lane has waited for longer than
// its lane's bound, each tenth claim is its turn; two such lanes alternate. Nobody holds the turn:
// it is a count that is consumed by exchange, so a worker that dies takes nothing along.
#ifndef STOPBATH_WORKERS_FLIGHT_BOARD_H_
#define STOPBATH_WORKERS_FLIGHT_BOARD_H_

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "tasks/rank.h"
#include "workers/unit_work.h"

namespace stopbath {

inline constexpr int kBerths = 64;  // the bits of a word
inline constexpr uint64_t kNoRank = ~uint64_t{0};

inline constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

enum class FlightState : uint32_t {
  kVacant = 0,
  kRunning = 1,
  kPublished = 2,  // all units done, the result belongs to the host
  kCancelled = 3,
  kFailed = 4,   // a unit trapped
  kExpired = 5,  // a worker saw that it is too late, or too much [R26]
};

struct alignas(64) Berth {
  // epoch:32 | pass:8 | next unit:24. The next unit equals the pass's unit count while its last
  // units are still running.
  std::atomic<uint64_t> claim{0};
  std::atomic<uint32_t> done{0};  // finished units of the pass
  std::atomic<FlightState> state{FlightState::kVacant};
  // Of the last unit that was claimed in order, or of admission.
  std::atomic<int64_t> waiting_since_ns{0};
  std::atomic<int64_t> first_unit_ns{0};
  std::atomic<int64_t> run_ns{0};
  std::atomic<int64_t> ended_ns{0};    // of the last unit of all
  std::atomic<uint32_t> units_run{0};  // over all passes
  std::atomic<bool> open{false};  // as far as is known, the pass has units that nobody has claimed
  // Written by the host at any time: when, and after how much work, nobody wants it any more.
  std::atomic<int64_t> deadline_ns{kNoLimit};
  std::atomic<int64_t> run_limit_ns{kNoLimit};
  uint32_t tag = 0;                // the host's name for the flight, for traces; as `work`
  const UnitWork* work = nullptr;  // written by the host while the berth is vacant
};

// What a worker asks for.
struct Bid {
  uint64_t rank_limit = kNoRank;  // units of this rank and worse are not for it
  int64_t now_ns = 0;
  // Of two flights of previews that only age tells apart it takes the second, so that the first
  // does not have all workers while the other waits [R40].
  bool aside = false;
};

// A unit that a worker holds.
struct Claim {
  int berth = -1;
  uint32_t epoch = 0;
  int pass = 0;
  int unit = 0;
};

class FlightBoard {
 public:
  FlightBoard() {
    for (std::atomic<uint64_t>& rank : ranks_) rank.store(kNoRank, std::memory_order_relaxed);
  }

  // --- Host side: called by the hosting thread only. None of these waits. ---

  // Index of a vacant berth, or -1.
  int vacant() const { return vacant_ != 0 ? std::countr_zero(vacant_) : -1; }
  // Offers `work`, which has waited since the given time, to the workers that are awake. The berth
  // must be vacant. Returns the flight's epoch.
  uint32_t offer(int berth, const UnitWork* work, uint64_t rank, int64_t waiting_since_ns = 0,
                 uint32_t tag = 0);
  // Wakes as many workers as `units` new ones can use; any number of offers need one call.
  void wake(int64_t units);
  // offer() and wake().
  uint32_t publish(int berth, const UnitWork* work, uint64_t rank, int64_t waiting_since_ns = 0);
  // True when this call withdrew the flight; false when it had been published or had failed before
  // [R20]. No unit of it starts afterwards; units under way end on their own, see
  // WorkerPool::holds.
  bool cancel(int berth);
  // Closes a flight that ended on the workers' side (published or failed), so that no worker looks
  // at it any more.
  void retire(int berth);
  // Forgets a cancelled or retired flight that nobody holds; the berth becomes vacant.
  void vacate(int berth);
  // Wakes the workers when the lane is a better one: some may take the flight only now.
  void set_rank(int berth, uint64_t rank);
  uint64_t rank(int berth) const {
    return ranks_[static_cast<size_t>(berth)].load(std::memory_order_relaxed);
  }
  void set_limits(int berth, int64_t deadline_ns, int64_t run_limit_ns) {
    berths_[berth].deadline_ns.store(deadline_ns, std::memory_order_relaxed);
    berths_[berth].run_limit_ns.store(run_limit_ns, std::memory_order_relaxed);
  }
  const Berth& berth(int index) const { return berths_[index]; }
  FlightState state(int berth) const {
    return berths_[berth].state.load(std::memory_order_acquire);
  }
  // The pass whose units are on offer or run: those before it are over. 0 for a flight that was
  // withdrawn.
  int pass(int berth) const;
  // Units that nobody has claimed are on offer, at this berth or at any.
  bool runnable(int berth) const;
  bool has_runnable() const;
  // The best rank on offer, kNoRank when there is none.
  uint64_t best_on_offer() const;
  // Wakes parked workers so that they look at their seats again; `opened_ns` when a worker has just
  // opened a pass, else 0.
  void ring(int64_t opened_ns = 0);
  // Of the last ring.
  int64_t opened_ns() const { return opened_ns_.load(std::memory_order_relaxed); }
  std::atomic<uint32_t>& completions() { return completions_; }

  // --- Worker side: called by pool threads, at the same time. ---

  // Takes the best unit that the bid allows, or the overdue one when it is its turn; `holding` is
  // the caller's seat word. False when there is none.
  bool claim_best(std::atomic<uint64_t>& holding, const Bid& bid, Claim& claim);
  // Ends a claimed unit: opens the next pass, or publishes the flight after the last unit.
  void finish(const Claim& claim, int64_t started_ns, int64_t ended_ns);
  // Ends a claimed unit that trapped: the flight fails.
  void fail(const Claim& claim) { stop(claim, FlightState::kFailed); }
  // Stops the flight of a claimed unit that shall not start or go on any more [R26]. Workers look
  // for themselves, since a page's timers may be throttled. True when the flight is over.
  bool expire_if_due(const Claim& claim, int64_t now_ns);
  bool withdrawn(const Claim& claim) const;
  std::atomic<uint32_t>& work_sequence() { return work_sequence_; }
  // Tells the host that something changed.
  void report();

  static uint64_t holding_word(int berth, uint32_t epoch) {
    return (uint64_t{epoch} << 32) | static_cast<uint32_t>(berth + 1);
  }
  // -1 for an idle seat.
  static int berth_of(uint64_t holding) {
    return static_cast<int>(static_cast<uint32_t>(holding)) - 1;
  }

 private:
  struct Choice {
    int best = -1;
    int overdue = -1;  // of the lane that waits for longest its oldest flight
    Lane overdue_lane = Lane::kExport;
  };
  void stop(const Claim& claim, FlightState as);
  enum class Attempt : uint8_t { kClaimed, kExhausted, kChanged };

  // `skip`: a bit per berth.
  Choice choose(const Bid& bid, uint64_t skip) const;
  Attempt try_claim(int berth, std::atomic<uint64_t>& holding, Claim& claim);
  int second_preview(const Bid& bid, uint64_t skip) const;
  bool take_turn();
  void put_rank(int berth, uint64_t rank) {
    ranks_[static_cast<size_t>(berth)].store(rank, std::memory_order_relaxed);
  }

  // tasks/rank.h; written by the host at any time, by workers at a flight's end. Apart from the
  // berths, so that a look for the best reads eight cache lines and not 64.
  alignas(64) std::array<std::atomic<uint64_t>, kBerths> ranks_;
  std::array<Berth, kBerths> berths_;
  uint64_t vacant_ = ~uint64_t{0};  // a bit per berth; the host's own
  // Claims in order, since the last turn, that passed over an overdue flight.
  alignas(64) std::atomic<uint32_t> passed_over_{0};
  alignas(64) std::atomic<uint32_t> work_sequence_{0};
  std::atomic<int64_t> opened_ns_{0};
  alignas(64) std::atomic<uint32_t> completions_{0};
};

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_FLIGHT_BOARD_H_
