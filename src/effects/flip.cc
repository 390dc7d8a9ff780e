// Flip:  out(x, y) = in(w - 1 - x, y), or in(x, h - 1 - y), or both; exact.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kHorizontal, kVertical };

constexpr Param kParams[] = {
    {.name = "horizontal",
     .type = ParamType::kBoolean,
     .unit = "",
     .max = 1,
     .default_value = 1,
     .step = 1,
     .sentence = "Exchanges left and right."},
    {.name = "vertical",
     .type = ParamType::kBoolean,
     .unit = "",
     .max = 1,
     .default_value = 0,
     .step = 1,
     .sentence = "Exchanges top and bottom."},
};

}  // namespace

extern const Effect kFlip;
const Effect kFlip = {
    .name = "flip",
    .title = "Flip",
    .sentence = "Mirrors the image.",
    .category = "geometry",
    .source = "pixels are copied",
    .space = WorkingSpace::kEncoded,
    .traits = kGeometry,
    .params = kParams,
    .example = "{ effect: 'flip', horizontal: false, vertical: true }",
    .is_identity = [](Values v) { return v[kHorizontal] == 0 && v[kVertical] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      Placement placement = whole({image.width, image.height});
      placement.flip_x = v[kHorizontal] != 0;
      placement.flip_y = v[kVertical] != 0;
      return placement;
    },
};

}  // namespace stopbath
