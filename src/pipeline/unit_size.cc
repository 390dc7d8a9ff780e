// The history of each kernel, three flights long.
#include "pipeline/unit_size.h"

#include <algorithm>

#include "base/hash.h"
#include "base/mutation.h"

namespace stopbath {

int best_width(double total_ns, double hand_off_ns, int most) {
  if (STOPBATH_BROKEN(40)) return most;
  const auto time_ns = [&](int k) { return total_ns / k + hand_off_ns * k; };
  int width = 1;
  while (width < most && time_ns(width + 1) < time_ns(width)) ++width;  // convex
  return width;
}

uint64_t UnitSizer::kernel(const Chain& chain, const PlanTarget& target, const PrefixUse& prefix) {
  uint64_t hash = hash_bytes(&target.pixel_scale, sizeof(target.pixel_scale), kHashSeed);
  hash = hash_bytes(&target.reduce, sizeof(target.reduce), hash);
  const int cut[] = {static_cast<int>(prefix.mode), prefix.steps};
  hash = hash_bytes(cut, sizeof(cut), hash);
  for (const Step& step : chain) hash = hash_bytes(&step.effect, sizeof(step.effect), hash);
  return hash;
}

double UnitSizer::ratio(uint64_t kernel) const {
  const auto it = kernels_.find(kernel);
  if (it == kernels_.end()) return last_ratio_;
  const History& history = it->second;
  std::array<double, 3> sorted = history.ratios;
  const auto end = sorted.begin() + std::min(history.count, 3);
  std::sort(sorted.begin(), end);
  return sorted[static_cast<size_t>(std::min(history.count, 3) / 2)];
}

double UnitSizer::unit_ns(uint64_t kernel) const {
  if (STOPBATH_BROKEN(37)) return 4 * kTargetUnitNs;
  const auto it = kernels_.find(kernel);
  if (it == kernels_.end()) return std::max(kTargetUnitNs / 2 / last_ratio_, kLeastUnitNs);
  const double slowest = *std::max_element(it->second.ratios.begin(), it->second.ratios.end());
  return std::max(std::min(kTargetUnitNs / ratio(kernel), kLongestUnitNs / slowest), kLeastUnitNs);
}

void UnitSizer::learn(uint64_t kernel, double nominal_ns, double run_ns) {
  if (nominal_ns <= 0 || run_ns < kShortestFlightNs) return;
  if (kernels_.size() >= kMostKernels) kernels_.clear();
  History& history = kernels_[kernel];
  last_ratio_ = run_ns / nominal_ns;
  history.ratios[static_cast<size_t>(history.count % 3)] = last_ratio_;
  ++history.count;
}

}  // namespace stopbath
