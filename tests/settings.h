// The settings every effect is tested with: defaults, both ends and the middle of each parameter.
#ifndef STOPBATH_TESTS_SETTINGS_H_
#define STOPBATH_TESTS_SETTINGS_H_

#include <string>
#include <vector>

#include "effects/chain.h"
#include "effects/numbers.h"
#include "effects/registry.h"

namespace stopbath {

inline std::string describe(const Step& step) {
  const Effect& e = effects()[static_cast<size_t>(step.effect)];
  std::string out(e.name);
  for (size_t i = 0; i < e.params.size(); ++i) {
    out +=
        (i == 0 ? " " : ", ") + std::string(e.params[i].name) + " " + format_number(step.values[i]);
  }
  return out;
}

inline std::vector<Step> settings_of(int effect) {
  const Effect& e = effects()[static_cast<size_t>(effect)];
  Step defaults{effect, {}};
  for (const Param& p : e.params) defaults.values.push_back(p.default_value);
  std::vector<Step> all = {defaults};
  const auto add = [&](const Step& s) {
    if (e.check == nullptr || e.check(s.values).empty()) all.push_back(s);
  };
  for (size_t i = 0; i < e.params.size(); ++i) {
    const Param& p = e.params[i];
    // A twentieth above the lower end: where curves are steepest and filters shortest.
    for (const double v : {p.min, p.min + (p.max - p.min) / 20, (p.min + p.max) / 2, p.max}) {
      Step s = defaults;
      s.values[i] = v;
      add(s);
    }
  }
  Step high = defaults, low = defaults;
  for (size_t i = 0; i < e.params.size(); ++i) {
    high.values[i] = e.params[i].max;
    low.values[i] = e.params[i].min;
  }
  add(high);
  add(low);
  return all;
}

}  // namespace stopbath

#endif  // STOPBATH_TESTS_SETTINGS_H_
