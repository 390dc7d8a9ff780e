// Brightness:  out = a in,  per channel, in encoded values.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    number_param("amount", "", 0, 4, 1, 0.01,
                 "Factor of every value; 0 is black, 1 leaves the image as it is."),
};

}  // namespace

extern const Effect kBrightness;
const Effect kBrightness = {
    .name = "brightness",
    .title = "Brightness",
    .sentence = "Multiplies every value, as brightness() of a style sheet does.",
    .category = "tone",
    .source = "W3C Filter Effects Module Level 1, brightness()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'brightness', amount: 1.2 }",
    .is_identity = [](Values v) { return v[kAmount] == 1; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage { return scale_and_offset(v[kAmount], 0); },
};

}  // namespace stopbath
