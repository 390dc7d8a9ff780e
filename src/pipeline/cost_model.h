// Predicts how long a plan takes, from its nominal cost and what plans of the same effects took
// before.
//
// One ratio per list of effects (settings excluded), an exponential mean of measured over nominal
// unit time.
#ifndef STOPBATH_PIPELINE_COST_MODEL_H_
#define STOPBATH_PIPELINE_COST_MODEL_H_

#include <cstdint>
#include <unordered_map>

#include "base/hash.h"
#include "effects/chain.h"
#include "pipeline/plan.h"

namespace stopbath {

class CostModel {
 public:
  // A chain that begins with what was kept of it is another thing to run.
  static uint64_t signature(const Chain& chain, const PrefixUse& prefix) {
    const int cut[] = {static_cast<int>(prefix.mode), prefix.steps};
    uint64_t hash = hash_bytes(cut, sizeof(cut), kHashSeed);
    for (const Step& step : chain) hash = hash_bytes(&step.effect, sizeof(step.effect), hash);
    return hash;
  }

  // Wall milliseconds when `width` workers share the units.
  double predict_ms(uint64_t signature, double nominal_ns, int width) const {
    const auto it = ratio_.find(signature);
    return nominal_ns * (it != ratio_.end() ? it->second : 1.0) / width * 1e-6;
  }

  void learn(uint64_t signature, double nominal_ns, double run_ns) {
    if (nominal_ns <= 0) return;
    if (ratio_.size() >= kMostSignatures) ratio_.clear();
    const double measured = run_ns / nominal_ns;
    const auto [it, is_new] = ratio_.try_emplace(signature, measured);
    if (!is_new) it->second += kWeight * (measured - it->second);
  }

 private:
  static constexpr double kWeight = 0.3;
  static constexpr size_t kMostSignatures = 256;
  std::unordered_map<uint64_t, double> ratio_;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_COST_MODEL_H_
