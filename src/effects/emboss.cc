// Emboss:  out = 1/2 + k (cos t gx + sin t gy) / 4,  gx and gy the Sobel differences, per channel
// of straight colours; alpha stays. t is the direction that the light comes from: 0 from the left,
// 90 from above.
#include "base/exact_math.h"
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kStrength, kAngle };

constexpr Param kParams[] = {
    {.name = "strength",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 4,
     .default_value = 1,
     .step = 0.05,
     .sentence = "Height of the relief; 0 is even grey."},
    {.name = "angle",
     .type = ParamType::kNumber,
     .unit = "degrees",
     .min = -180,
     .max = 180,
     .default_value = 45,
     .step = 1,
     .sentence = "Direction that the light comes from; 0 is the left, 90 is above."},
};

struct Emboss {
  float x, y;  // k / 4 times the direction of the light

  Colour operator()(const PlanarWindow& w, const Place&) const {
    // x (right - left) + y (below - above), a corner weighs once, a side twice.
    const Colour a = w.at(-1, -1), b = w.at(0, -1), c = w.at(1, -1);
    const Colour d = w.at(-1, 0), f = w.at(1, 0);
    const Colour g = w.at(-1, 1), h = w.at(0, 1), i = w.at(1, 1);
    const auto relief = [&](VF Colour::*p) {
      const VF falling = hn::Sub(i.*p, a.*p), rising = hn::Sub(c.*p, g.*p);
      const VF across = hn::Sub(f.*p, d.*p), down = hn::Sub(h.*p, b.*p);
      const VF gx = hn::Add(hn::Add(falling, rising), hn::Add(across, across));
      const VF gy = hn::Add(hn::Sub(falling, rising), hn::Add(down, down));
      const VF slope = hn::Add(hn::Mul(hn::Set(kF32, x), gx), hn::Mul(hn::Set(kF32, y), gy));
      return hn::Add(hn::Set(kF32, 0.5f), slope);
    };
    return {relief(&Colour::r), relief(&Colour::g), relief(&Colour::b), w.at(0, 0).a};
  }
};

}  // namespace

extern const Effect kEmboss;
const Effect kEmboss = {
    .name = "emboss",
    .title = "Emboss",
    .sentence = "Turns the image into a grey relief that is lit from one side.",
    .category = "detail",
    .source = "directional derivative by the Sobel differences",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'emboss', strength: 1.5, angle: 135 }",
    .is_identity = [](Values) { return false; },
    .reach = [](Values) { return 1; },
    .lower = [](Values v, const LowerContext&) -> Stage {
      const double k = v[kStrength] / 4;
      return make_window<WindowStage::Form::kStraight>(
          Emboss{.x = static_cast<float>(k * exact_cos_degrees(v[kAngle])),
                 .y = static_cast<float>(k * exact_sin_degrees(v[kAngle]))},
          1, 8);
    },
};

}  // namespace stopbath
