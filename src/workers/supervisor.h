// Watches the workers' progress counters and judges who hangs [R55, R56]; decides how often to
// replace one [R59].
//
// A hang is the same unit, or no unit although some are on offer, without progress for a number of
// consecutive monitor ticks. Ticks are counted, not time: a page that was hidden, frozen or stopped
// in a debugger ticks late, and a late tick starts the count anew. The ladder: note, stop (the
// flight is withdrawn and goes to somebody else), and after a grace lost (the worker is replaced).
// A pure state machine of the hosting thread; it touches no worker.
#ifndef STOPBATH_WORKERS_SUPERVISOR_H_
#define STOPBATH_WORKERS_SUPERVISOR_H_

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "workers/worker_pool.h"

namespace stopbath {

struct SupervisorLimits {
  double tick_ms = 250;
  int note_ticks = 4;
  int stop_ticks = 8;                // 2 s: hundreds of times a unit's usual length
  int lost_ticks = 10;               // the grace after stop is two ticks
  int start_ticks = 40;              // a replacement that has not answered by then is lost
  int restarts = 3;                  // at most so many ...
  double restart_window_ms = 10000;  // ... in this time, else the circuit opens
  double first_probe_ms = 5000;      // from opening to the first probe; doubles with each failure
  double longest_probe_ms = 300000;
};

struct Verdict {
  enum class Kind : uint8_t { kNote, kStop, kLost };
  Kind kind = Kind::kNote;
  int seat = 0;
  int berth = -1;  // of the unit that hangs, -1 for a worker that holds none
};

class Supervisor {
 public:
  Supervisor() = default;
  explicit Supervisor(const SupervisorLimits& limits) : limits_(limits) {}

  // A tick is due.
  bool due(double now_ms) const {
    return now_ms < last_tick_ms_ || now_ms >= last_tick_ms_ + limits_.tick_ms;
  }
  // Looks at every seat when a tick is due; the new verdicts. `on_offer`: the best rank that waits,
  // so that an idle worker which may take it should move.
  std::vector<Verdict> tick(double now_ms, const WorkerPool& pool, uint64_t on_offer);
  // Time of the next tick while somebody works, starts or should work; infinity otherwise.
  double next_tick_ms(const WorkerPool& pool, uint64_t on_offer) const;

  // A lost worker may be replaced now; counts the replacement. Opens the circuit when there were
  // too many.
  bool may_restart(double now_ms);
  // No more workers, until a probe works: also when the platform gives none.
  void open_circuit(double now_ms);
  bool circuit_open() const { return circuit_open_; }
  // One probe is due: start one worker and see whether it works.
  bool probe_due(double now_ms) const { return circuit_open_ && now_ms >= next_probe_ms_; }
  double next_probe_ms() const { return next_probe_ms_; }
  void probe_started(double now_ms);
  // A probe has done a unit: the circuit closes.
  void probe_worked();

 private:
  struct Watch {
    uint64_t holding = 0;
    uint32_t progress = 0;
    int ticks = 0;
  };

  SupervisorLimits limits_;
  double last_tick_ms_ = 0;
  std::array<Watch, kSeats> watches_{};
  std::deque<double> restarts_ms_;
  bool circuit_open_ = false;
  double probe_pause_ms_ = 0;
  double next_probe_ms_ = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_SUPERVISOR_H_
