// Halftone:  out = clamp(1/2 + k (in - t)),  t = 1/2 + (cos 2 pi u + cos 2 pi v) / 4,  u and v the
// place in cells of a turned grid, k = 2 cell / pi: edges of dots are about a pixel soft.
//
// One screen for the luma, or one for each colour, turned against each other as in print.
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
    {.name = "angle",
     .type = ParamType::kNumber,
     .unit = "degrees",
     .min = -90,
     .max = 90,
     .default_value = 45,
     .step = 1,
     .sentence = "Direction of the rows of dots; colours add -30, 30 and -45 to it."},
    {.name = "monochrome",
     .type = ParamType::kBoolean,
     .unit = "",
     .default_value = 1,
     .step = 1,
     .sentence = "Black dots for the luma instead of dots for each colour."},
};

// The grid of one screen: cosine and sine of its angle, divided by the cell.
struct Screen {
  float x, y;

  // cos 2 pi f = 1 - 2 sin^2 pi f, of the fraction f of u in -1/2..1/2; the series of the sine is
  // off by less than 1e-7.
  static VF wave(VF u) {
    const VF f = hn::Mul(hn::Sub(u, hn::Round(u)), hn::Set(kF32, 3.14159265f));
    const VF s = hn::Mul(f, f);
    VF series = hn::Set(kF32, -2.5052108e-8f);
    for (const float c : {2.7557319e-6f, -1.9841270e-4f, 8.3333333e-3f, -1.6666667e-1f, 1.0f}) {
      series = hn::Add(hn::Mul(series, s), hn::Set(kF32, c));
    }
    const VF sine = hn::Mul(f, series);
    return hn::Sub(hn::Set(kF32, 1.0f), hn::Mul(hn::Set(kF32, 2.0f), hn::Mul(sine, sine)));
  }
  VF threshold(const Place& p) const {
    const VF cx = hn::Set(kF32, x), cy = hn::Set(kF32, y);
    const VF u = hn::Add(hn::Mul(p.x, cx), hn::Mul(p.y, cy));
    const VF v = hn::Sub(hn::Mul(p.y, cx), hn::Mul(p.x, cy));
    const VF waves = hn::Add(wave(u), wave(v));
    return hn::Add(hn::Set(kF32, 0.5f), hn::Mul(waves, hn::Set(kF32, 0.25f)));
  }
  VF operator()(VF in, float k, const Place& p) const {
    const VF above = hn::Sub(in, threshold(p));
    return hn::Add(hn::Set(kF32, 0.5f), hn::Mul(above, hn::Set(kF32, k)));
  }
};

struct GreyDots {
  Screen screen;
  float k;

  void operator()(Colour& c, const Place& p) const { c.r = c.g = c.b = screen(luma_of(c), k, p); }
};

struct ColourDots {
  Screen red, green, blue;
  float k;

  void operator()(Colour& c, const Place& p) const {
    c.r = red(c.r, k, p);
    c.g = green(c.g, k, p);
    c.b = blue(c.b, k, p);
  }
};

}  // namespace

extern const Effect kHalftone;
const Effect kHalftone = {
    .name = "halftone",
    .title = "Halftone",
    .sentence = "Prints the image as a screen of dots.",
    .category = "stylise",
    .source = "clustered-dot screening by a cosine spot function, as in PostScript level 2",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPlaced,
    .params = kParams,
    .example = "{ effect: 'halftone', cell: 10, angle: 30 }",
    // A level whose pixels are larger than a cell shows what a reader sees from afar.
    .is_identity = [](Values v) { return v[kCell] < 1; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const auto screen = [&](double turn) {
        return Screen{.x = static_cast<float>(exact_cos_degrees(v[kAngle] + turn) / v[kCell]),
                      .y = static_cast<float>(exact_sin_degrees(v[kAngle] + turn) / v[kCell])};
      };
      const auto k = static_cast<float>(v[kCell] * 0.6366197723675814);
      if (v[kMonochrome] != 0) {
        return make_point(GreyDots{.screen = screen(0), .k = k}, 6);
      }
      return make_point(
          ColourDots{.red = screen(-30), .green = screen(30), .blue = screen(-45), .k = k}, 16);
    },
};

}  // namespace stopbath
