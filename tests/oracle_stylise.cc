// Oracles of what makes a picture of another kind: few colours, dots, grain.
#include "oracle.h"

#include <cstdint>

namespace stopbath::oracle {
namespace {

void gradient_map(Picture& p, Settings v) {
  const auto colors = list_of(v, 0);
  each_pixel(p, [&](double* c, int, int) {
    const double at = clamp01(p.luma(c)) * static_cast<double>(colors.size() - 1);
    const auto k = std::min(static_cast<size_t>(at), colors.size() - 2);
    for (int i = 0; i < 3; ++i) {
      const double from = channel_of(colors[k], i), to = channel_of(colors[k + 1], i);
      c[i] += v[1] * (from + (at - static_cast<double>(k)) * (to - from) - c[i]);
    }
  });
}

void posterize(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int x, int y) {
    for (int i = 0; i < 3; ++i) {
      const double at = c[i] * v[0], whole = std::floor(at + 1e-9);
      const double beside = at - std::round(at);
      if (std::fabs(beside) > 1e-9 && std::fabs(beside) < kNearJump) p.mark_jump(x, y);
      c[i] = std::min(whole, v[0] - 1) / (v[0] - 1);
    }
  });
}

// Bayer's matrix by its recursion: M_2n = 4 M_n + M_2 of the quadrant.
int bayer(int x, int y, int side) {
  if (side == 1) return 0;
  const int half = side / 2;
  constexpr int kQuadrant[2][2] = {{0, 2}, {3, 1}};
  return 4 * bayer(x % half, y % half, half) + kQuadrant[y / half][x / half];
}

void dither(Picture& p, Settings v) {
  const int side = 2 << static_cast<int>(v[1]);
  const double steps = v[0] - 1;
  each_pixel(p, [&](double* c, int x, int y) {
    const double t = (bayer(x % side, y % side, side) + 0.5) / (side * side);
    for (int i = 0; i < 3; ++i) {
      const double at = steps * c[i] + t;
      if (std::fabs(at - std::round(at)) < kNearJump) p.mark_jump(x, y);
      c[i] = std::floor(at) / steps;
    }
  });
}

double grain_noise(uint32_t x, uint32_t y, uint32_t seed, uint32_t channel) {
  uint32_t h = x * 0x9e3779b1u + y * 0x85ebca77u;
  h ^= (3 * seed + channel) * 0xc2b2ae3du;
  h = (h ^ h >> 16) * 0x85ebca6bu;
  h = (h ^ h >> 13) * 0xc2b2ae35u;
  h ^= h >> 16;
  return std::sqrt(6.0) / 65536 * (static_cast<double>(h & 65535) + (h >> 16) - 65535);
}

void grain(Picture& p, Settings v) {
  const double size = std::max(v[1], 1.0);
  each_pixel(p, [&](double* c, int px, int py) {
    const double u = px / size, w = py / size;
    const auto x = static_cast<uint32_t>(u), y = static_cast<uint32_t>(w);
    const auto smooth = [](double t) { return t * t * (3 - 2 * t); };
    const double right = smooth(u - x), below = smooth(w - y);
    const double weights[2][2] = {{(1 - right) * (1 - below), right * (1 - below)},
                                  {(1 - right) * below, right * below}};
    for (uint32_t i = 0; i < 3; ++i) {
      double sum = 0, squares = 0;
      for (uint32_t dy = 0; dy < 2; ++dy) {
        for (uint32_t dx = 0; dx < 2; ++dx) {
          const double noise =
              grain_noise(x + dx, y + dy, static_cast<uint32_t>(v[3]), v[2] != 0 ? 0 : i);
          sum += weights[dy][dx] * noise;
          squares += weights[dy][dx] * weights[dy][dx];
        }
      }
      c[i] += v[0] / 255 * std::min(v[1], 1.0) * sum / std::sqrt(squares);
    }
  });
}

void halftone(Picture& p, Settings v) {
  const auto printed = [&](double tone, int px, int py, double turn) {
    const double angle = (v[1] + turn) * std::acos(-1.0) / 180, x = px + 0.5, y = py + 0.5;
    const double u = (x * std::cos(angle) + y * std::sin(angle)) / v[0];
    const double w = (y * std::cos(angle) - x * std::sin(angle)) / v[0];
    const double d = std::fabs(u - std::floor(u) - 0.5) + std::fabs(w - std::floor(w) - 0.5);
    const double threshold = d < 0.5 ? 2 * d * d : 1 - 2 * (1 - d) * (1 - d);
    const double k = std::max(v[0] / 2, 1.0), ink = 1 - tone;
    double dark = ink;
    if (ink < 0.5 / k) {
      dark = std::sqrt(2 * ink / k) - 0.5 / k;
    } else if (tone < 0.5 / k) {
      dark = 1 + 0.5 / k - std::sqrt(2 * std::max(tone, 0.0) / k);
    }
    const double dots = clamp01(0.5 + k * (threshold - dark));
    return tone + clamp01((v[0] - 1) / 2) * (dots - tone);
  };
  constexpr double kTurns[3] = {-30, 30, -45};
  each_pixel(p, [&](double* c, int x, int y) {
    const double grey = p.luma(c);
    for (int i = 0; i < 3; ++i) {
      c[i] = v[2] != 0 ? printed(grey, x, y, 0) : printed(c[i], x, y, kTurns[i]);
    }
  });
}

}  // namespace

std::span<const Entry> stylise_oracles() {
  static constexpr Entry kEntries[] = {
      {"gradient-map", gradient_map, 0.6},
      {"posterize", posterize, 0.6},
      {"dither", dither, 0.6},
      {"grain", grain, 0.6},
      {"halftone", halftone, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
