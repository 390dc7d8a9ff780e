// Halftone:  out = clamp(1/2 + k (T(u, v) - D(1 - y))),  per screen, in encoded values.
//
// u, v: the pixel's place in the turned screen, in dots of g pixels; T the threshold of the dot
// there, by d = |frac u - 1/2| + |frac v - 1/2|:  2 d^2, from d = 1/2 on 1 - 2 (1 - d)^2. T is
// spread evenly over 0..1, so that a tone covers its own share of the paper with ink. k = g / 2
// softens the rim over about a pixel; D(x) = x, but within 1 / 2k of white and black it keeps the
// share in spite of the rim:  sqrt(2 x / k) - 1 / 2k, and the same turned. y is the luma, or in
// colour each channel on a screen of its own. Dots under 3 pixels of a level fade into the tone
// that they make.
#include <algorithm>

#include "base/exact_math.h"
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kCell, kAngle, kMonochrome };

constexpr Param kParams[] = {
    {.name = "cell",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 2,
     .max = 64,
     .default_value = 8,
     .step = 0.5,
     .sentence = "Distance between two dots.",
     .in_pixels = true},
    number_param("angle", "degrees", -90, 90, 45, 1,
                 "Direction of the rows of dots; colours add -30, 30 and -45 to it."),
    switch_param("monochrome", true,
                 "Black dots instead of cyan, magenta and yellow ones on turned screens."),
};

constexpr double kScreens[3] = {-30, 30, -45};  // degrees from the angle: cyan, magenta, yellow

struct Halftone {
  struct Screen {
    float cosine, sine;  // divided by the size of a dot
  } screens[3];
  float sharpness;
  float share;  // of the dots in the result
  bool monochrome;
  Luma luma;

  VF darkness(VF x) const {
    const VF one = hn::Set(kF32, 1.0f), rim = hn::Set(kF32, 0.5f / sharpness);
    const VF scale = hn::Set(kF32, 2 / sharpness), zero = hn::Zero(kF32);
    const VF left = hn::Max(hn::Sub(one, x), zero);
    const VF light = hn::Sub(hn::Sqrt(hn::Mul(hn::Max(x, zero), scale)), rim);
    const VF dark = hn::Sub(hn::Add(one, rim), hn::Sqrt(hn::Mul(left, scale)));
    return hn::IfThenElse(hn::Lt(x, rim), light, hn::IfThenElse(hn::Lt(left, rim), dark, x));
  }
  VF printed(VF tone, const Place& p, const Screen& s) const {
    const VF one = hn::Set(kF32, 1.0f), half = hn::Set(kF32, 0.5f), two = hn::Set(kF32, 2.0f);
    const VF c = hn::Set(kF32, s.cosine), n = hn::Set(kF32, s.sine);
    const VF u = hn::Add(hn::Mul(p.x, c), hn::Mul(p.y, n));
    const VF v = hn::Sub(hn::Mul(p.y, c), hn::Mul(p.x, n));
    const auto off_centre = [&](VF at) {
      return hn::Abs(hn::Sub(hn::Sub(at, hn::Floor(at)), half));
    };
    const VF d = hn::Add(off_centre(u), off_centre(v));
    const VF rest = hn::Sub(one, d);
    const VF inner = hn::Mul(two, hn::Mul(d, d));
    const VF outer = hn::Sub(one, hn::Mul(two, hn::Mul(rest, rest)));
    const VF threshold = hn::IfThenElse(hn::Lt(d, half), inner, outer);
    const VF paper = hn::Sub(threshold, darkness(hn::Sub(one, tone)));
    const VF dots = hn::Add(half, hn::Mul(paper, hn::Set(kF32, sharpness)));
    const VF clamped = hn::Min(hn::Max(dots, hn::Zero(kF32)), one);
    return hn::Add(tone, hn::Mul(hn::Set(kF32, share), hn::Sub(clamped, tone)));
  }
  void operator()(Colour& c, const Place& p) const {
    if (monochrome) {
      c.r = c.g = c.b = printed(luma(c), p, screens[0]);
      return;
    }
    c.r = printed(c.r, p, screens[0]);
    c.g = printed(c.g, p, screens[1]);
    c.b = printed(c.b, p, screens[2]);
  }
};

}  // namespace

extern const Effect kHalftone;
const Effect kHalftone = {
    .name = "halftone",
    .title = "Halftone",
    .sentence = "Prints the image in dots whose size gives the tone, as a newspaper does.",
    .category = "stylise",
    .source =
        "clustered-dot screening with a diamond spot, as in Ulichney, Digital Halftoning, 1987",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPlaced,
    .params = kParams,
    .example = "{ effect: 'halftone', cell: 6, monochrome: false }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const double size = v[kCell];
      Halftone halftone = {.screens = {},
                           .sharpness = static_cast<float>(std::max(size / 2, 1.0)),
                           .share = static_cast<float>(std::clamp((size - 1) / 2, 0.0, 1.0)),
                           .monochrome = v[kMonochrome] != 0,
                           .luma = luma_in(image.space)};
      for (size_t i = 0; i < 3; ++i) {
        const double angle = v[kAngle] + (halftone.monochrome ? 0 : kScreens[i]);
        halftone.screens[i] = {static_cast<float>(exact_cos_degrees(angle) / size),
                               static_cast<float>(exact_sin_degrees(angle) / size)};
      }
      return make_point(halftone, halftone.monochrome ? 3 : 8);
    },
};

}  // namespace stopbath
