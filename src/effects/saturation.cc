// Saturation:  out = y + s (in - y),  y = 0.213 r + 0.715 g + 0.072 b,  in encoded values; other
// weights in other colour spaces.
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    {.name = "amount",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 3,
     .default_value = 1,
     .step = 0.01,
     .sentence = "0 is grey, 1 leaves the image as it is, above 1 colours grow stronger."},
};

}  // namespace

extern const Effect kSaturation;
const Effect kSaturation = {
    .name = "saturation",
    .title = "Saturation",
    .sentence = "Makes colours stronger or weaker without changing their brightness.",
    .category = "colour",
    .source = "W3C Filter Effects Module Level 1, saturate()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'saturation', amount: 1.3 }",
    .is_identity = [](Values v) { return v[kAmount] == 1; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      return mixed(grey_matrix(filter_weights(image.space)), 1 - v[kAmount]);
    },
};

}  // namespace stopbath
