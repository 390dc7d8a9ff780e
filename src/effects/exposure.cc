// Exposure:  out = in 2^s,  in linear light, per channel.
#include "base/exact_math.h"
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kStops };

constexpr Param kParams[] = {
    {.name = "stops",
     .type = ParamType::kNumber,
     .unit = "stops",
     .min = -5,
     .max = 5,
     .default_value = 0,
     .step = 0.05,
     .sentence = "Doublings of the light; -1 halves it."},
};

struct Expose {
  float gain;  // 2^s

  void operator()(Colour& c, const Place&) const {
    const VF k = hn::Set(kF32, gain);
    c.r = hn::Mul(c.r, k);
    c.g = hn::Mul(c.g, k);
    c.b = hn::Mul(c.b, k);
  }
};

}  // namespace

extern const Effect kExposure;
const Effect kExposure = {
    .name = "exposure",
    .title = "Exposure",
    .sentence = "Brightens or darkens as a longer or shorter exposure would.",
    .category = "light",
    .source = "photographic stops; linear light by IEC 61966-2-1",
    .space = WorkingSpace::kLinear,
    .traits = kPoint | kPerChannel,
    .params = kParams,
    .example = "{ effect: 'exposure', stops: 0.5 }",
    .is_identity = [](Values v) { return v[kStops] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return make_point(Expose{.gain = static_cast<float>(exact_exp(v[kStops] * kLn2))});
    },
};

}  // namespace stopbath
