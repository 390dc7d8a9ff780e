// Oracles of what mixes the channels of one pixel.
#include "oracle.h"

namespace stopbath::oracle {
namespace {

void saturation(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    const double y = 0.213 * c[0] + 0.715 * c[1] + 0.072 * c[2];
    for (int i = 0; i < 3; ++i) c[i] = y + v[0] * (c[i] - y);
  });
}

void invert(Picture& p, Settings v) {
  each_channel(p, [&](double c) { return c + v[0] * (1 - 2 * c); });
}

void color_matrix(Picture& p, Settings v) {
  const auto m = list_of(v, 0);
  each_pixel(p, [&](double* c, int, int) {
    const double in[3] = {c[0], c[1], c[2]};
    for (size_t i = 0; i < 3; ++i) {
      c[i] = m[4 * i] * in[0] + m[4 * i + 1] * in[1] + m[4 * i + 2] * in[2] + m[4 * i + 3];
    }
  });
}

}  // namespace

std::span<const Entry> colour_oracles() {
  static constexpr Entry kEntries[] = {
      {"saturation", saturation, 0.6},
      {"invert", invert, 0.6},
      {"color-matrix", color_matrix, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
