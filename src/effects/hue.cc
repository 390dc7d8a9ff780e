// Hue:  out = L + cos a C + sin a S,  the matrices of the standard, in encoded values.
//
// A turn of the colours around the grey axis that keeps 0.213 r + 0.715 g + 0.072 b.
#include "base/exact_math.h"
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAngle };

constexpr Param kParams[] = {
    number_param("angle", "degrees", -180, 180, 0, 1,
                 "Turn of the colour circle; red goes towards yellow."),
};

constexpr double kLuma[3][3] = {
    {0.213, 0.715, 0.072}, {0.213, 0.715, 0.072}, {0.213, 0.715, 0.072}};
constexpr double kCosine[3][3] = {
    {0.787, -0.715, -0.072}, {-0.213, 0.285, -0.072}, {-0.213, -0.715, 0.928}};
constexpr double kSine[3][3] = {
    {-0.213, -0.715, 0.928}, {0.143, 0.140, -0.283}, {-0.787, 0.715, 0.072}};

}  // namespace

extern const Effect kHue;
const Effect kHue = {
    .name = "hue",
    .title = "Hue",
    .sentence = "Turns all colours around the colour circle.",
    .category = "colour",
    .source = "W3C Filter Effects Module Level 1, hue-rotate()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'hue', angle: 30 }",
    .is_identity = [](Values v) { return v[kAngle] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const double cosine = exact_cos_degrees(v[kAngle]), sine = exact_sin_degrees(v[kAngle]);
      ColourMatrix matrix;
      for (size_t i = 0; i < 3; ++i) {
        for (size_t j = 0; j < 3; ++j) {
          matrix.m[i][j] = kLuma[i][j] + cosine * kCosine[i][j] + sine * kSine[i][j];
        }
      }
      return matrix;
    },
};

}  // namespace stopbath
