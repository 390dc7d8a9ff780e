// Colour matrix:  out_i = m_i0 r + m_i1 g + m_i2 b + m_i3  for red, green and blue, in encoded
// values.
#include <algorithm>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kMatrix };

constexpr double kIdentity[] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};

constexpr Param kParams[] = {
    {.name = "matrix",
     .type = ParamType::kMatrix,
     .unit = "",
     .min = -8,
     .max = 8,
     .default_value = 0,
     .step = 0.01,
     .sentence = "Rows for red, green and blue: the share of red, green and blue, and an offset "
                 "where 1 is white.",
     .default_list = kIdentity,
     .least_length = 12,
     .most_length = 12,
     .columns = 4},
};

}  // namespace

extern const Effect kColorMatrix;
const Effect kColorMatrix = {
    .name = "color-matrix",
    .title = "Colour matrix",
    .sentence = "Mixes new red, green and blue from the old ones by a matrix of your own.",
    .category = "colour",
    .source = "SVG and W3C Filter Effects feColorMatrix type=matrix, its rows for colour",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'color-matrix', matrix: [0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0] }",
    .is_identity = [](Values v) { return std::ranges::equal(list_of(v, kMatrix), kIdentity); },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const auto numbers = list_of(v, kMatrix);
      ColourMatrix matrix;
      for (size_t i = 0; i < 12; ++i) matrix.m[i / 4][i % 4] = numbers[i];
      return matrix;
    },
};

}  // namespace stopbath
