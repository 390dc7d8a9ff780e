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

}  // namespace

extern const Effect kExposure;
const Effect kExposure = {
    .name = "exposure",
    .title = "Exposure",
    .sentence = "Brightens or darkens as a longer or shorter exposure would.",
    .category = "light",
    .source = "photographic stops; linear light by IEC 61966-2-1",
    .space = WorkingSpace::kLinear,
    .traits = kPoint | kPerChannel | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'exposure', stops: 0.5 }",
    .is_identity = [](Values v) { return v[kStops] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return scale_and_offset(exact_exp(v[kStops] * kLn2), 0);
    },
};

}  // namespace stopbath
