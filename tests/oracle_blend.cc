// The oracle of blending: the formulas of W3C Compositing and Blending Level 1 as it writes them,
// mode and operator by name, one pixel at a time.
#include <cmath>

#include "effects/effect.h"
#include "effects/registry.h"
#include "oracle.h"

namespace stopbath::oracle {
namespace {

double multiply(double b, double s) { return b * s; }
double screen(double b, double s) { return b + s - b * s; }
double hard_light(double b, double s) {
  return s <= 0.5 ? multiply(b, 2 * s) : screen(b, 2 * s - 1);
}

double soft_light(double b, double s) {
  if (s <= 0.5) return b - (1 - 2 * s) * b * (1 - b);
  const double d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : std::sqrt(b);
  return b + (2 * s - 1) * (d - b);
}

double separable(std::string_view mode, double b, double s) {
  if (mode == "multiply") return multiply(b, s);
  if (mode == "screen") return screen(b, s);
  if (mode == "overlay") return hard_light(s, b);
  if (mode == "darken") return std::min(b, s);
  if (mode == "lighten") return std::max(b, s);
  if (mode == "color-dodge") return b == 0 ? 0 : s == 1 ? 1 : std::min(1.0, b / (1 - s));
  if (mode == "color-burn") return b == 1 ? 1 : s == 0 ? 0 : 1 - std::min(1.0, (1 - b) / s);
  if (mode == "hard-light") return hard_light(b, s);
  if (mode == "soft-light") return soft_light(b, s);
  if (mode == "difference") return std::fabs(b - s);
  if (mode == "exclusion") return b + s - 2 * b * s;
  return s;  // normal
}

struct Colour {
  double c[3];
};

double lum(const Colour& v) { return 0.3 * v.c[0] + 0.59 * v.c[1] + 0.11 * v.c[2]; }
double low(const Colour& v) { return std::min({v.c[0], v.c[1], v.c[2]}); }
double high(const Colour& v) { return std::max({v.c[0], v.c[1], v.c[2]}); }
double sat(const Colour& v) { return high(v) - low(v); }

Colour clip_colour(Colour v) {
  const double l = lum(v), n = low(v), x = high(v);
  for (double& c : v.c) {
    if (n < 0) c = l + (c - l) * l / (l - n);
    if (x > 1) c = l + (c - l) * (1 - l) / (x - l);
  }
  return v;
}

Colour set_lum(Colour v, double l) {
  const double d = l - lum(v);
  for (double& c : v.c) c += d;
  return clip_colour(v);
}

// The middle channel keeps its place between the other two.
Colour set_sat(Colour v, double s) {
  int order[3] = {0, 1, 2};
  std::sort(order, order + 3, [&](int i, int k) { return v.c[i] < v.c[k]; });
  double &least = v.c[order[0]], &middle = v.c[order[1]], &most = v.c[order[2]];
  if (most > least) {
    middle = (middle - least) * s / (most - least);
    most = s;
  } else {
    middle = most = 0;
  }
  least = 0;
  return v;
}

Colour mixed(std::string_view mode, const Colour& b, const Colour& s) {
  if (mode == "hue") return set_lum(set_sat(s, sat(b)), lum(b));
  if (mode == "saturation") return set_lum(set_sat(b, sat(s)), lum(b));
  if (mode == "color") return set_lum(s, lum(b));
  if (mode == "luminosity") return set_lum(b, lum(s));
  Colour out = {};
  for (int i = 0; i < 3; ++i) out.c[i] = separable(mode, b.c[i], s.c[i]);
  return out;
}

struct Factors {
  double fa, fb;
};

Factors factors(std::string_view op, double as, double ab) {
  if (op == "clear") return {0, 0};
  if (op == "copy") return {1, 0};
  if (op == "source-over") return {1, 1 - as};
  if (op == "destination-over") return {1 - ab, 1};
  if (op == "source-in") return {ab, 0};
  if (op == "destination-in") return {0, as};
  if (op == "source-out") return {1 - ab, 0};
  if (op == "destination-out") return {0, 1 - as};
  if (op == "source-atop") return {ab, 1 - as};
  if (op == "destination-atop") return {1 - ab, as};
  if (op == "xor") return {1 - ab, 1 - as};
  return {1, 1};  // lighter
}

void blend(Picture& p, Settings v) {
  const Effect& effect = effects()[static_cast<size_t>(find_effect("blend"))];
  const std::string_view mode = effect.params[1].choices[static_cast<size_t>(v[1])];
  const std::string_view op = effect.params[2].choices[static_cast<size_t>(v[2])];
  const Picture own = p;
  const Picture layer = v[0] == 0 ? own : from_image(image_of(v[0], {}));
  const int x0 = static_cast<int>(v[4]), y0 = static_cast<int>(v[5]);
  each_pixel(p, [&](double* c, int x, int y) {
    const bool inside = x >= x0 && x < x0 + layer.width && y >= y0 && y < y0 + layer.height;
    double s[4] = {};
    if (inside) std::copy_n(layer.pixel(x - x0, y - y0), 4, s);
    s[3] *= v[3];
    blend_pixel(c, s, mode, op);
  });
}

}  // namespace

void blend_pixel(double* below, const double* layer, std::string_view mode, std::string_view op) {
  const double as = layer[3], ab = below[3];
  const Colour b = {{below[0], below[1], below[2]}}, s = {{layer[0], layer[1], layer[2]}};
  const Colour m = mixed(mode, b, s);
  const auto [fa, fb] = factors(op, as, ab);
  const double a = std::min(as * fa + ab * fb, 1.0);
  for (int i = 0; i < 3; ++i) {
    const double cs = (1 - ab) * s.c[i] + ab * m.c[i];
    const double co = std::min(as * fa * cs + ab * fb * b.c[i], 1.0);
    below[i] = a > 0 ? co / a : 0;
  }
  below[3] = a;
}

std::span<const Entry> blend_oracles() {
  static constexpr Entry kEntries[] = {{"blend", blend, 0.51}};
  return kEntries;
}

}  // namespace stopbath::oracle
