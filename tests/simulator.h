// The deterministic simulator: the real coordinator, registry, board, pool and buffers on a virtual
// clock, with a page and workers that one seed drives through every fault of the menu.
//
// A run is plain data: a setup (which faults are active, how long units take) and a list of what
// the page does. The same run gives the same history, so a failing one is shrunk by leaving out
// operations and faults while it still fails. Catch2 knows nothing of it: simulate() returns the
// first violated invariant as a sentence, by its number in the rules.
#ifndef STOPBATH_TESTS_SIMULATOR_H_
#define STOPBATH_TESTS_SIMULATOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stopbath::simulator {

// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int below(int bound) { return static_cast<int>(next() % static_cast<uint64_t>(bound)); }
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
  }
  bool chance(double probability) { return uniform(0, 1) < probability; }

 private:
  uint64_t state_;
};

// Probability that a fault fires at one of its points; 0: not active in this run.
struct Faults {
  double never_answers = 0;  // per worker: its thread never runs
  double late_answer = 0;    // per worker: up to 15 s
  double refused_start = 0;  // per start: the platform has no thread
  double slow = 0;           // per worker: 50 times slower
  double hangs_forever = 0;  // per unit
  double hangs_a_while = 0;  // per unit: up to 6 s, so that some wake up after they were given up
  double dies = 0;           // per unit: silently, before or after its bytes are written
  double traps = 0;          // per unit
  double stops = 0;          // per look for work: never continues, holding nothing
  double never_dies = 0;     // per kill: no notice of the death ever comes
  double late_page = 0;      // per step: the page is frozen for up to 5 s
  double clock_gap = 0;      // per step: everything is
  double no_memory = 0;      // per allocation of a block
};

struct Setup {
  uint64_t seed = 0;  // of everything that is not in the list of operations
  int workers = 2;    // 0: the hosting thread runs the units
  int warm = 0;  // fewest workers when the pool grows and shrinks, else 0; `workers` is the most
  double idle_ms = 0;
  bool asks_user = false;  // a function of the user says how many workers there are
  size_t budget_bytes = 0;
  size_t lane_requests = 0;  // high mark of every lane; 0: by the bytes of the budget only
  double unit_ms = 2;        // longest of a usual unit
  double wake_ms = 0.5;      // longest from a report to the step of the page
  bool drag = false;         // one slot, steady input, no faults: the view must keep moving [L-3]
  bool crowd = false;  // more previews than the workers can serve, no faults, some work below [L-4]
  Faults faults;
};

struct Operation {
  enum class Kind : uint8_t {
    kPreview,
    kRender,
    kAbort,
    kAbortTwice,
    kSetLane,
    kUpdate,
    kClose,
    kShutDown,
    kWarmUp,
    kHide,
    kShow
  };
  Kind kind = Kind::kPreview;
  double gap_ms = 0;  // after the operation before
  int image = 0;      // place of the image, 0..3; a closed place opens another image
  int chain = 0;
  int slot = 1;  // kPreview
  int lane = 0;
  int reduce = 0;         // kPreview
  bool coarse = false;    // kPreview: a budget of 0 ms, so coarse comes first when the level exists
  double timeout_ms = 0;  // 0: none
  bool reject = false;    // kRender: rather than wait for admission
  int pick = 0;           // which pending request to abort or to move
};

struct Run {
  Setup setup;
  std::vector<Operation> operations;
};

Run draw_run(uint64_t seed);
// The first violated invariant with the time it was seen; empty when all hold.
std::string simulate(const Run& run);
// A smaller run that still fails.
Run shrink(Run run);
std::string describe(const Run& run);

}  // namespace stopbath::simulator

#endif  // STOPBATH_TESTS_SIMULATOR_H_
