// Rotate:  out(p) = in(R(-a) (p - c') + c),  c and c' the centres of image and result, a clockwise.
//
// Right angles move pixels and change none; other angles mix premultiplied encoded values.
#include <cmath>

#include "base/exact_math.h"
#include "effects/effect.h"
#include "effects/ground.h"

namespace stopbath {
namespace {

enum { kAngle, kExpand, kBackground, kOpacity };

constexpr Param kParams[] = {
    {.name = "angle",
     .type = ParamType::kNumber,
     .unit = "degrees",
     .min = -360,
     .max = 360,
     .default_value = 90,
     .step = 1,
     .sentence = "Clockwise; multiples of 90 move pixels exactly."},
    {.name = "expand",
     .type = ParamType::kBoolean,
     .unit = "",
     .max = 1,
     .default_value = 1,
     .step = 1,
     .sentence = "Makes room for the corners; without, the image keeps its size and loses them."},
    kBackgroundParam,
    kOpacityParam,
};

// Quarters of a turn, 0 to 3, or -1.
int quarters_of(double angle) {
  const double quarters = angle / 90;
  if (quarters != std::floor(quarters)) return -1;
  return (static_cast<int>(quarters) % 4 + 4) % 4;
}

Placement turned(Size image, int quarters) {
  Placement p = whole(image);
  p.transposed = quarters % 2 == 1;
  p.flip_x = quarters == 1 || quarters == 2;
  p.flip_y = quarters == 2 || quarters == 3;
  return p;
}

WarpStage rotated(Values v, Size image) {
  const double c = exact_cos_degrees(v[kAngle]), s = exact_sin_degrees(v[kAngle]);
  const double w = image.width, h = image.height;
  WarpStage warp;
  warp.size = image;
  if (v[kExpand] != 0) {
    // What is a hair above a whole pixel is rounding.
    const auto side = [](double length) { return static_cast<int>(std::ceil(length - 1e-6)); };
    warp.size = {side(std::fabs(w * c) + std::fabs(h * s)),
                 side(std::fabs(w * s) + std::fabs(h * c))};
  }
  warp.to_source = translation(w / 2, h / 2) * Matrix3{{c, s, 0, -s, c, 0, 0, 0, 1}} *
                   translation(-0.5 * warp.size.width, -0.5 * warp.size.height);
  warp.background = ground_of(v[kBackground], v[kOpacity]);
  return warp;
}

}  // namespace

extern const Effect kRotate;
const Effect kRotate = {
    .name = "rotate",
    .title = "Rotate",
    .sentence = "Turns the image by any angle.",
    .category = "geometry",
    .source = "cubic convolution, a = -1/2: Keys, 1981",
    .space = WorkingSpace::kEncoded,
    .traits = kGeometry,
    .params = kParams,
    .example = "{ effect: 'rotate', angle: 12 }",
    .is_identity = [](Values v) { return quarters_of(v[kAngle]) == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const Size size = {image.width, image.height};
      const int quarters = quarters_of(v[kAngle]);
      const bool fits = v[kExpand] != 0 || quarters == 2 || size.width == size.height;
      if (quarters >= 0 && fits) return turned(size, quarters);
      return rotated(v, size);
    },
};

}  // namespace stopbath
