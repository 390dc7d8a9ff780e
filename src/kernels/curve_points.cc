// Slopes after Fritsch and Carlson, 1980: the mean of the neighbouring secants, 0 at a turn, and
// shortened where it would overshoot.
#include "kernels/curve_points.h"

#include <algorithm>
#include <cmath>

namespace stopbath {
namespace {

// Narrower pieces are a step at their right end: their slopes would leave the range of floats.
constexpr double kJump = 1e-4;

}  // namespace

SmoothCurve smooth_curve(std::span<const double> points) {
  const int n = static_cast<int>(points.size() / 2);
  const auto x = [&](int i) { return points[static_cast<size_t>(2 * i)]; };
  const auto y = [&](int i) { return points[static_cast<size_t>(2 * i + 1)]; };
  double secant[kMaxCurvePoints], slope[kMaxCurvePoints];
  for (int i = 0; i + 1 < n; ++i) secant[i] = (y(i + 1) - y(i)) / (x(i + 1) - x(i));
  for (int i = 0; i < n; ++i) {
    const double before = secant[std::max(i - 1, 0)], after = secant[std::min(i, n - 2)];
    slope[i] = before * after > 0 ? (before + after) / 2 : 0;
    // Within a circle of radius 3 around 0, in units of the secant, a piece is monotone; three
    // times the smaller secant is inside for both neighbours.
    const double most = 3 * std::min(std::fabs(before), std::fabs(after));
    slope[i] = std::clamp(slope[i], -most, most);
  }
  SmoothCurve curve;
  curve.count = n + 1;
  curve.pieces[0].y = static_cast<float>(y(0));
  for (int i = 0; i < n; ++i) {
    SmoothCurve::Piece& p = curve.pieces[i + 1];
    p.x = static_cast<float>(x(i));
    p.y = static_cast<float>(y(i));
    if (i + 1 == n) break;
    const double h = x(i + 1) - x(i);
    if (h < kJump) continue;
    p.b = static_cast<float>(slope[i]);
    p.c = static_cast<float>((3 * secant[i] - 2 * slope[i] - slope[i + 1]) / h);
    p.e = static_cast<float>((slope[i] + slope[i + 1] - 2 * secant[i]) / (h * h));
  }
  return curve;
}

}  // namespace stopbath
