// The only door for settings into the core: what passes here is in range, finite and complete.
#include "effects/chain.h"

#include <cmath>
#include <string>

#include "effects/numbers.h"
#include "effects/registry.h"

namespace stopbath {
namespace {

Status refuse(std::string sentence) { return Status(Code::kInvalidParams, std::move(sentence)); }

// Steps along a side of a table of n colours; 0 when it is no cube.
int side_of_table(double n) {
  int side = 1;
  while (side * side * side < n) ++side;
  return side * side * side == n ? side : 0;
}

std::string expectation(const Param& p) {
  const std::string range = format_number(p.min) + " to " + format_number(p.max);
  std::string lengths = format_number(p.least_length);
  if (p.most_length > p.least_length) lengths += " to " + format_number(p.most_length);
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
    case ParamType::kImage:
      return "an image of this pipeline";
    case ParamType::kColors:
      return lengths + " colours from #000000 to #ffffff";
    case ParamType::kCurve:
      return "points as " + lengths + " numbers from " + range + ", each point right of the last";
    case ParamType::kMatrix:
      return lengths + " numbers from " + range;
    case ParamType::kTable:
      return "a cube of " + lengths + " colours of 48 bits";
  }
  return {};
}

bool acceptable(const Param& p, double v) {
  if (!std::isfinite(v)) return false;
  switch (p.type) {
    case ParamType::kNumber:
    case ParamType::kCurve:
    case ParamType::kMatrix:
      return v >= p.min && v <= p.max;
    case ParamType::kInteger:
    case ParamType::kImage:
      return v >= p.min && v <= p.max && v == std::floor(v);
    case ParamType::kBoolean:
      return v == 0 || v == 1;
    case ParamType::kChoice:
      return v >= 0 && v < static_cast<double>(p.choices.size()) && v == std::floor(v);
    case ParamType::kColor:
    case ParamType::kColors:
      return v >= 0 && v <= 0xffffff && v == std::floor(v);
    case ParamType::kTable:
      return v >= 0 && v < 0x1p48 && v == std::floor(v);
  }
  return false;
}

bool acceptable_length(const Param& p, double n) {
  if (!(n >= p.least_length && n <= p.most_length && n == std::floor(n))) return false;
  if (p.type == ParamType::kCurve) return std::fmod(n, 2) == 0;
  return p.type != ParamType::kTable || side_of_table(n) > 0;
}

// The first of a list's numbers that cannot stand there, if any.
const double* unacceptable(const Param& p, std::span<const double> numbers) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (!acceptable(p, numbers[i])) return &numbers[i];
    const bool is_x = p.type == ParamType::kCurve && i % 2 == 0;
    if (is_x && i > 0 && !(numbers[i] > numbers[i - 2])) return &numbers[i];
  }
  return nullptr;
}

// -0 becomes 0: equal settings must be equal bytes in a content key.
double canonical(double v) { return v == 0 ? 0.0 : v; }

// Reads one step's parameters from the front of `wire` and shortens it.
Result<Step> parse_step(int index, std::span<const double>& wire) {
  const Effect& effect = effects()[static_cast<size_t>(index)];
  const size_t count = effect.params.size();
  const auto too_short = [&](size_t missing) {
    return refuse("Expected " + std::to_string(missing) + " values for `" +
                  std::string(effect.name) + "`, got " + std::to_string(wire.size()));
  };
  Step step{index, std::vector<double>(count)};
  for (size_t i = 0; i < count; ++i) {
    if (wire.empty() || (i == 0 && wire.size() < count)) return too_short(count - i);
    const Param& param = effect.params[i];
    const auto refused = [&](double got) {
      return refuse("Expected `" + std::string(effect.name) + "." + std::string(param.name) +
                    "` to be " + expectation(param) + ", got " + format_number(got));
    };
    const double value = canonical(wire[0]);
    wire = wire.subspan(1);
    if (!is_list(param.type)) {
      if (!acceptable(param, value)) return refused(value);
      step.values[i] = value;
      continue;
    }
    if (!acceptable_length(param, value)) return refused(value);
    const auto length = static_cast<size_t>(value);
    if (wire.size() < length) return too_short(length);
    const auto numbers = wire.subspan(0, length);
    if (const double* bad = unacceptable(param, numbers)) return refused(*bad);
    put_list(step.values, i, numbers);
    wire = wire.subspan(length);
  }
  if (effect.check != nullptr) {
    std::string sentence = effect.check(step.values);
    if (!sentence.empty()) return refuse(std::move(sentence));
  }
  return step;
}

}  // namespace

Result<Chain> parse_chain(std::span<const double> wire) {
  const auto all = effects();
  Chain chain;
  while (!wire.empty()) {
    if (chain.size() == kMaxSteps) {
      return refuse("Expected a chain of at most " + format_number(kMaxSteps) + " steps");
    }
    const double index = wire[0];
    if (!(index >= 0 && index < static_cast<double>(all.size()) && index == std::floor(index))) {
      return refuse("Expected step " + std::to_string(chain.size()) +
                    " to name an effect from 0 to " + std::to_string(all.size() - 1) + ", got " +
                    format_number(index));
    }
    wire = wire.subspan(1);
    Result<Step> step = parse_step(static_cast<int>(index), wire);
    if (!step.ok()) return step.status();
    chain.push_back(std::move(step.value()));
  }
  return chain;
}

void put_list(std::vector<double>& values, size_t param, std::span<const double> numbers) {
  values[param] = static_cast<double>(values.size());
  values.push_back(static_cast<double>(numbers.size()));
  for (const double v : numbers) values.push_back(canonical(v));
}

std::vector<double> scaled_values(const Step& step, double pixel_scale) {
  const Effect& effect = effects()[static_cast<size_t>(step.effect)];
  const auto params = effect.params;
  std::vector<double> values = step.values;
  for (size_t i = 0; i < params.size(); ++i) {
    if (!params[i].in_pixels || (effect.traits & kGeometry) != 0) continue;
    if (!is_list(params[i].type)) {
      values[i] *= pixel_scale;
      continue;
    }
    const auto list = static_cast<size_t>(values[i]);
    for (size_t k = 1; k <= static_cast<size_t>(values[list]); ++k) {
      values[list + k] *= pixel_scale;
    }
  }
  return values;
}

Chain canonical_chain(const Chain& chain, double pixel_scale) {
  Chain out;
  for (const Step& step : chain) {
    const Effect& effect = effects()[static_cast<size_t>(step.effect)];
    if (!effect.is_identity(scaled_values(step, pixel_scale))) out.push_back(step);
  }
  return out;
}

std::vector<uint32_t> images_of(const Step& step) {
  const auto params = effects()[static_cast<size_t>(step.effect)].params;
  std::vector<uint32_t> images;
  for (size_t i = 0; i < params.size(); ++i) {
    if (params[i].type != ParamType::kImage || step.values[i] == 0) continue;
    images.push_back(static_cast<uint32_t>(step.values[i]));
  }
  return images;
}

Step default_step(int effect) {
  const auto params = effects()[static_cast<size_t>(effect)].params;
  Step step{effect, std::vector<double>(params.size())};
  for (size_t i = 0; i < params.size(); ++i) {
    if (is_list(params[i].type)) {
      put_list(step.values, i, params[i].default_list);
    } else {
      step.values[i] = params[i].default_value;
    }
  }
  return step;
}

}  // namespace stopbath
