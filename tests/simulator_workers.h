// Simulated workers: each walks through the steps that serve() is made of, at times and with faults
// that its seed draws.
//
// They are also the platform: a ThreadHost whose kill() takes effect late or never, and whose
// notice of a death may come when the seat has a new worker, or twice.
#ifndef STOPBATH_TESTS_SIMULATOR_WORKERS_H_
#define STOPBATH_TESTS_SIMULATOR_WORKERS_H_

#include <string>
#include <vector>

#include "simulator.h"
#include "tasks/task_types.h"
#include "workers/worker_pool.h"

namespace stopbath::simulator {

// Keeps the first violation.
class Judge {
 public:
  bool ok() const { return sentence_.empty(); }
  const std::string& sentence() const { return sentence_; }
  void expect(bool holds, const char* invariant) {
    if (holds || !ok()) return;
    sentence_ = invariant;
    sentence_ += " (at " + std::to_string(static_cast<int64_t>(now_ms)) + " ms)";
  }
  double now_ms = 0;

 private:
  std::string sentence_;
};

class Workers final : public ThreadHost {
 public:
  Workers(const Setup& setup, Judge& judge)
      : setup_(setup), judge_(judge), random_(setup.seed ^ 0x77) {}
  void watch(FlightBoard& board) { board_ = &board; }

  bool start(int seat_index, WorkerSeat& seat) override;
  void kill(int seat_index) override;

  // Wakes the parked ones when the board was rung; call after whatever changed it.
  void listen();
  double next_ms() const;
  // Runs what is due now.
  void advance();
  // Runs one unit of the hosting thread, from start to end; its time has passed on return. False:
  // nothing was on offer.
  bool run_on_host(WorkerSeat& seat);
  void end_faults() { faults_over_ = true; }
  bool faults_over() const { return faults_over_; }
  void page_stepped();
  // What a worker may touch is reserved [I-11], and seats show what their threads are.
  void check() const;
  // The unit at this berth will never be let go: its worker hangs for ever or died without notice.
  bool stuck_at(int berth) const;
  // Some thread is neither gone nor waiting for work.
  bool any_busy() const;
  // Some thread waits for work, as if there could be more.
  bool any_waiting() const;
  // Some worker has been silent for long enough to be suspected.
  bool any_silence() const { return silences_ > 0; }

  int starts() const { return static_cast<int>(lives_.size()); }
  double last_start_ms() const { return last_start_ms_; }
  // Longest that a unit of this run may take.
  double longest_unit_ms() const { return setup_.unit_ms; }
  // Units that count as ended and are held all the same.
  uint64_t letting_go() const;
  uint64_t kills() const { return kills_; }
  uint64_t traps() const { return traps_; }

 private:
  enum class State : uint8_t { kBooting, kLooking, kParked, kInUnit, kLettingGo, kStopped, kGone };

  struct Life {
    int seat_index = 0;
    WorkerSeat* seat = nullptr;
    Random random{0};  // of its own, so that a shorter list of operations changes little else
    uint32_t name = 0;
    State state = State::kBooting;
    double due_ms = kNever;
    double progress_ms = 0;    // of the last sign of life that the seat shows
    double death_ms = kNever;  // when killed: the thread is gone, and its notice sent
    double echo_ms = kNever;   // the notice comes again
    double speed = 1;
    int steps = 0;      // of the page since the last sign of life
    uint32_t seen = 0;  // parked on this value
    const UnitWork* work = nullptr;
    bool killed = false;
    bool holds() const { return state == State::kInUnit || state == State::kLettingGo; }
    bool written = false;     // the unit's bytes
    bool background = false;  // the unit's lane when it was claimed
    bool trap = false;
    bool unburied = false;  // died holding something, which the next step frees
  };

  bool fires(double probability, Random& random) {
    return probability > 0 && !faults_over_ && random.chance(probability);
  }
  int64_t now_ns() const { return static_cast<int64_t>(judge_.now_ms * 1e6); }
  void sign_of_life(Life& life);
  void look(Life& life);
  bool begin(WorkerSeat& seat);
  void draw_fate(Life& life);
  void end(Life& life);
  void complete(WorkerSeat& seat);
  void look_on(Life& life);
  void die(Life& life);

  Setup setup_;
  Judge& judge_;
  Random random_;
  FlightBoard* board_ = nullptr;
  std::vector<Life> lives_;
  bool faults_over_ = false;
  double last_start_ms_ = -kNever;
  uint32_t since_turn_ = kQuotaClaims;  // claims since the last one that passed over a better unit
  uint64_t kills_ = 0;
  uint64_t traps_ = 0;
  uint64_t silences_ = 0;
};

}  // namespace stopbath::simulator

#endif  // STOPBATH_TESTS_SIMULATOR_WORKERS_H_
