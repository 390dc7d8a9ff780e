// Levels:  out = o + (w' - o) clamp((in - b) / (w - b))^(1 / gamma),  per channel, in encoded
// values.
//
// b, w: input black and white; o, w': output black and white, all in levels of 0..255. w must be
// above b.
#include "effects/effect.h"
#include "effects/numbers.h"
#include "kernels/curves.h"

namespace stopbath {
namespace {

enum { kBlack, kWhite, kGamma, kOutputBlack, kOutputWhite };

constexpr Param level_param(std::string_view name, double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kNumber,
          .unit = "levels",
          .min = 0,
          .max = 255,
          .default_value = value,
          .step = 1,
          .sentence = sentence};
}

constexpr Param kParams[] = {
    level_param("black", 0, "Input level that becomes output black."),
    level_param("white", 255, "Input level that becomes output white; above `black`."),
    {.name = "gamma",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0.1,
     .max = 10,
     .default_value = 1,
     .step = 0.01,
     .sentence = "Brightness of the middle tones; above 1 is brighter."},
    level_param("outputBlack", 0, "Darkest level of the result."),
    level_param("outputWhite", 255, "Lightest level of the result."),
};

struct Straight {
  float b, scale, o, range;

  VF curve(VF v) const {
    const VF t = hn::Mul(hn::Sub(v, hn::Set(kF32, b)), hn::Set(kF32, scale));
    return hn::Min(hn::Max(t, hn::Zero(kF32)), hn::Set(kF32, 1.0f));
  }
  VF output(VF t) const { return hn::Add(hn::Set(kF32, o), hn::Mul(hn::Set(kF32, range), t)); }

  void operator()(Colour& c, const Place&) const {
    c.r = output(curve(c.r));
    c.g = output(curve(c.g));
    c.b = output(curve(c.b));
  }
};

struct Curved {
  Straight line;
  float power;  // 1 / gamma

  void operator()(Colour& c, const Place&) const {
    const VF p = hn::Set(kF32, power);
    c.r = line.output(power_of_unit(line.curve(c.r), p));
    c.g = line.output(power_of_unit(line.curve(c.g), p));
    c.b = line.output(power_of_unit(line.curve(c.b), p));
  }
};

}  // namespace

extern const Effect kLevels;
const Effect kLevels = {
    .name = "levels",
    .title = "Levels",
    .sentence =
        "Stretches the tones between two input levels over two output levels, with a gamma "
        "between.",
    .category = "tone",
    .source = "the levels tool of photo editors; W3C Filter Effects feFuncR type=gamma",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel,
    .params = kParams,
    .example = "{ effect: 'levels', black: 12, white: 240, gamma: 1.1 }",
    .is_identity =
        [](Values v) {
          return v[kBlack] == 0 && v[kWhite] == 255 && v[kGamma] == 1 && v[kOutputBlack] == 0 &&
                 v[kOutputWhite] == 255;
        },
    .reach = no_reach,
    .check = [](Values v) -> std::string {
      if (v[kWhite] > v[kBlack]) return {};
      return "Expected `levels.white` to be above `levels.black` (" + format_number(v[kBlack]) +
             "), got " + format_number(v[kWhite]);
    },
    .lower = [](Values v, const LowerContext&) -> Stage {
      const Straight line = {
          .b = static_cast<float>(v[kBlack] / 255),
          .scale = static_cast<float>(255 / (v[kWhite] - v[kBlack])),
          .o = static_cast<float>(v[kOutputBlack] / 255),
          .range = static_cast<float>((v[kOutputWhite] - v[kOutputBlack]) / 255)};
      if (v[kGamma] == 1) return make_point(line);
      return make_point(Curved{.line = line, .power = static_cast<float>(1 / v[kGamma])},
                        PointStage::kCurvedNs);
    },
};

}  // namespace stopbath
