// Argument reduction to a short interval, then a series long enough that its remainder is below one
// ulp.
#include "base/exact_math.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace stopbath {
namespace {

// ln 2 as a sum: the first part has 21 zero bits at its end, so that k * kLn2High is exact for |k|
// < 2^20.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

constexpr double kPi = 3.14159265358979323846;

constexpr double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<uint64_t>(k + 1023) << 52);
}

// Of |x| <= pi / 4: the remainder after x^20 is below 1e-19.
double short_sin(double x) noexcept {
  double sum = 1.0;
  for (int n = 18; n >= 2; n -= 2) sum = 1.0 - sum * x * x / (n * (n + 1));
  return x * sum;
}
double short_cos(double x) noexcept {
  double sum = 1.0;
  for (int n = 19; n >= 1; n -= 2) sum = 1.0 - sum * x * x / (n * (n + 1));
  return sum;
}

}  // namespace

// x = k ln 2 + r with |r| <= ln 2 / 2;  e^x = 2^k sum r^n / n!, 18 terms: remainder 0.347^18 / 18!
// < 1e-24.
double exact_exp(double x) noexcept {
  if (x < -708.0) return 0.0;
  if (x > 709.0) return std::numeric_limits<double>::max();
  const int k = static_cast<int>(x / kLn2 + (x < 0 ? -0.5 : 0.5));
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1.0;
  for (int n = 18; n >= 1; --n) sum = 1.0 + sum * r / n;
  return sum * power_of_two(k / 2) * power_of_two(k - k / 2);
}

// x = m 2^k with m in [sqrt 1/2, sqrt 2), s = (m - 1) / (m + 1):  ln m = 2 (s + s^3/3 + s^5/5 +
// ...). |s| <= 0.1716, 13 terms: remainder < 1e-20.
double exact_log(double x) noexcept {
  const auto bits = std::bit_cast<uint64_t>(x);
  int k = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k += 1;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double s2 = s * s;
  double sum = 0.0;
  for (int n = 25; n >= 1; n -= 2) sum = sum * s2 + 1.0 / n;
  return k * kLn2High + (k * kLn2Low + 2.0 * s * sum);
}

double exact_pow(double x, double y) noexcept {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (x <= 0.0) return 0.0;
  if (y == 1.0) return x;
  return exact_exp(y * exact_log(x));
}

// degrees = 90 q + d with |d| <= 45, without rounding: 90 q and the difference are exact.
double exact_sin_degrees(double degrees) noexcept {
  const auto quarter = static_cast<int64_t>(degrees / 90 + (degrees < 0 ? -0.5 : 0.5));
  const double x = (degrees - 90.0 * static_cast<double>(quarter)) * (kPi / 180);
  switch (quarter & 3) {
    case 0:
      return short_sin(x);
    case 1:
      return short_cos(x);
    case 2:
      return -short_sin(x);
    default:
      return -short_cos(x);
  }
}

double exact_cos_degrees(double degrees) noexcept { return exact_sin_degrees(degrees + 90); }

}  // namespace stopbath
