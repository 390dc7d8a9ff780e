// Oracles of the tone curves: what happens to one channel of one pixel.
#include "oracle.h"

namespace stopbath::oracle {
namespace {

void levels(Picture& p, Settings v) {
  const double black = v[0] / 255, white = v[1] / 255, out_black = v[3] / 255,
               out_white = v[4] / 255;
  each_channel(p, [&](double c) {
    const double t = clamp01((c - black) / (white - black));
    return out_black + (out_white - out_black) * std::pow(t, 1 / v[2]);
  });
}

// The cubic Hermite spline in its textbook form, slopes of Fritsch and Carlson by the minimum rule.
double curve(std::span<const double> points, double at) {
  const size_t n = points.size() / 2;
  const auto x = [&](size_t i) { return points[2 * i]; };
  const auto y = [&](size_t i) { return points[2 * i + 1]; };
  if (at <= x(0)) return y(0);
  if (at >= x(n - 1)) return y(n - 1);
  const auto secant = [&](size_t i) { return (y(i + 1) - y(i)) / (x(i + 1) - x(i)); };
  const auto slope = [&](size_t i) {
    if (i == 0 || i == n - 1) return secant(i == 0 ? 0 : n - 2);
    const double a = secant(i - 1), b = secant(i);
    if (a * b <= 0) return 0.0;
    const double most = 3 * std::min(std::fabs(a), std::fabs(b));
    return std::clamp((a + b) / 2, -most, most);
  };
  size_t k = 0;
  while (at > x(k + 1)) ++k;
  const double h = x(k + 1) - x(k), t = (at - x(k)) / h;
  return (1 + 2 * t) * (1 - t) * (1 - t) * y(k) + t * (1 - t) * (1 - t) * h * slope(k) +
         t * t * (3 - 2 * t) * y(k + 1) + t * t * (t - 1) * h * slope(k + 1);
}

void curves(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    for (size_t i = 0; i < 3; ++i) c[i] = curve(list_of(v, 0), curve(list_of(v, i + 1), c[i]));
  });
}

void brightness(Picture& p, Settings v) {
  each_channel(p, [&](double c) { return v[0] * c; });
}

void contrast(Picture& p, Settings v) {
  each_channel(p, [&](double c) { return (c - 0.5) * v[0] + 0.5; });
}

void gamma(Picture& p, Settings v) {
  each_channel(p, [&](double c) { return std::pow(c, 1 / v[0]); });
}

// Luma of grey is the grey itself, whatever the rounding of the weights.
void threshold(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int x, int y) {
    const double above = p.luma(c) - v[0] / 255;
    if (std::fabs(above) > 1e-9 && std::fabs(above) < kNearJump) p.mark_jump(x, y);
    std::fill_n(c, 3, above > -1e-9 ? 1.0 : 0.0);
  });
}

}  // namespace

std::span<const Entry> tone_oracles() {
  static constexpr Entry kEntries[] = {
      {"levels", levels, 0.6},     {"curves", curves, 0.6}, {"brightness", brightness, 0.6},
      {"contrast", contrast, 0.6}, {"gamma", gamma, 0.6},   {"threshold", threshold, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
