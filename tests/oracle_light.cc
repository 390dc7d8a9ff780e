// Oracles of what works in linear light.
#include "oracle.h"

namespace stopbath::oracle {
namespace {

void exposure(Picture& p, Settings v) {
  each_channel(p, [&](double c) { return encode(clamp01(decode(c) * std::exp2(v[0]))); });
}

void vignette(Picture& p, Settings v) {
  const double strength = v[0], radius = v[1], softness = v[2], roundness = v[3];
  const double half_w = p.width / 2.0, half_h = p.height / 2.0;
  const double corner = std::hypot(half_w, half_h);
  each_pixel(p, [&](double* c, int x, int y) {
    const double u = x + 0.5 - half_w, w = y + 0.5 - half_h;
    const double ellipse_x = std::sqrt(0.5) / half_w, ellipse_y = std::sqrt(0.5) / half_h;
    const double sx = (1 - roundness) * ellipse_x + roundness / corner;
    const double sy = (1 - roundness) * ellipse_y + roundness / corner;
    const double t = clamp01((std::hypot(u * sx, w * sy) - radius) / softness);
    const double gain = 1 - strength * t * t * (3 - 2 * t);
    for (int i = 0; i < 3; ++i) c[i] = encode(clamp01(decode(c[i]) * gain));
  });
}

}  // namespace

std::span<const Entry> light_oracles() {
  static constexpr Entry kEntries[] = {
      {"exposure", exposure, 0.6},
      {"vignette", vignette, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
