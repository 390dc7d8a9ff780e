// Error diffusion:  each colour becomes the nearest of n values in equal steps; the share s of what
// that is off goes to the pixels that come next. Straight encoded values, alpha stays.
#include "effects/effect.h"
#include "kernels/sweep.h"

namespace stopbath {
namespace {

enum { kLevels, kStrength };

constexpr Param kParams[] = {
    integer_param("levels", "", 2, 32, 2, "Number of values that each channel has left."),
    {.name = "strength",
     .type = ParamType::kNumber,
     .unit = "",
     .default_value = 1,
     .step = 0.05,
     .sentence = "Share of the error that is passed on; 0 only rounds."},
};

struct NearestLevel {
  float per_step;  // steps in a fixed unit
  float step;      // fixed units
  int32_t share;   // of 256

  VI32 operator()(VI32 v) const {
    const VI32 k = round_small(hn::Mul(hn::ConvertTo(kF32, v), hn::Set(kF32, per_step)));
    return round_small(hn::Mul(hn::ConvertTo(kF32, k), hn::Set(kF32, step)));
  }
  VI32 carried(VI32 error) const { return hn::ShiftRight<8>(hn::Mul(error, hn::Set(kI32, share))); }
};

}  // namespace

extern const Effect kErrorDiffusion;
const Effect kErrorDiffusion = {
    .name = "error-diffusion",
    .title = "Error diffusion",
    .sentence = "Leaves a few values per channel; fine grain keeps the tones between them.",
    .category = "stylise",
    .source = "Floyd and Steinberg, An adaptive algorithm for spatial grey scale, 1976",
    .space = WorkingSpace::kEncoded,
    .traits = kSequential,
    .params = kParams,
    .example = "{ effect: 'error-diffusion', levels: 2 }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const double steps = v[kLevels] - 1;
      return make_sweep(NearestLevel{.per_step = static_cast<float>(steps / kFixedOne),
                                     .step = static_cast<float>(kFixedOne / steps),
                                     .share = static_cast<int32_t>(v[kStrength] * 256 + 0.5)},
                        8);
    },
};

}  // namespace stopbath
