// Box blur:  out(p) = the mean of in over a square of 2 r + 1 pixels a side around p; pixels at the
// rim of a square that is no whole number of pixels wide count by the part that it covers.
//
// Mixes premultiplied encoded values; pixels outside the image repeat the edge.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kRadius };

constexpr Param kParams[] = {
    {.name = "radius",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 0,
     .max = kMaxBoxRadius,
     .default_value = 4,
     .step = 0.5,
     .sentence = "Half the side of the square, without its centre; 0 leaves the image as it is.",
     .in_pixels = true},
};

}  // namespace

extern const Effect kBoxBlur;
const Effect kBoxBlur = {
    .name = "box-blur",
    .title = "Box blur",
    .sentence =
        "Replaces each pixel by the mean of a square; the time does not depend on its size.",
    .category = "detail",
    .source = "running sums after McDonnell, Box-Filtering Techniques, 1981",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'box-blur', radius: 12 }",
    .is_identity = [](Values v) { return v[kRadius] == 0; },
    .reach = [](Values v) { return box_weights(v[kRadius]).reach(); },
    .lower = [](Values v, const LowerContext&) -> Stage { return BoxStage{.radius = v[kRadius]}; },
};

}  // namespace stopbath
