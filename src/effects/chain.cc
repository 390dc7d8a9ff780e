// The only door for settings into the core: what passes here is in range, finite and complete.
#include "effects/chain.h"

#include <cmath>
#include <string>

#include "effects/numbers.h"
#include "effects/registry.h"

namespace stopbath {
namespace {

Status refuse(std::string sentence) { return Status(Code::kInvalidParams, std::move(sentence)); }

std::string expectation(const Param& p) {
  const std::string range = format_number(p.min) + " to " + format_number(p.max);
  switch (p.type) {
    case ParamType::kNumber:
      return "a number from " + range;
    case ParamType::kInteger:
      return "an integer from " + range;
    case ParamType::kBoolean:
      return "true or false";
    case ParamType::kChoice:
      return "one of its " + format_number(static_cast<double>(p.choices.size())) + " choices";
    case ParamType::kColor:
      return "a colour from #000000 to #ffffff";
  }
  return {};
}

bool acceptable(const Param& p, double v) {
  if (!std::isfinite(v)) return false;
  switch (p.type) {
    case ParamType::kNumber:
      return v >= p.min && v <= p.max;
    case ParamType::kInteger:
      return v >= p.min && v <= p.max && v == std::floor(v);
    case ParamType::kBoolean:
      return v == 0 || v == 1;
    case ParamType::kChoice:
      return v >= 0 && v < static_cast<double>(p.choices.size()) && v == std::floor(v);
    case ParamType::kColor:
      return v >= 0 && v <= 0xffffff && v == std::floor(v);
  }
  return false;
}

}  // namespace

Result<Chain> parse_chain(std::span<const double> wire) {
  const auto all = effects();
  Chain chain;
  size_t at = 0;
  while (at < wire.size()) {
    if (chain.size() == kMaxSteps) {
      return refuse("Expected a chain of at most " + format_number(kMaxSteps) + " steps");
    }
    const double index = wire[at++];
    if (!(index >= 0 && index < static_cast<double>(all.size()) && index == std::floor(index))) {
      return refuse("Expected step " + std::to_string(chain.size()) +
                    " to name an effect from 0 to " + std::to_string(all.size() - 1) + ", got " +
                    format_number(index));
    }
    const Effect& effect = all[static_cast<size_t>(index)];
    const size_t count = effect.params.size();
    if (wire.size() - at < count) {
      return refuse("Expected " + std::to_string(count) + " values for `" +
                    std::string(effect.name) + "`, got " + std::to_string(wire.size() - at));
    }
    Step step;
    step.effect = static_cast<int>(index);
    for (size_t i = 0; i < count; ++i) {
      const Param& param = effect.params[i];
      // -0 becomes 0: equal settings must be equal bytes in a content key.
      const double value = wire[at + i] == 0 ? 0.0 : wire[at + i];
      if (!acceptable(param, value)) {
        return refuse("Expected `" + std::string(effect.name) + "." + std::string(param.name) +
                      "` to be " + expectation(param) + ", got " + format_number(value));
      }
      step.values.push_back(value);
    }
    at += count;
    if (effect.check != nullptr) {
      std::string sentence = effect.check(step.values);
      if (!sentence.empty()) return refuse(std::move(sentence));
    }
    chain.push_back(std::move(step));
  }
  return chain;
}

}  // namespace stopbath
