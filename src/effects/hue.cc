// Hue:  out = L + cos a C + sin a S,  the matrices of the standard, in encoded values.
//
// A turn of the colours around the grey axis that keeps y = 0.213 r + 0.715 g + 0.072 b: L gives y,
// C is 1 - L, and S gives b - y, y - r and for green what keeps y. In other colour spaces the same
// with their weights, not rounded.
#include "base/exact_math.h"
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kAngle };

constexpr Param kParams[] = {
    number_param("angle", "degrees", -180, 180, 0, 1,
                 "Turn of the colour circle; red goes towards yellow."),
};

using Rows = std::array<std::array<double, 3>, 3>;

constexpr Rows kCosine = {
    {{0.787, -0.715, -0.072}, {-0.213, 0.285, -0.072}, {-0.213, -0.715, 0.928}}};
constexpr Rows kSine = {{{-0.213, -0.715, 0.928}, {0.143, 0.140, -0.283}, {-0.787, 0.715, 0.072}}};

Rows cosine_rows(ColorSpace space) {
  if (space == ColorSpace::kSrgb) return kCosine;
  const LumaWeights w = filter_weights(space);
  Rows rows{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) rows[i][j] = (i == j ? 1 : 0) - w[j];
  }
  return rows;
}

Rows sine_rows(ColorSpace space) {
  if (space == ColorSpace::kSrgb) return kSine;
  const LumaWeights w = filter_weights(space);
  Rows rows{};
  for (size_t j = 0; j < 3; ++j) {
    rows[0][j] = (j == 2 ? 1 : 0) - w[j];
    rows[2][j] = w[j] - (j == 0 ? 1 : 0);
    rows[1][j] = -(w[0] * rows[0][j] + w[2] * rows[2][j]) / w[1];
  }
  return rows;
}

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
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const double cosine = exact_cos_degrees(v[kAngle]), sine = exact_sin_degrees(v[kAngle]);
      const LumaWeights luma = filter_weights(image.space);
      const Rows turned = cosine_rows(image.space), across = sine_rows(image.space);
      ColourMatrix matrix;
      for (size_t i = 0; i < 3; ++i) {
        for (size_t j = 0; j < 3; ++j) {
          matrix.m[i][j] = luma[j] + cosine * turned[i][j] + sine * across[i][j];
        }
      }
      return matrix;
    },
};

}  // namespace stopbath
