// Grey:  out = in + a (y - in),  y the luma, 0.2126 r + 0.7152 g + 0.0722 b in sRGB, of encoded
// values.
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    share_param("amount", 1, "0 leaves the image as it is, 1 is grey."),
};

}  // namespace

extern const Effect kGrayscale;
const Effect kGrayscale = {
    .name = "grayscale",
    .title = "Grayscale",
    .sentence = "Takes the colour out of the image.",
    .category = "colour",
    .source = "W3C Filter Effects Module Level 1, grayscale()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'grayscale' }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      return mixed(grey_matrix(luma_weights(image.space)), v[kAmount]);
    },
};

}  // namespace stopbath
