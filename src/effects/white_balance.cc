// White balance:  out = k A in,  A the Bradford adaptation from the assumed light to daylight of
// 6500 K, in linear light.
//
// The light is a daylight of 153.8 - 0.9 t mired, with v of CIE 1960 raised by tint / 3000. k keeps
// the luminance of grey.
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

using Matrix3 = std::array<std::array<double, 3>, 3>;

// IEC 61966-2-1: linear sRGB to CIE XYZ.
constexpr Matrix3 kToXyz = {{{0.4123908, 0.3575843, 0.1804808},
                             {0.2126390, 0.7151687, 0.0721923},
                             {0.0193308, 0.1191948, 0.9505322}}};
constexpr Matrix3 kBradford = {
    {{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};

constexpr Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 out{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      for (size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
    }
  }
  return out;
}

constexpr Matrix3 inverse(const Matrix3& m) {
  Matrix3 out{};
  double determinant = 0;
  for (size_t i = 0; i < 3; ++i) {
    const size_t i1 = (i + 1) % 3, i2 = (i + 2) % 3;
    for (size_t j = 0; j < 3; ++j) {
      const size_t j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      out[j][i] = m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1];
    }
    determinant += m[0][i] * out[i][0];
  }
  for (auto& row : out) {
    for (double& v : row) v /= determinant;
  }
  return out;
}

constexpr Matrix3 kToCones = product(kBradford, kToXyz);  // from linear sRGB
constexpr Matrix3 kFromCones = inverse(kToCones);

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
    for (size_t k = 0; k < 3; ++k) cones[i] += kBradford[i][k] * xyz[k];
  }
  return cones;
}

ColourMatrix adaptation(double temperature, double tint) {
  const auto light = cones_of(kDaylightMired - kMiredPerUnit * temperature, kTintPerUnit * tint);
  const auto white = cones_of(kDaylightMired, 0);
  Matrix3 scaled = kToCones;
  for (size_t i = 0; i < 3; ++i) {
    for (double& v : scaled[i]) v *= white[i] / light[i];
  }
  const Matrix3 adapted = product(kFromCones, scaled);
  double luminance = 0;  // of what white becomes
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) luminance += kToXyz[1][i] * adapted[i][j];
  }
  ColourMatrix out;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) out.m[i][j] = adapted[i][j] / luminance;
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
    .lower = [](Values v, const LowerContext&) -> Stage {
      return adaptation(v[kTemperature], v[kTint]);
    },
};

}  // namespace stopbath
