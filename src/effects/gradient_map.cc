// Gradient map:  out = in + a (G(y) - in),  y = 0.2126 r + 0.7152 g + 0.0722 b,  in encoded values.
//
// G runs through n colours in equal steps:  G(y) = c_0 + sum_k (c_k+1 - c_k) clamp((n - 1) y - k).
#include <memory>

#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kColors, kAmount };

constexpr int kMostColors = 16;
constexpr double kUsual[] = {0x0b1026, 0x7b3f61, 0xf2a65a, 0xfff4d6};

constexpr Param kParams[] = {
    colors_param("colors", kUsual, 2, kMostColors,
                 "Colours from the darkest to the lightest tone, in equal steps."),
    share_param("amount", 1, "0 leaves the image as it is, 1 has only colours of the gradient."),
};

struct Gradient {
  Luma luma = {};
  int steps = 0;
  float amount = 0;
  float first[3] = {};
  float step[kMostColors - 1][3] = {};
};

struct MapGradient {
  const Gradient* gradient;

  void operator()(Colour& c, const Place&) const {
    const Gradient& g = *gradient;
    const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
    const VF t = hn::Mul(g.luma(c), hn::Set(kF32, static_cast<float>(g.steps)));
    VF r = hn::Set(kF32, g.first[0]), green = hn::Set(kF32, g.first[1]);
    VF b = hn::Set(kF32, g.first[2]);
    for (int k = 0; k < g.steps; ++k) {
      const VF from_here = hn::Sub(t, hn::Set(kF32, static_cast<float>(k)));
      const VF part = hn::Min(hn::Max(from_here, zero), one);
      r = hn::Add(r, hn::Mul(part, hn::Set(kF32, g.step[k][0])));
      green = hn::Add(green, hn::Mul(part, hn::Set(kF32, g.step[k][1])));
      b = hn::Add(b, hn::Mul(part, hn::Set(kF32, g.step[k][2])));
    }
    const VF a = hn::Set(kF32, g.amount);
    c.r = hn::Add(c.r, hn::Mul(a, hn::Sub(r, c.r)));
    c.g = hn::Add(c.g, hn::Mul(a, hn::Sub(green, c.g)));
    c.b = hn::Add(c.b, hn::Mul(a, hn::Sub(b, c.b)));
  }
};

}  // namespace

extern const Effect kGradientMap;
const Effect kGradientMap = {
    .name = "gradient-map",
    .title = "Gradient map",
    .sentence = "Gives each tone a colour of a gradient.",
    .category = "stylise",
    .source = "linear interpolation over the luma of ITU-R BT.709",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint,
    .params = kParams,
    .example = "{ effect: 'gradient-map', colors: ['#0b1026', '#f2a65a', '#fff4d6'] }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const auto colors = list_of(v, kColors);
      const auto gradient = std::make_shared<Gradient>();
      gradient->steps = static_cast<int>(colors.size()) - 1;
      gradient->luma = luma_in(image.space);
      gradient->amount = static_cast<float>(v[kAmount]);
      for (int i = 0; i < 3; ++i) {
        gradient->first[i] = static_cast<float>(channel_of(colors[0], i));
        for (size_t k = 0; k + 1 < colors.size(); ++k) {
          const double step = channel_of(colors[k + 1], i) - channel_of(colors[k], i);
          gradient->step[k][i] = static_cast<float>(step);
        }
      }
      const double ns = 0.5 + 0.5 * gradient->steps;
      return make_point(MapGradient{gradient.get()}, ns, gradient);
    },
};

}  // namespace stopbath
