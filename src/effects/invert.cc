// Invert:  out = in + a (1 - 2 in),  per channel, in encoded values.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    {.name = "amount",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 1,
     .default_value = 1,
     .step = 0.01,
     .sentence = "0 leaves the image as it is, 0.5 is plain grey, 1 is the negative."},
};

}  // namespace

extern const Effect kInvert;
const Effect kInvert = {
    .name = "invert",
    .title = "Invert",
    .sentence = "Turns the image into its negative.",
    .category = "colour",
    .source = "W3C Filter Effects Module Level 1, invert()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'invert' }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return scale_and_offset(1 - 2 * v[kAmount], v[kAmount]);
    },
};

}  // namespace stopbath
