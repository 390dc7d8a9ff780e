// Vignette:  out = in (1 - s f(t)),  t = clamp((d - r) / w),  f(t) = t^2 (3 - 2 t),  in linear
// light.
//
// d is the distance from the centre of the image: 0 there, 1 in the corners. It is measured in an
// ellipse that follows the frame (roundness 0), a circle (roundness 1), or between. s strength, r
// radius, w softness.
#include <cmath>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kStrength, kRadius, kSoftness, kRoundness };

constexpr Param ratio(std::string_view name, double min, double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kNumber,
          .unit = "",
          .min = min,
          .max = 1,
          .default_value = value,
          .step = 0.01,
          .sentence = sentence};
}

constexpr Param kParams[] = {
    ratio("strength", 0, 0.5,
          "Share of the light that is lost in full shade; 0 leaves the image as it is."),
    ratio("radius", 0, 0.4, "Distance from the centre where the shade begins; 1 is a corner."),
    ratio("softness", 0.01, 0.6, "Width of the transition, as a part of the distance to a corner."),
    ratio("roundness", 0, 0, "0 follows the frame, 1 is a circle."),
};

struct Vignette {
  float cx, cy;  // centre, pixels of the level
  float sx, sy;  // 1 / pixels
  float s, r, w_inverse;

  void operator()(Colour& c, const Place& p) const {
    const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
    const VF dx = hn::Mul(hn::Sub(p.x, hn::Set(kF32, cx)), hn::Set(kF32, sx));
    const VF dy = hn::Mul(hn::Sub(p.y, hn::Set(kF32, cy)), hn::Set(kF32, sy));
    const VF d = hn::Sqrt(hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy)));
    const VF ramp = hn::Mul(hn::Sub(d, hn::Set(kF32, r)), hn::Set(kF32, w_inverse));
    const VF t = hn::Min(hn::Max(ramp, zero), one);
    const VF f = hn::Mul(hn::Mul(t, t), hn::Sub(hn::Set(kF32, 3.0f), hn::Add(t, t)));
    const VF gain = hn::Sub(one, hn::Mul(hn::Set(kF32, s), f));
    c.r = hn::Mul(c.r, gain);
    c.g = hn::Mul(c.g, gain);
    c.b = hn::Mul(c.b, gain);
  }
};

}  // namespace

extern const Effect kVignette;
const Effect kVignette = {
    .name = "vignette",
    .title = "Vignette",
    .sentence = "Darkens the image towards its corners, as a lens does.",
    .category = "light",
    .source = "smoothstep falloff over an ellipse; linear light by IEC 61966-2-1",
    .space = WorkingSpace::kLinear,
    .traits = kPoint,
    .params = kParams,
    .example = "{ effect: 'vignette', strength: 0.6, radius: 0.3 }",
    .is_identity = [](Values v) { return v[kStrength] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& level) -> Stage {
      const double half_w = 0.5 * level.width, half_h = 0.5 * level.height;
      const double corner = std::sqrt(half_w * half_w + half_h * half_h);
      const double ellipse = std::sqrt(0.5);
      const auto scale = [&](double half) {
        return static_cast<float>(ellipse / half + v[kRoundness] * (1 / corner - ellipse / half));
      };
      return make_point(Vignette{.cx = static_cast<float>(half_w),
                                 .cy = static_cast<float>(half_h),
                                 .sx = scale(half_w),
                                 .sy = scale(half_h),
                                 .s = static_cast<float>(v[kStrength]),
                                 .r = static_cast<float>(v[kRadius]),
                                 .w_inverse = static_cast<float>(1 / v[kSoftness])});
    },
};

}  // namespace stopbath
