// Oracles of what moves pixels or changes the size of the image.
#include "oracle.h"

namespace stopbath::oracle {
namespace {

using Pixel = std::array<double, 4>;

Picture blank(int width, int height) {
  return {width, height, std::vector<double>(static_cast<size_t>(width) * height * 4), {}};
}

void crop(Picture& p, Settings v) {
  const int x0 = static_cast<int>(v[0]), y0 = static_cast<int>(v[1]);
  const int width = v[2] > 0 ? static_cast<int>(v[2]) : p.width - x0;
  const int height = v[3] > 0 ? static_cast<int>(v[3]) : p.height - y0;
  Picture out = blank(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) std::copy_n(p.pixel(x0 + x, y0 + y), 4, out.pixel(x, y));
  }
  p = std::move(out);
}

void flip(Picture& p, Settings v) {
  Picture out = blank(p.width, p.height);
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      std::copy_n(p.pixel(v[0] != 0 ? p.width - 1 - x : x, v[1] != 0 ? p.height - 1 - y : y), 4,
                  out.pixel(x, y));
    }
  }
  p = std::move(out);
}

double sinc(double x) { return x == 0 ? 1 : std::sin(M_PI * x) / (M_PI * x); }

double kernel(int filter, double x) {
  x = std::fabs(x);
  switch (filter) {
    case 1:
      return std::max(0.0, 1 - x);
    case 2:
      if (x >= 2) return 0;
      return x < 1 ? (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6
                   : (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6;
    default:
      return x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }
}

// Along x; the picture is premultiplied.
Picture resampled(const Picture& p, int width, double offset, double ratio, int filter) {
  if (ratio == 1) filter = 1;
  Picture out = blank(width, p.height);
  const double scale = std::max(1.0, ratio);
  for (int x = 0; x < width; ++x) {
    const double centre = (x + offset + 0.5) * ratio;
    const int from = std::max(static_cast<int>(std::floor(centre - 3 * scale)) - 1, 0);
    const int to = std::min(static_cast<int>(std::ceil(centre + 3 * scale)) + 1, p.width - 1);
    double norm = 0;
    for (int j = from; j <= to; ++j) norm += kernel(filter, (j + 0.5 - centre) / scale);
    for (int j = from; j <= to; ++j) {
      const double w = kernel(filter, (j + 0.5 - centre) / scale) / norm;
      for (int y = 0; y < p.height; ++y) {
        const double* in = p.pixel(j, y);
        for (int c = 0; c < 4; ++c) out.pixel(x, y)[c] += w * in[c];
      }
    }
  }
  return out;
}

Picture transposed(const Picture& p) {
  Picture out = blank(p.height, p.width);
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) std::copy_n(p.pixel(x, y), 4, out.pixel(y, x));
  }
  return out;
}

template <class Function>
void each_colour(Picture& p, Function function) {
  for (size_t i = 0; i < p.values.size(); i += 4) function(&p.values[i]);
}

void resize(Picture& p, Settings v) {
  if (v[0] == 0 && v[1] == 0) return;
  const int fit = static_cast<int>(v[2]), filter = static_cast<int>(v[3]);
  double sx = v[0] / p.width, sy = v[1] / p.height;
  if (v[0] == 0) sx = sy;
  if (v[1] == 0) sy = sx;
  if (fit == 0) sx = sy = std::min(sx, sy);
  if (fit == 1) sx = sy = std::max(sx, sy);
  const int whole_w = std::max(1, static_cast<int>(std::lround(sx * p.width)));
  const int whole_h = std::max(1, static_cast<int>(std::lround(sy * p.height)));
  const bool cut = fit == 1 && v[0] > 0 && v[1] > 0;
  const int width = cut ? static_cast<int>(v[0]) : whole_w;
  const int height = cut ? static_cast<int>(v[1]) : whole_h;
  const double rx = static_cast<double>(p.width) / whole_w;
  const double ry = static_cast<double>(p.height) / whole_h;
  const int x0 = (whole_w - width) / 2, y0 = (whole_h - height) / 2;
  if (filter == 0) {
    Picture out = blank(width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        std::copy_n(p.pixel(std::min(static_cast<int>((x + x0 + 0.5) * rx), p.width - 1),
                            std::min(static_cast<int>((y + y0 + 0.5) * ry), p.height - 1)),
                    4, out.pixel(x, y));
      }
    }
    p = std::move(out);
    return;
  }
  if (rx == 1 && ry == 1 && !cut) return;
  const bool light = v[4] == 0;
  each_colour(p, [&](double* c) {
    for (int i = 0; i < 3; ++i) c[i] = (light ? decode(c[i]) : c[i]) * c[3];
  });
  p = transposed(
      resampled(transposed(resampled(p, width, x0, rx, filter)), height, y0, ry, filter));
  each_colour(p, [&](double* c) {
    for (int i = 0; i < 3; ++i) {
      const double straight = c[3] > 0 ? clamp01(std::max(c[i], 0.0) / c[3]) : 0;
      c[i] = light ? encode(straight) : straight;
    }
    c[3] = clamp01(c[3]);
  });
}

double cubic(double x) {
  x = std::fabs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

// Premultiplied RGBA at a point of a premultiplied picture; outside it, the ground.
Pixel sampled(const Picture& p, double x, double y, const Pixel& ground, bool repeats) {
  Pixel sum{};
  const int cx = static_cast<int>(std::floor(x - 0.5)), cy = static_cast<int>(std::floor(y - 0.5));
  for (int j = cy - 1; j <= cy + 2; ++j) {
    for (int i = cx - 1; i <= cx + 2; ++i) {
      const double w = cubic(x - 0.5 - i) * cubic(y - 0.5 - j);
      const bool inside = i >= 0 && i < p.width && j >= 0 && j < p.height;
      const double* in =
          inside || repeats ? p.pixel(std::clamp(i, 0, p.width - 1), std::clamp(j, 0, p.height - 1))
                            : ground.data();
      for (size_t c = 0; c < 4; ++c) sum[c] += w * in[c];
    }
  }
  return sum;
}

void premultiply(Picture& p) {
  each_colour(p, [](double* c) {
    for (int i = 0; i < 3; ++i) c[i] *= c[3];
  });
}

void straighten(Picture& p) {
  each_colour(p, [](double* c) {
    for (int i = 0; i < 3; ++i) c[i] = c[3] > 0 ? clamp01(std::max(c[i], 0.0) / c[3]) : 0;
    c[3] = clamp01(c[3]);
  });
}

Pixel ground_of(double colour, double opacity) {
  const int rgb = static_cast<int>(colour);
  return {(rgb >> 16) / 255.0 * opacity, (rgb >> 8 & 255) / 255.0 * opacity,
          (rgb & 255) / 255.0 * opacity, opacity};
}

void rotate(Picture& p, Settings v) {
  const double a = v[0] * M_PI / 180, w = p.width, h = p.height;
  double c = std::cos(a), s = std::sin(a);
  if (std::fmod(v[0], 90) == 0) c = std::round(c), s = std::round(s);
  if (c == 1) return;
  int width = p.width, height = p.height;
  if (v[1] != 0) {
    width = static_cast<int>(std::ceil(std::fabs(w * c) + std::fabs(h * s) - 1e-6));
    height = static_cast<int>(std::ceil(std::fabs(w * s) + std::fabs(h * c) - 1e-6));
  }
  premultiply(p);
  Picture out = blank(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = x + 0.5 - width / 2.0, dy = y + 0.5 - height / 2.0;
      const Pixel pixel = sampled(p, c * dx + s * dy + w / 2, c * dy - s * dx + h / 2,
                                  ground_of(v[2], v[3]), false);
      std::copy(pixel.begin(), pixel.end(), out.pixel(x, y));
    }
  }
  straighten(out);
  p = std::move(out);
}

// Where (u, v) of the unit square goes when its corners go to the points, by the eight equations.
struct Homography {
  double m[8];

  explicit Homography(const double* points) {
    constexpr double kUnit[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    double a[8][9] = {};
    for (int k = 0; k < 4; ++k) {
      const double u = kUnit[k][0], v = kUnit[k][1];
      for (int axis = 0; axis < 2; ++axis) {
        double* row = a[2 * k + axis];
        row[3 * axis] = u, row[3 * axis + 1] = v, row[3 * axis + 2] = 1;
        row[6] = -u * points[2 * k + axis], row[7] = -v * points[2 * k + axis];
        row[8] = points[2 * k + axis];
      }
    }
    for (int i = 0; i < 8; ++i) {
      int best = i;
      for (int r = i; r < 8; ++r) best = std::fabs(a[r][i]) > std::fabs(a[best][i]) ? r : best;
      std::swap(a[i], a[best]);
      for (int r = 0; r < 8; ++r) {
        if (r == i) continue;
        const double f = a[r][i] / a[i][i];
        for (int k = i; k < 9; ++k) a[r][k] -= f * a[i][k];
      }
    }
    for (int i = 0; i < 8; ++i) m[i] = a[i][8] / a[i][i];
  }
  // Solves for the point that goes to (x, y), or gives the point (u, v) goes to.
  std::array<double, 3> forward(double u, double v) const {
    const double w = m[6] * u + m[7] * v + 1;
    return {(m[0] * u + m[1] * v + m[2]) / w, (m[3] * u + m[4] * v + m[5]) / w, w};
  }
  std::array<double, 3> backward(double x, double y) const {
    const double a = m[0] - x * m[6], b = m[1] - x * m[7], e = x - m[2];
    const double c = m[3] - y * m[6], d = m[4] - y * m[7], f = y - m[5];
    const double det = a * d - b * c;
    const double u = (e * d - b * f) / det, v = (a * f - c * e) / det;
    return {u, v, m[6] * u + m[7] * v + 1};
  }
};

void perspective(Picture& p, Settings v) {
  const double* points = &v[static_cast<size_t>(v[0]) + 1];
  const Homography h(points);
  const bool correct = v[1] != 0;
  const double middle = correct ? h.forward(0.5, 0.5)[2] : h.m[6] * 0.5 + h.m[7] * 0.5 + 1;
  premultiply(p);
  Picture out = blank(p.width, p.height);
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      const double u = (x + 0.5) / p.width, t = (y + 0.5) / p.height;
      const auto at = correct ? h.forward(u, t) : h.backward(u, t);
      Pixel pixel = ground_of(v[2], v[3]);
      if (at[2] * middle > 0)
        pixel = sampled(p, std::clamp(at[0], -9.0, 9.0) * p.width,
                        std::clamp(at[1], -9.0, 9.0) * p.height, pixel, false);
      std::copy(pixel.begin(), pixel.end(), out.pixel(x, y));
    }
  }
  straighten(out);
  p = std::move(out);
}

void chromatic_aberration(Picture& p, Settings v) {
  if (v[0] == 0 && v[1] == 0) return;
  const double r = std::hypot(p.width, p.height) / 2;
  premultiply(p);
  Picture out = p;
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      const double cx = p.width / 2.0, cy = p.height / 2.0;
      for (const int c : {0, 2}) {
        const double k = 1 - v[c == 0 ? 0 : 1] / r;
        const Pixel pixel = sampled(p, cx + (x + 0.5 - cx) * k, cy + (y + 0.5 - cy) * k, {}, true);
        // A valid colour of its own place, then of this one.
        const double colour =
            std::max(pixel[static_cast<size_t>(c)], 0.0) / std::max(pixel[3], 1.0);
        out.pixel(x, y)[c] = std::min({colour, clamp01(pixel[3]), out.pixel(x, y)[3]});
      }
    }
  }
  straighten(out);
  p = std::move(out);
}

void pixelate(Picture& p, Settings v) {
  if (v[0] <= 1) return;
  each_colour(p, [](double* c) {
    for (int i = 0; i < 3; ++i) c[i] = decode(c[i]) * c[3];
  });
  const Picture in = p;
  const auto edges = [&](int side) {
    std::vector<int> all = {0};
    for (int k = 1; all.back() < side; ++k)
      all.push_back(std::min(static_cast<int>(std::floor(k * v[0] + 0.5)), side));
    return all;
  };
  const std::vector<int> xs = edges(p.width), ys = edges(p.height);
  for (size_t j = 0; j + 1 < ys.size(); ++j) {
    for (size_t i = 0; i + 1 < xs.size(); ++i) {
      Pixel mean{};
      const double count = (xs[i + 1] - xs[i]) * (ys[j + 1] - ys[j]);
      const auto each = [&](const auto& visit) {
        for (int y = ys[j]; y < ys[j + 1]; ++y)
          for (int x = xs[i]; x < xs[i + 1]; ++x) visit(x, y);
      };
      each([&](int x, int y) {
        for (size_t c = 0; c < 4; ++c) mean[c] += in.pixel(x, y)[c] / count;
      });
      each([&](int x, int y) { std::copy(mean.begin(), mean.end(), p.pixel(x, y)); });
    }
  }
  each_colour(p, [](double* c) {
    for (int i = 0; i < 3; ++i) c[i] = c[3] > 0 ? encode(clamp01(c[i] / c[3])) : 0;
  });
}

}  // namespace

std::span<const Entry> geometry_oracles() {
  static constexpr Entry kEntries[] = {
      {"resize", resize, 1.5},
      {"crop", crop, 0},
      {"flip", flip, 0},
      {"rotate", rotate, 2},
      {"perspective", perspective, 2},
      {"pixelate", pixelate, 1},
      {"chromatic-aberration", chromatic_aberration, 2},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
