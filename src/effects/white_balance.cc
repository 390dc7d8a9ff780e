// White balance:  out = k A in,  A the Bradford adaptation from the assumed light to daylight of
// 6500 K, in linear light.
//
// The light is a daylight of 153.8 - 0.9 t mired, with v of CIE 1960 raised by tint / 3000. k keeps
// the luminance of grey.
#include "base/color_space.h"
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kTemperature, kTint };

constexpr Param kParams[] = {
    number_param("temperature", "", -100, 100, 0, 1,
                 "Warmth; above 0 the light is taken for bluer than it was shown, and corrected."),
    number_param("tint", "", -100, 100, 0, 1,
                 "Above 0 the image turns towards magenta, below 0 towards green."),
};

constexpr double kDaylightMired = 1e6 / 6504;
constexpr double kMiredPerUnit = 0.9;  // from 4100 K to 15700 K, where the formula is valid
constexpr double kTintPerUnit = 1.0 / 3000;

constexpr Matrix3 kBradford = {
    {0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296}};

constexpr Matrix3 inverse(const Matrix3& m) {
  Matrix3 out = adjugate(m);
  for (double& v : out.m) v /= determinant(m);
  return out;
}

// Cone responses to a light of Y = 1: CIE daylight locus, then CIE 1960 v moved by `tint`.
std::array<double, 3> cones_of(double mired, double tint) {
  const double t = mired / 1000;  // thousands of 1 / K
  const double x = mired > 1e6 / 7000 ? 0.244063 + t * (0.09911 + t * (2.9678 - 4.6070 * t))
                                      : 0.237040 + t * (0.24748 + t * (1.9018 - 2.0064 * t));
  const double y = -3 * x * x + 2.87 * x - 0.275;
  const double d = -2 * x + 12 * y + 3;
  const double u = 4 * x / d, v = 6 * y / d + tint;
  const double e = 2 * u - 8 * v + 4;
  const double cx = 3 * u / e, cy = 2 * v / e;
  const double xyz[3] = {cx / cy, 1, (1 - cx - cy) / cy};
  std::array<double, 3> cones{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t k = 0; k < 3; ++k) cones[i] += kBradford[3 * i + k] * xyz[k];
  }
  return cones;
}

ColourMatrix adaptation(double temperature, double tint, ColorSpace space) {
  const Matrix3 to_xyz = linear_to_xyz(space), to_cones = kBradford * to_xyz;
  const auto light = cones_of(kDaylightMired - kMiredPerUnit * temperature, kTintPerUnit * tint);
  const auto white = cones_of(kDaylightMired, 0);
  Matrix3 scaled = to_cones;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) scaled.m[3 * i + j] *= white[i] / light[i];
  }
  const Matrix3 adapted = inverse(to_cones) * scaled;
  double luminance = 0;  // of what white becomes
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) luminance += to_xyz[3 + i] * adapted[3 * i + j];
  }
  ColourMatrix out;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) out.m[i][j] = adapted[3 * i + j] / luminance;
  }
  return out;
}

}  // namespace

extern const Effect kWhiteBalance;
const Effect kWhiteBalance = {
    .name = "white-balance",
    .title = "White balance",
    .sentence = "Corrects the colour of the light: warmer or cooler, towards magenta or green.",
    .category = "colour",
    .source = "CIE 15 daylight locus; Bradford adaptation of Lam, 1985, as in ICC profiles",
    .space = WorkingSpace::kLinear,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'white-balance', temperature: 25, tint: -5 }",
    .is_identity = [](Values v) { return v[kTemperature] == 0 && v[kTint] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      return adaptation(v[kTemperature], v[kTint], image.space);
    },
};

}  // namespace stopbath
