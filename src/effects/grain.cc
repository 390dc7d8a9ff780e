// Grain:  out = in + s N(x / g, y / g),  in encoded values; N noise of deviation 1, s in levels /
// 255.
//
// N mixes the noise of the four lattice points around, g pixels apart, by smoothstep weights w
// divided by sqrt(sum w^2), so that it is equally strong everywhere. A lattice point's noise is the
// sum of two uniform numbers made from its place and the seed by a hash. Where a level's pixels are
// larger than the grain, each has noise of its own, weaker as the mean of the grains in it: s g.
#include <algorithm>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kStrength, kSize, kMonochrome, kSeed };

constexpr Param kParams[] = {
    number_param("strength", "levels", 0, 64, 12, 0.5,
                 "Standard deviation of the grain; 0 leaves the image as it is."),
    {.name = "size",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 1,
     .max = 32,
     .default_value = 1.5,
     .step = 0.1,
     .sentence = "Distance between grains.",
     .in_pixels = true},
    switch_param("monochrome", true, "The same grain in all channels instead of one for each."),
    integer_param("seed", "", 0, 65535, 1,
                  "Another seed gives another pattern, the same seed always the same."),
};

inline constexpr hn::FixedTag<uint32_t, 4> kU32;
using VU32 = hn::Vec<hn::FixedTag<uint32_t, 4>>;

struct Grain {
  float amount;     // of a value
  float frequency;  // lattice points per pixel, at most 1
  bool monochrome;
  uint32_t seed;

  // The finaliser of MurmurHash3 over place and seed; two uniform halves of the word, summed, with
  // deviation 1: sqrt 6 (u + v - 1).
  VF noise(VI32 x, VI32 y, uint32_t channel) const {
    VU32 h = hn::Add(hn::Mul(hn::BitCast(kU32, x), hn::Set(kU32, 0x9e3779b1u)),
                     hn::Mul(hn::BitCast(kU32, y), hn::Set(kU32, 0x85ebca77u)));
    h = hn::Xor(h, hn::Set(kU32, (3 * seed + channel) * 0xc2b2ae3du));
    h = hn::Xor(h, hn::ShiftRight<16>(h));
    h = hn::Mul(h, hn::Set(kU32, 0x85ebca6bu));
    h = hn::Xor(h, hn::ShiftRight<13>(h));
    h = hn::Mul(h, hn::Set(kU32, 0xc2b2ae35u));
    h = hn::Xor(h, hn::ShiftRight<16>(h));
    const VU32 sum = hn::Add(hn::And(h, hn::Set(kU32, 65535)), hn::ShiftRight<16>(h));
    const VF centred = hn::ConvertTo(kF32, hn::Sub(hn::BitCast(kI32, sum), hn::Set(kI32, 65535)));
    return hn::Mul(centred, hn::Set(kF32, 2.449490f / 65536.0f));
  }

  VF mixed(const Place& p, uint32_t channel) const {
    const VF half = hn::Set(kF32, 0.5f), f = hn::Set(kF32, frequency);
    // The first pixel's centre stands on a lattice point when the grain is one pixel.
    const VF u = hn::Mul(hn::Sub(p.x, half), f), v = hn::Mul(hn::Sub(p.y, half), f);
    const VI32 x = hn::ConvertTo(kI32, u), y = hn::ConvertTo(kI32, v);
    if (frequency == 1) return noise(x, y, channel);
    const auto smooth = [&](VF t) {
      return hn::Mul(hn::Mul(t, t), hn::Sub(hn::Set(kF32, 3.0f), hn::Add(t, t)));
    };
    const VF one = hn::Set(kF32, 1.0f);
    const VF right = smooth(hn::Sub(u, hn::ConvertTo(kF32, x))), left = hn::Sub(one, right);
    const VF below = smooth(hn::Sub(v, hn::ConvertTo(kF32, y))), above = hn::Sub(one, below);
    const VI32 x1 = hn::Add(x, hn::Set(kI32, 1)), y1 = hn::Add(y, hn::Set(kI32, 1));
    const VF upper =
        hn::Add(hn::Mul(left, noise(x, y, channel)), hn::Mul(right, noise(x1, y, channel)));
    const VF lower =
        hn::Add(hn::Mul(left, noise(x, y1, channel)), hn::Mul(right, noise(x1, y1, channel)));
    const VF sum = hn::Add(hn::Mul(above, upper), hn::Mul(below, lower));
    const VF squares = hn::Mul(hn::Add(hn::Mul(left, left), hn::Mul(right, right)),
                               hn::Add(hn::Mul(above, above), hn::Mul(below, below)));
    return hn::Div(sum, hn::Sqrt(squares));
  }

  void operator()(Colour& c, const Place& p) const {
    const VF s = hn::Set(kF32, amount);
    const VF first = hn::Mul(s, mixed(p, 0));
    c.r = hn::Add(c.r, first);
    c.g = hn::Add(c.g, monochrome ? first : hn::Mul(s, mixed(p, 1)));
    c.b = hn::Add(c.b, monochrome ? first : hn::Mul(s, mixed(p, 2)));
  }
};

}  // namespace

extern const Effect kGrain;
const Effect kGrain = {
    .name = "grain",
    .title = "Grain",
    .sentence = "Adds the grain of film, the same for the same seed wherever it is computed.",
    .category = "stylise",
    .source = "value noise of equal variance; hash after Appleby's MurmurHash3",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPlaced,
    .params = kParams,
    .example = "{ effect: 'grain', strength: 14, size: 2 }",
    .is_identity = [](Values v) { return v[kStrength] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const double size = std::max(v[kSize], 1.0), weaker = std::min(v[kSize], 1.0);
      return make_point(Grain{.amount = static_cast<float>(v[kStrength] / 255 * weaker),
                              .frequency = static_cast<float>(1 / size),
                              .monochrome = v[kMonochrome] != 0,
                              .seed = static_cast<uint32_t>(v[kSeed])},
                        v[kMonochrome] != 0 ? 8 : 24);
    },
};

}  // namespace stopbath
