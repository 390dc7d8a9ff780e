// How a pass is cut into units: how long one takes on the machine at hand [R37], and how many
// workers are worth their hand-off [R40].
//
// A unit is what cannot be interrupted: it bounds how late a worker notices an abort or something
// better to do. Its length is aimed at by area, from what flights of the same kernel (list of
// effects, level) took before. Bytes do not depend on it.
#ifndef STOPBATH_PIPELINE_UNIT_SIZE_H_
#define STOPBATH_PIPELINE_UNIT_SIZE_H_

#include <array>
#include <cstdint>
#include <unordered_map>

#include "effects/chain.h"
#include "pipeline/plan.h"

namespace stopbath {

// Half of the 4 ms that an abort may take at the 99th percentile, so that a unit may be twice as
// slow as predicted.
inline constexpr double kTargetUnitNs = 2e6;
inline constexpr double kLongestUnitNs = 8e6;
// Of a nominal machine: below it, claiming and repeated rows cost too much.
inline constexpr double kLeastUnitNs = 0.1e6;

// What one more worker costs a pass, until it was measured, see WorkerPool::hand_off_ns.
inline constexpr double kHandOffNs = 40e3;

// How many of `most` workers end a pass soonest, when each costs a hand-off: the k for which
// total / k + hand_off k is smallest.
int best_width(double total_ns, double hand_off_ns, int most);

class UnitSizer {
 public:
  static uint64_t kernel(const Chain& chain, const PlanTarget& target,
                         const PrefixUse& prefix = {});

  // Nominal nanoseconds of a unit of this kernel: what took the target at the median of its last
  // three flights, and less than the longest at the slowest of them. A kernel that is not known
  // begins with half of the target at the speed of whatever ran last.
  double unit_ns(uint64_t kernel) const;
  // Measured over nominal time of one flight. Flights too short to tell are passed over.
  void learn(uint64_t kernel, double nominal_ns, double run_ns);
  // Of the last three flights of the kernel, else of whatever ran last.
  double ratio(uint64_t kernel) const;

 private:
  struct History {
    std::array<double, 3> ratios{};  // the newest takes the oldest's place
    int count = 0;
  };
  static constexpr size_t kMostKernels = 256;
  static constexpr double kShortestFlightNs = 0.5e6;

  std::unordered_map<uint64_t, History> kernels_;
  double last_ratio_ = 1;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_UNIT_SIZE_H_
