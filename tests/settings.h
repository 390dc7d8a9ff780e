// The settings every effect is tested with: defaults, both ends and the middle of each parameter.
#ifndef STOPBATH_TESTS_SETTINGS_H_
#define STOPBATH_TESTS_SETTINGS_H_

#include <cmath>
#include <string>
#include <vector>

#include "effects/chain.h"
#include "effects/numbers.h"
#include "effects/registry.h"
#include "scene.h"

namespace stopbath {

// One parameter's setting: a number, or the numbers of a list.
using Setting = std::vector<double>;

inline Step step_of(int effect, const std::vector<Setting>& settings) {
  const auto params = effects()[static_cast<size_t>(effect)].params;
  Step step{effect, std::vector<double>(params.size())};
  for (size_t i = 0; i < params.size(); ++i) {
    if (is_list(params[i].type)) {
      put_list(step.values, i, settings[i]);
    } else {
      step.values[i] = settings[i][0];
    }
  }
  return step;
}

inline Setting setting_of(const Step& step, size_t param) {
  if (!is_list(effects()[static_cast<size_t>(step.effect)].params[param].type))
    return {step.values[param]};
  const auto list = list_of(step.values, param);
  return {list.begin(), list.end()};
}

inline std::string describe(const Step& step) {
  const Effect& e = effects()[static_cast<size_t>(step.effect)];
  std::string out(e.name);
  for (size_t i = 0; i < e.params.size(); ++i) {
    const Setting setting = setting_of(step, i);
    out += (i == 0 ? " " : ", ") + std::string(e.params[i].name);
    if (setting.size() > 25) {
      out += " of " + std::to_string(setting.size());
      continue;
    }
    for (const double v : setting) out += " " + format_number(v);
  }
  return out;
}

// 16-bit numbers without a pattern.
inline double scattered(int i) { return (i * 40503 + 12345) % 65536; }

inline Setting table_of(int side, double (*word)(int)) {
  Setting table;
  for (int i = 0; i < side * side * side; ++i) {
    table.push_back(word(3 * i) + 65536 * (word(3 * i + 1) + 65536 * word(3 * i + 2)));
  }
  return table;
}

// The values of one parameter that tests try, from its low to its high end.
inline std::vector<Setting> values_of(const Param& p) {
  const double middle = (p.min + p.max) / 2;
  const auto least = static_cast<size_t>(p.least_length);
  const auto most = static_cast<size_t>(p.most_length);
  if (!p.trials.empty()) {
    std::vector<Setting> all;
    for (const double v : p.trials) all.push_back({v});
    return all;
  }
  switch (p.type) {
    case ParamType::kBoolean:
      return {{0}, {1}};
    case ParamType::kChoice: {
      std::vector<Setting> all;
      for (size_t i = 0; i < p.choices.size(); ++i) all.push_back({static_cast<double>(i)});
      return all;
    }
    case ParamType::kColor:
      return {{0x000000}, {0x1e90ff}, {0x808080}, {0xffffff}};
    case ParamType::kImage:
      return {{0}, {kTestLayer}};
    case ParamType::kColors: {
      Setting many;
      for (size_t i = 0; i < most; ++i)
        many.push_back(static_cast<double>(i * 3107869 % 0x1000000));
      return {Setting(least, 0x000000), many, Setting(most, 0xffffff)};
    }
    case ParamType::kCurve: {
      Setting zigzag;
      for (size_t i = 0; i < most; i += 2) {
        zigzag.push_back(static_cast<double>(i) / static_cast<double>(most));
        zigzag.push_back(i % 4 == 0 ? 0.2 : 0.9);
      }
      return {{0, 0, 1, 0}, zigzag, {0, 0, 0.25, 0.125, 0.75, 0.875, 1, 1}, {0, 1, 1, 1}};
    }
    case ParamType::kMatrix: {
      Setting mixed(p.default_list.begin(), p.default_list.end());
      for (size_t i = 0; i < mixed.size(); ++i) {
        const double moved = mixed[i] + (static_cast<double>(i % 3) - 1) * (p.max - p.min) / 64;
        mixed[i] = std::fmin(std::fmax(moved, p.min), p.max);
      }
      return {Setting(mixed.size(), p.min), mixed, Setting(most, middle), Setting(most, p.max)};
    }
    case ParamType::kTable:
      return {table_of(2, [](int) { return 0.0; }), table_of(3, scattered), table_of(17, scattered),
              table_of(2, [](int) { return 65535.0; })};
    case ParamType::kInteger:
      return {{p.min}, {std::floor(p.min + (p.max - p.min) / 20)}, {std::floor(middle)}, {p.max}};
    case ParamType::kNumber:
      break;
  }
  // A twentieth above the lower end: where curves are steepest and filters shortest.
  return {{p.min}, {p.min + (p.max - p.min) / 20}, {middle}, {p.max}};
}

inline std::vector<Step> settings_of(int effect) {
  const Effect& e = effects()[static_cast<size_t>(effect)];
  const Step default_values = default_step(effect);
  std::vector<Setting> defaults;
  for (size_t i = 0; i < e.params.size(); ++i) defaults.push_back(setting_of(default_values, i));
  std::vector<Step> all = {default_values};
  const auto add = [&](const std::vector<Setting>& settings) {
    const Step s = step_of(effect, settings);
    if (e.check == nullptr || e.check(s.values).empty()) all.push_back(s);
  };
  std::vector<Setting> high = defaults, low = defaults;
  for (size_t i = 0; i < e.params.size(); ++i) {
    const std::vector<Setting> tried = values_of(e.params[i]);
    for (const Setting& v : tried) {
      std::vector<Setting> settings = defaults;
      settings[i] = v;
      add(settings);
    }
    high[i] = tried.back();
    low[i] = tried.front();
  }
  add(high);
  add(low);
  return all;
}

}  // namespace stopbath

#endif  // STOPBATH_TESTS_SETTINGS_H_
