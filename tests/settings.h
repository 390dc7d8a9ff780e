// The settings every effect is tested with: defaults, both ends and the middle of each parameter.
#ifndef STOPBATH_TESTS_SETTINGS_H_
#define STOPBATH_TESTS_SETTINGS_H_

#include <cmath>
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

// The values of one parameter that tests try, from its low to its high end.
inline std::vector<double> values_of(const Param& p) {
  switch (p.type) {
    case ParamType::kBoolean:
      return {0, 1};
    case ParamType::kChoice: {
      std::vector<double> all;
      for (size_t i = 0; i < p.choices.size(); ++i) all.push_back(static_cast<double>(i));
      return all;
    }
    case ParamType::kColor:
      return {0x000000, 0x1e90ff, 0x808080, 0xffffff};
    case ParamType::kInteger:
      return {p.min, std::floor(p.min + (p.max - p.min) / 20), std::floor((p.min + p.max) / 2),
              p.max};
    case ParamType::kNumber:
      break;
  }
  // A twentieth above the lower end: where curves are steepest and filters shortest.
  return {p.min, p.min + (p.max - p.min) / 20, (p.min + p.max) / 2, p.max};
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
    for (const double v : values_of(e.params[i])) {
      Step s = defaults;
      s.values[i] = v;
      add(s);
    }
  }
  Step high = defaults, low = defaults;
  for (size_t i = 0; i < e.params.size(); ++i) {
    high.values[i] = values_of(e.params[i]).back();
    low.values[i] = values_of(e.params[i]).front();
  }
  add(high);
  add(low);
  return all;
}

}  // namespace stopbath

#endif  // STOPBATH_TESTS_SETTINGS_H_
