// Duotone:  out = in + a (s + y (l - s) - in),  y = 0.2126 r + 0.7152 g + 0.0722 b,  in encoded
// values.
//
// s: colour of the shadows, l: colour of the lights.
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kShadows, kLights, kAmount };

constexpr Param kParams[] = {
    color_param("shadows", 0x1b1464, "Colour that black becomes."),
    color_param("lights", 0xf7d87c, "Colour that white becomes."),
    share_param("amount", 1, "0 leaves the image as it is, 1 has only the two colours."),
};

}  // namespace

extern const Effect kDuotone;
const Effect kDuotone = {
    .name = "duotone",
    .title = "Duotone",
    .sentence = "Prints the image in two colours, one for shadows and one for lights.",
    .category = "colour",
    .source = "linear blend of two colours by the luma of ITU-R BT.709",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'duotone', shadows: '#1b1464', lights: '#f7d87c' }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const LumaWeights weights = luma_weights(image.space);
      ColourMatrix two;
      for (size_t i = 0; i < 3; ++i) {
        const double shadow = channel_of(v[kShadows], static_cast<int>(i));
        const double light = channel_of(v[kLights], static_cast<int>(i));
        for (size_t j = 0; j < 3; ++j) two.m[i][j] = (light - shadow) * weights[j];
        two.m[i][3] = shadow;
      }
      return mixed(two, v[kAmount]);
    },
};

}  // namespace stopbath
