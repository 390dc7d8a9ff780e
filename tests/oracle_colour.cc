// Oracles of what mixes the channels of one pixel.
#include "oracle.h"

#include <array>
#include <cstdint>

#include "effects/registry.h"

namespace stopbath::oracle {
namespace {

constexpr double kRed[3] = {1, 0, 0}, kGreen[3] = {0, 1, 0}, kBlue[3] = {0, 0, 1};

void saturation(Picture& p, Settings v) {
  each_pixel(p, [&](double* c, int, int) {
    const bool srgb = p.space == ColorSpace::kSrgb;
    const double y = srgb ? 0.213 * c[0] + 0.715 * c[1] + 0.072 * c[2] : p.luma(c);
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
    const double y = p.luma(c);
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

// Along luma nothing changes; the rest turns in the plane of b - y and y - r.
void hue_in_p3(Picture& p, double k, double s) {
  each_pixel(p, [&](double* c, int, int) {
    const double y = p.luma(c), r = c[0] - y, g = c[1] - y, b = c[2] - y;
    c[0] = y + k * r + s * b;
    c[1] = y + k * g - s * (p.luma(kRed) * b - p.luma(kBlue) * r) / p.luma(kGreen);
    c[2] = y + k * b - s * r;
  });
}

void hue(Picture& p, Settings v) {
  const double angle = v[0] * std::acos(-1.0) / 180, k = std::cos(angle), s = std::sin(angle);
  if (p.space == ColorSpace::kDisplayP3) return hue_in_p3(p, k, s);
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
    const double y = p.luma(c);
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
    const double y = p.luma(c);
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

// To ten digits, from the chromaticities of the primaries and of D65 (0.3127, 0.3290).
constexpr double kSrgbToXyz[3][3] = {{0.4123907993, 0.3575843394, 0.1804807884},
                                     {0.2126390059, 0.7151686788, 0.0721923154},
                                     {0.0193308187, 0.1191947798, 0.9505321522}};
constexpr double kXyzToSrgb[3][3] = {{3.2409699419, -1.5373831776, -0.4986107603},
                                     {-0.9692436363, 1.8759675015, 0.0415550574},
                                     {0.0556300797, -0.2039769589, 1.0569715142}};
constexpr double kP3ToXyz[3][3] = {{0.4865709486, 0.2656676932, 0.1982172852},
                                   {0.2289745641, 0.6917385218, 0.0792869141},
                                   {0, 0.0451133819, 1.0439443689}};
constexpr double kXyzToP3[3][3] = {{2.4934969119, -0.9313836179, -0.4027107845},
                                   {-0.8294889696, 1.7626640603, 0.0236246858},
                                   {0.0358458302, -0.0761723893, 0.9568845240}};

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
  const auto& to_xyz = p.space == ColorSpace::kSrgb ? kSrgbToXyz : kP3ToXyz;
  const auto& to_rgb = p.space == ColorSpace::kSrgb ? kXyzToSrgb : kXyzToP3;
  constexpr double kCones[3][3] = {
      {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}};
  constexpr double kFromCones[3][3] = {{0.9869929, -0.1470543, 0.1599627},
                                       {0.4323053, 0.5183603, 0.0492912},
                                       {-0.0085287, 0.0400428, 0.9684867}};
  const double mired = 1e6 / 6504 - 0.9 * v[0];
  const Vector light = times(kCones, daylight(1e6 / mired, v[1] / 3000));
  const Vector white = times(kCones, daylight(6504, 0));
  const auto adapt = [&](const Vector& linear) {
    Vector cones = times(kCones, times(to_xyz, linear));
    for (size_t i = 0; i < 3; ++i) cones[i] *= white[i] / light[i];
    return times(to_rgb, times(kFromCones, cones));
  };
  const double luminance = times(to_xyz, adapt({1, 1, 1}))[1];
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
// By the weights of red and blue.
Chroma chroma_of(const Picture& p, const double* c) {
  const double y = p.luma(c);
  return {y, (c[2] - y) / 2 / (1 - p.luma(kBlue)), (c[0] - y) / 2 / (1 - p.luma(kRed))};
}

void chroma_key(Picture& p, Settings v) {
  const double colour[3] = {channel_of(v[0], 0), channel_of(v[0], 1), channel_of(v[0], 2)};
  const Chroma key = chroma_of(p, colour);
  const double length = std::hypot(key.cb, key.cr);
  each_pixel(p, [&](double* c, int, int) {
    Chroma own = chroma_of(p, c);
    const double t = clamp01((std::hypot(own.cb - key.cb, own.cr - key.cr) - v[1]) / v[2]);
    c[3] *= t * t * (3 - 2 * t);
    if (length > 1e-6) {
      const double along = (own.cb * key.cb + own.cr * key.cr) / length;
      const double taken = v[3] * std::max(along, 0.0) / length;
      own.cb -= taken * key.cb;
      own.cr -= taken * key.cr;
    }
    c[0] = own.y + 2 * (1 - p.luma(kRed)) * own.cr;
    c[2] = own.y + 2 * (1 - p.luma(kBlue)) * own.cb;
    c[1] = (own.y - p.luma(kRed) * c[0] - p.luma(kBlue) * c[2]) / p.luma(kGreen);
  });
}

}  // namespace

void convert(Picture& p, ColorSpace to) {
  if (to == p.space) return;
  const auto& to_xyz = p.space == ColorSpace::kSrgb ? kSrgbToXyz : kP3ToXyz;
  const auto& to_rgb = to == ColorSpace::kSrgb ? kXyzToSrgb : kXyzToP3;
  each_pixel(p, [&](double* c, int, int) {
    const Vector out = times(to_rgb, times(to_xyz, {decode(c[0]), decode(c[1]), decode(c[2])}));
    for (size_t i = 0; i < 3; ++i) c[i] = encode(clamp01(out[i]));
  });
  p.space = to;
}

Step in_space(const Step& step, ColorSpace space) {
  const auto params = effects()[static_cast<size_t>(step.effect)].params;
  Step out = step;
  const auto convert_at = [&](size_t i) {
    Picture p{1, 1, {0, 0, 0, 1}, {}, ColorSpace::kSrgb};
    for (int c = 0; c < 3; ++c) p.values[static_cast<size_t>(c)] = channel_of(step.values[i], c);
    convert(p, space);
    double color = 0;
    for (size_t c = 0; c < 3; ++c) color = 256 * color + std::floor(p.values[c] * 255 + 0.5);
    out.values[i] = color;
  };
  for (size_t i = 0; i < params.size(); ++i) {
    if (params[i].type == ParamType::kColor) convert_at(i);
    if (params[i].type != ParamType::kColors) continue;
    const auto list = static_cast<size_t>(step.values[i]);
    for (size_t k = 1; k <= static_cast<size_t>(step.values[list]); ++k) convert_at(list + k);
  }
  return out;
}

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
