// The pool: one seat of shared words per worker, and the loop that a worker runs on its seat.
//
// Nothing is bound to a worker when a flight is published; a worker that becomes free claims the
// best unit on the board [R32]. The host never waits for a worker: it reads the seats. Threads are
// started by an injected ThreadHost, so that tests, Node and the browser use the same pool; with no
// threads at all the host runs units itself in slices.
#ifndef STOPBATH_WORKERS_WORKER_POOL_H_
#define STOPBATH_WORKERS_WORKER_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "telemetry/trace_ring.h"
#include "workers/flight_board.h"

namespace stopbath {

inline constexpr int kMaxWorkers = 16;
// Seat 0 is the hosting thread's. The others outnumber the workers, since the seat of a lost worker
// stays taken until it is known to be dead.
inline constexpr int kSeats = 40;

enum class SeatState : uint32_t {
  kVacant = 0,
  kStarting = 1,
  kReady = 2,
  kLost = 3,  // given up by the host; what it still writes is ignored, what it holds stays reserved
              // [R56, R57]
  kLeft = 4,  // the worker has ended its loop; it touches nothing any more
  kLeaving = 5,  // retired by the host: it leaves after its unit
};

struct alignas(64) WorkerSeat {
  std::atomic<uint64_t> holding{0};  // FlightBoard::holding_word of the unit in work, 0 when idle
  std::atomic<SeatState> state{SeatState::kVacant};
  std::atomic<bool> leave{false};      // set by the host
  std::atomic<bool> dead{false};       // set by the host when a lost thread is known to be gone
  std::atomic<bool> gone{false};       // set by the host when a thread has ended that nobody ended
  std::atomic<uint32_t> progress{0};   // +1 per unit and per wake-up: the heartbeat [R55]
  std::atomic<uint32_t> started{0};    // units
  std::atomic<uint32_t> finished{0};   // units of flights that were still wanted
  std::atomic<uint32_t> discarded{0};  // units that ended after their flight was withdrawn
  std::atomic<uint32_t> trapped{0};    // units that trapped
  std::atomic<int64_t> busy_ns{0};
  std::atomic<int64_t> discarded_ns{0};
  std::atomic<TraceRing*> trace{nullptr};  // while somebody traces [R70]
  uint8_t* scratch = nullptr;              // written by the host before the worker starts
  FlightBoard* board = nullptr;
  // The worker leaves units of this rank and worse to others; set by the host.
  std::atomic<uint64_t> rank_limit{kNoRank};
  // The thread host's name for this use of the seat. A thread that wakes up in another life than
  // it was started in leaves without a trace: `dead` may be told of one that only sleeps.
  std::atomic<uint32_t> life{0};
  Claim claim;                  // of the unit in work; the worker's own
  int64_t unit_started_ns = 0;  // likewise
  uint32_t lost_units = 0;      // whose worker died in them; the host's own
  bool woken = false;           // likewise: it has slept since its last unit
  // From the opening of a pass to the start of a unit by this worker, which slept; 0: never yet.
  std::atomic<int64_t> hand_off_ns{0};
  std::atomic<bool> aside{false};  // Bid::aside; set by the host
};

// Starts and ends threads. Both calls return at once.
class ThreadHost {
 public:
  virtual ~ThreadHost() = default;
  // The thread calls serve(seat) when it runs. False when the platform refuses another thread.
  virtual bool start(int seat_index, WorkerSeat& seat) = 0;
  // Ends a lost thread by force where the platform can. It may run on for a while, or for ever: the
  // host hears of its death through note_death().
  virtual void kill(int seat_index) = 0;
  // The worker of this seat has left by itself: what its thread held may be given back.
  virtual void left(int /*seat_index*/) {}
};

// A worker's life: answers, then claims and runs units until it is told to leave. Called by pool
// threads, one per seat.
void serve(WorkerSeat& seat);
// The steps that serve() is made of, for simulated workers. answer: false when the host has given
// the worker up, which then leaves. begin_unit: false when nothing is on offer to this seat.
bool answer(WorkerSeat& seat);
bool begin_unit(WorkerSeat& seat, int64_t now_ns);
void run_held_unit(WorkerSeat& seat);
// end_unit: what the unit has done counts, then the seat lets go of the flight.
void end_unit(WorkerSeat& seat, int64_t now_ns);
void complete_unit(WorkerSeat& seat, int64_t now_ns);
void let_go(WorkerSeat& seat);
void leave(WorkerSeat& seat);
// Claims and runs units until `budget_ms` are over; false as soon as nothing is on offer to the
// seat.
bool run_units_until(WorkerSeat& seat, double budget_ms);
// After a trap inside serve(): gives the unit back as failed. Returns true when the worker shall
// serve on; otherwise it has left.
bool recover(WorkerSeat& seat);
// The thread of a lost seat is gone: the next step of the host frees what it held. `life` is the
// seat's when that thread was started; a notice that comes when the seat serves another one is
// ignored. Called by the hosting thread.
void note_death(WorkerSeat& seat, uint32_t life);
// The thread of a seat in service has ended, though the host did not end it: the next step replaces
// its worker. `life` as with note_death(). Called by the hosting thread.
void note_gone(WorkerSeat& seat, uint32_t life);

struct PoolCounters {
  int ready = 0;
  int starting = 0;
  int leaving = 0;  // retired, and not known to have left
  int live = 0;     // starting, ready, leaving, or lost and not known to be dead
  int busy = 0;     // hold a unit, lost ones included
  int working = 0;  // ready ones that hold a unit
  int lost = 0;     // not known to be dead
  uint64_t units_started = 0;
  uint64_t units_finished = 0;
  uint64_t units_discarded = 0;
  uint64_t units_trapped = 0;
  int trace_rings = 0;      // that were allocated
  uint64_t units_lost = 0;  // their worker died in them
  double busy_ms = 0;
  double discarded_ms = 0;
};

// Every method is called by the hosting thread only.
class WorkerPool {
 public:
  WorkerPool(FlightBoard& board, ThreadHost* threads) : board_(board), threads_(threads) {}

  // Starts up to `count` more workers; the number that could be started. A worker is ready when it
  // has answered.
  int spawn(int count);
  // Starts one more worker; its seat, or 0.
  int spawn_one();
  // Gives the hosting thread a seat of its own, for run_slice().
  bool seat_host();
  bool furnish_host() { return furnish(0); }  // what seat_host() needs of memory
  // Runs units on the hosting thread until `budget_ms` are over or nothing is on offer; true when
  // more is on offer.
  bool run_slice(double budget_ms);
  // The hosting thread has a seat: it runs units because no worker does.
  bool host_seated() const { return host_seated_; }
  void unseat_host() { host_seated_ = false; }
  // What it costs to hand work to a sleeping worker, the median of the ready ones' last
  // [R40]; `otherwise` while there is no measurement.
  double hand_off_ns(double otherwise) const;
  // Says who may take which lanes [R34]: background work is for a quarter of the ready workers, one
  // at least; with `keep_one_free` another one takes previews only, when there are two; that one
  // also sees to it that no flight has all workers while another preview waits [R40]. Wakes those
  // that may take more than before.
  void share_lanes(bool keep_one_free);
  // Wakes as many workers as `units` new ones can use, all when one of them might not be allowed to
  // take the worst.
  void wake(int64_t units, uint64_t worst_rank);
  // Gives up on a worker: its berth and scratch stay reserved until it leaves or is buried.
  void give_up(int seat);
  // Asks the idle worker that was started last to leave; its seat, or 0 when every worker holds a
  // unit. It may take one more unit before it sees the word.
  int retire_one();
  // The seats of workers that were in service, and whose threads are known to have ended.
  std::vector<int> take_gone();
  // Frees what lost workers held that are known to be dead, and the seats of those that have left;
  // the words of the units that the dead held to the end.
  std::vector<uint64_t> bury_dead();
  // Asks every worker to leave after its unit.
  void dismiss();
  const WorkerSeat& seat(int index) const { return seats_[index]; }
  // Seats from the first on that ever had somebody on them: the others are vacant.
  int seats_used() const { return static_cast<int>(used_); }
  // From now on workers write what they run into rings, or stop doing so. The rings stay: a lost
  // worker may still write.
  void set_tracing(bool on);
  // The ring of a seat, nullptr when it never had one.
  TraceRing* trace(int index) { return rings_[index].get(); }
  // A bit for every berth whose work some worker may still touch.
  uint64_t held_berths() const;
  bool holds(int berth) const { return held_berths() >> berth & 1; }
  // A lost worker holds this berth: it may never let go.
  bool stranded(int berth) const;
  PoolCounters counters() const;
  // Workers that share a flight: the ready ones, or 1 for the hosting thread itself.
  int width() const;

 private:
  struct FreeAligned {
    void operator()(uint8_t* bytes) const;
  };

  bool furnish(int index);
  void clear_left(int index);
  void give_ring(int index);
  std::span<WorkerSeat> used() { return {seats_, used_}; }
  std::span<const WorkerSeat> used() const { return {seats_, used_}; }

  FlightBoard& board_;
  ThreadHost* threads_;
  bool host_seated_ = false;
  WorkerSeat seats_[kSeats];
  size_t used_ = 0;
  std::unique_ptr<uint8_t, FreeAligned> scratch_[kSeats];
  bool tracing_ = false;
  std::unique_ptr<TraceRing> rings_[kSeats];
};

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_WORKER_POOL_H_
