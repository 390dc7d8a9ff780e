// Contrast:  out = 0.5 + a (in - 0.5),  per channel, in encoded values.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    number_param("amount", "", 0, 4, 1, 0.01,
                 "Factor of the distance to middle grey; 0 is even grey, 1 leaves the image as it "
                 "is."),
};

}  // namespace

extern const Effect kContrast;
const Effect kContrast = {
    .name = "contrast",
    .title = "Contrast",
    .sentence = "Moves values away from middle grey or towards it.",
    .category = "tone",
    .source = "W3C Filter Effects Module Level 1, contrast()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'contrast', amount: 1.3 }",
    .is_identity = [](Values v) { return v[kAmount] == 1; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return scale_and_offset(v[kAmount], 0.5 - 0.5 * v[kAmount]);
    },
};

}  // namespace stopbath
