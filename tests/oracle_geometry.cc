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

}  // namespace

std::span<const Entry> geometry_oracles() {
  static constexpr Entry kEntries[] = {
      {"resize", resize, 1.5},
      {"crop", crop, 0},
      {"flip", flip, 0},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
