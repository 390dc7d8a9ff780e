// In double precision, with mathematics that is the same on every build.
#include "effects/color_conversion.h"

#include <algorithm>
#include <array>

#include "base/exact_math.h"

namespace stopbath {
namespace {

// IEC 61966-2-1.
double decoded(double v) { return v <= 0.04045 ? v / 12.92 : exact_pow((v + 0.055) / 1.055, 2.4); }
double encoded(double v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * exact_pow(v, 1 / 2.4) - 0.055;
}

double converted(double color, const ColourMatrix& matrix) {
  std::array<double, 3> in{};
  for (size_t c = 0; c < 3; ++c) in[c] = decoded(channel_of(color, static_cast<int>(c)));
  double out = 0;
  for (const auto& row : matrix.m) {
    const double light = row[0] * in[0] + row[1] * in[1] + row[2] * in[2];
    out = 256 * out + static_cast<int>(encoded(std::clamp(light, 0.0, 1.0)) * 255 + 0.5);
  }
  return out;
}

}  // namespace

ColourMatrix conversion(ColorSpace from, ColorSpace to) {
  ColourMatrix out;
  if (from == to) return out;
  const Matrix3 product = xyz_to_linear(to) * linear_to_xyz(from);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) out.m[i][j] = product[3 * i + j];
  }
  return out;
}

void convert_colors(std::vector<double>& values, std::span<const Param> params, ColorSpace space) {
  if (space == ColorSpace::kSrgb) return;
  const ColourMatrix matrix = conversion(ColorSpace::kSrgb, space);
  for (size_t i = 0; i < params.size(); ++i) {
    if (params[i].type == ParamType::kColor) values[i] = converted(values[i], matrix);
    if (params[i].type != ParamType::kColors) continue;
    const auto list = static_cast<size_t>(values[i]);
    for (size_t k = 1; k <= static_cast<size_t>(values[list]); ++k) {
      values[list + k] = converted(values[list + k], matrix);
    }
  }
}

}  // namespace stopbath
