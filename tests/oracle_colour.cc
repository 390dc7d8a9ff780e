// Oracles of what mixes the channels of one pixel.
#include "oracle.h"

#include <array>
#include <cstdint>

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

void grayscale(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    const double y = luma(c);
    for (int i = 0; i < 3; ++i) c[i] = (1 - v[0]) * c[i] + v[0] * y;
  });
}

// The matrices as the standard writes them, with s = 1 - amount.
void sepia(Picture& p, Settings v) {
  const double s = 1 - v[0];
  each_pixel(p, [&](double* c, int, int) {
    const double r = c[0], g = c[1], b = c[2];
    c[0] = (0.393 + 0.607 * s) * r + (0.769 - 0.769 * s) * g + (0.189 - 0.189 * s) * b;
    c[1] = (0.349 - 0.349 * s) * r + (0.686 + 0.314 * s) * g + (0.168 - 0.168 * s) * b;
    c[2] = (0.272 - 0.272 * s) * r + (0.534 - 0.534 * s) * g + (0.131 + 0.869 * s) * b;
  });
}

void hue(Picture& p, Settings v) {
  const double angle = v[0] * std::acos(-1.0) / 180, k = std::cos(angle), s = std::sin(angle);
  each_pixel(p, [&](double* c, int, int) {
    const double r = c[0], g = c[1], b = c[2];
    c[0] = (0.213 + k * 0.787 - s * 0.213) * r + (0.715 - k * 0.715 - s * 0.715) * g +
           (0.072 - k * 0.072 + s * 0.928) * b;
    c[1] = (0.213 - k * 0.213 + s * 0.143) * r + (0.715 + k * 0.285 + s * 0.140) * g +
           (0.072 - k * 0.072 - s * 0.283) * b;
    c[2] = (0.213 - k * 0.213 - s * 0.787) * r + (0.715 - k * 0.715 + s * 0.715) * g +
           (0.072 + k * 0.928 + s * 0.072) * b;
  });
}

void vibrance(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    const double y = luma(c);
    const double range = std::max({c[0], c[1], c[2]}) - std::min({c[0], c[1], c[2]});
    for (int i = 0; i < 3; ++i) c[i] = y + (1 + v[0] * (1 - range)) * (c[i] - y);
  });
}

void channel_mixer(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    const double in[3] = {c[0], c[1], c[2]};
    for (size_t i = 0; i < 3; ++i) {
      const auto w = list_of(v, v[3] != 0 ? 0 : i);
      const double sum = w[0] + w[1] + w[2];
      c[i] = w[0] * in[0] + w[1] * in[1] + w[2] * in[2];
      if (v[4] != 0 && sum != 0) c[i] /= sum;
    }
  });
}

void duotone(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    const double y = luma(c);
    for (int i = 0; i < 3; ++i) {
      const double tone = (1 - y) * channel_of(v[0], i) + y * channel_of(v[1], i);
      c[i] += v[2] * (tone - c[i]);
    }
  });
}

using Vector = std::array<double, 3>;

Vector times(const double (&m)[3][3], const Vector& v) {
  Vector out{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t k = 0; k < 3; ++k) out[i] += m[i][k] * v[k];
  }
  return out;
}

// CIE XYZ, Y = 1, of a daylight, moved along v of CIE 1960; all by their published formulas.
Vector daylight(double kelvin, double tint) {
  const double t = 1000 / kelvin;
  const double x = kelvin <= 7000 ? 0.244063 + 0.09911 * t + 2.9678 * t * t - 4.6070 * t * t * t
                                  : 0.237040 + 0.24748 * t + 1.9018 * t * t - 2.0064 * t * t * t;
  const double y = 2.870 * x - 3 * x * x - 0.275;
  const double u = 4 * x / (12 * y - 2 * x + 3), v = 6 * y / (12 * y - 2 * x + 3) + tint;
  const double x1 = 3 * u / (2 * u - 8 * v + 4), y1 = 2 * v / (2 * u - 8 * v + 4);
  return {x1 / y1, 1, (1 - x1 - y1) / y1};
}

// Through XYZ and the cones step by step, with the published inverses.
void white_balance(Picture& p, Settings v) {
  constexpr double kXyz[3][3] = {{0.4123907993, 0.3575843394, 0.1804807884},
                                 {0.2126390059, 0.7151686788, 0.0721923154},
                                 {0.0193308187, 0.1191947798, 0.9505321522}};
  constexpr double kRgb[3][3] = {{3.2409699419, -1.5373831776, -0.4986107603},
                                 {-0.9692436363, 1.8759675015, 0.0415550574},
                                 {0.0556300797, -0.2039769589, 1.0569715142}};
  constexpr double kCones[3][3] = {
      {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}};
  constexpr double kFromCones[3][3] = {{0.9869929, -0.1470543, 0.1599627},
                                       {0.4323053, 0.5183603, 0.0492912},
                                       {-0.0085287, 0.0400428, 0.9684867}};
  const double mired = 1e6 / 6504 - 0.9 * v[0];
  const Vector light = times(kCones, daylight(1e6 / mired, v[1] / 3000));
  const Vector white = times(kCones, daylight(6504, 0));
  const auto adapt = [&](const Vector& linear) {
    Vector cones = times(kCones, times(kXyz, linear));
    for (size_t i = 0; i < 3; ++i) cones[i] *= white[i] / light[i];
    return times(kRgb, times(kFromCones, cones));
  };
  const double luminance = times(kXyz, adapt({1, 1, 1}))[1];
  each_pixel(p, [&](double* c, int, int) {
    const Vector out = adapt({decode(c[0]), decode(c[1]), decode(c[2])});
    for (size_t i = 0; i < 3; ++i) c[i] = encode(clamp01(out[i] / luminance));
  });
}

// Tetrahedra by their definition: walk from the near corner, the largest fraction's axis first.
void lut3d(Picture& p, Settings v) {
  const auto table = list_of(v, 0);
  const int side = static_cast<int>(std::lround(std::cbrt(table.size())));
  const auto colour = [&](const int(&at)[3], int channel) {
    const auto index = static_cast<size_t>(at[0] + side * (at[1] + side * at[2]));
    return static_cast<double>(static_cast<uint64_t>(table[index]) >> (16 * channel) & 65535) /
           65535;
  };
  each_pixel(p, [&](double* c, int, int) {
    int corner[3], order[3] = {0, 1, 2};
    double f[3];
    for (int i = 0; i < 3; ++i) {
      corner[i] = std::min(static_cast<int>(c[i] * (side - 1)), side - 2);
      f[i] = c[i] * (side - 1) - corner[i];
    }
    std::sort(order, order + 3, [&](int a, int b) { return f[a] > f[b]; });
    double out[3];
    for (int i = 0; i < 3; ++i) out[i] = colour(corner, i);
    for (const int axis : order) {
      double before[3];
      for (int i = 0; i < 3; ++i) before[i] = colour(corner, i);
      ++corner[axis];
      for (int i = 0; i < 3; ++i) out[i] += f[axis] * (colour(corner, i) - before[i]);
    }
    for (int i = 0; i < 3; ++i) c[i] += v[1] * (out[i] - c[i]);
  });
}

struct Chroma {
  double y, cb, cr;
};
Chroma chroma_of(const double* c) {
  const double y = luma(c);
  return {y, (c[2] - y) / 1.8556, (c[0] - y) / 1.5748};
}

void chroma_key(Picture& p, Settings v) {
  const double colour[3] = {channel_of(v[0], 0), channel_of(v[0], 1), channel_of(v[0], 2)};
  const Chroma key = chroma_of(colour);
  const double length = std::hypot(key.cb, key.cr);
  each_pixel(p, [&](double* c, int, int) {
    Chroma own = chroma_of(c);
    const double t = clamp01((std::hypot(own.cb - key.cb, own.cr - key.cr) - v[1]) / v[2]);
    c[3] *= t * t * (3 - 2 * t);
    if (length > 1e-6) {
      const double along = (own.cb * key.cb + own.cr * key.cr) / length;
      const double taken = v[3] * std::max(along, 0.0) / length;
      own.cb -= taken * key.cb;
      own.cr -= taken * key.cr;
    }
    c[0] = own.y + 1.5748 * own.cr;
    c[2] = own.y + 1.8556 * own.cb;
    c[1] = (own.y - 0.2126 * c[0] - 0.0722 * c[2]) / 0.7152;
  });
}

}  // namespace

std::span<const Entry> colour_oracles() {
  static constexpr Entry kEntries[] = {
      {"saturation", saturation, 0.6},
      {"invert", invert, 0.6},
      {"color-matrix", color_matrix, 0.6},
      {"grayscale", grayscale, 0.6},
      {"sepia", sepia, 0.6},
      {"hue", hue, 0.6},
      {"vibrance", vibrance, 0.6},
      {"channel-mixer", channel_mixer, 0.6},
      {"duotone", duotone, 0.6},
      {"white-balance", white_balance, 0.6},
      {"lut3d", lut3d, 0.6},
      {"chroma-key", chroma_key, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
