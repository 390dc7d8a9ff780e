// Oracles of what puts a filtered image together with the one it was made from, of custom kernels
// and of screens.
#include "effects/effect.h"
#include "oracle.h"

namespace stopbath::oracle {
namespace {

// Straight colours of the original and of its blur; alpha stays.
void unsharp_mask(Picture& p, Settings v) {
  Picture blurred = p;
  blur(blurred, v[0]);
  const double t = v[2] / 255;
  each_pixel(p, [&](double* c, int x, int y) {
    for (int i = 0; i < 3; ++i) {
      const double d = c[i] - blurred.pixel(x, y)[i];
      c[i] += v[1] * (d - std::clamp(d, -t, t));
    }
  });
}

void clarity(Picture& p, Settings v) {
  Picture blurred = p;
  blur(blurred, v[1]);
  each_pixel(p, [&](double* c, int x, int y) {
    const double l = p.luma(c);
    const double change = v[0] * 4 * l * (1 - l) * (l - p.luma(blurred.pixel(x, y)));
    for (int i = 0; i < 3; ++i) c[i] += change;
  });
}

void shadows_highlights(Picture& p, Settings v) {
  Picture blurred = p;
  blur(blurred, v[2]);
  each_pixel(p, [&](double* c, int x, int y) {
    const double m = p.luma(blurred.pixel(x, y));
    const double e = v[1] * std::max(2 * m - 1, 0.0) - v[0] * std::max(1 - 2 * m, 0.0);
    for (int i = 0; i < 3; ++i) c[i] = std::pow(c[i], std::exp2(e));
  });
}

// The image over a layer of `rgb`, whose alpha is layer(x, y).
template <class Layer>
void over(Picture& p, double rgb, double opacity, Layer layer) {
  const int bits = static_cast<int>(rgb);
  const double colour[3] = {(bits >> 16) / 255.0, (bits >> 8 & 255) / 255.0, (bits & 255) / 255.0};
  Picture out = p;
  each_pixel(out, [&](double* c, int x, int y) {
    const double under = layer(x, y) * opacity * (1 - c[3]);
    const double a = c[3] + under;
    for (int i = 0; i < 3; ++i) c[i] = a > 0 ? (c[i] * c[3] + colour[i] * under) / a : 0;
    c[3] = a;
  });
  p = out;
}

void drop_shadow(Picture& p, Settings v) {
  Picture shadow = p;
  blur(shadow, v[2]);
  const int dx = static_cast<int>(std::floor(v[0] + 0.5));
  const int dy = static_cast<int>(std::floor(v[1] + 0.5));
  over(p, v[3], v[4], [&](int x, int y) {
    return shadow.pixel(std::clamp(x - dx, 0, p.width - 1), std::clamp(y - dy, 0, p.height - 1))[3];
  });
}

void outline(Picture& p, Settings v) {
  if (v[0] == 0) return;
  const int r = static_cast<int>(std::ceil(v[0] + 1));
  const Picture in = p;
  over(p, v[1], v[2], [&](int x, int y) {
    double most = 0;
    for (int dy = -r; dy <= r; ++dy) {
      for (int dx = -r; dx <= r; ++dx) {
        const double* c =
            in.pixel(std::clamp(x + dx, 0, p.width - 1), std::clamp(y + dy, 0, p.height - 1));
        most = std::max(most, std::min(c[3], clamp01(v[0] + 0.5 - std::hypot(dx, dy))));
      }
    }
    return most;
  });
}

// Means over squares of 2 r + 1 pixels a side; RGBA as it is.
Picture means(const Picture& in, int r) {
  Picture out = in;
  each_window(out, false, [&](auto at, double* o) {
    for (int c = 0; c < 4; ++c) {
      o[c] = 0;
      for (int y = -r; y <= r; ++y) {
        for (int x = -r; x <= r; ++x) o[c] += at(x, y)[c] / ((2 * r + 1) * (2 * r + 1));
      }
    }
  });
  return out;
}

void denoise(Picture& p, Settings v) {
  if (v[0] == 0) return;
  const int r = static_cast<int>(v[1]);
  const double noise = 3 * (v[0] / 255) * (v[0] / 255);
  Picture slopes = p;
  each_pixel(slopes, [](double* c, int, int) {
    for (int i = 0; i < 3; ++i) c[i] *= c[3];
  });
  each_window(slopes, false, [&](auto at, double* out) {
    const int n = (2 * r + 1) * (2 * r + 1);
    double variance = 0, mean[4];
    for (int c = 0; c < 4; ++c) {
      double sum = 0, squares = 0;
      for (int y = -r; y <= r; ++y) {
        for (int x = -r; x <= r; ++x) {
          sum += at(x, y)[c] / n;
          squares += at(x, y)[c] * at(x, y)[c] / n;
        }
      }
      mean[c] = sum;
      const double own = std::max(squares - sum * sum, 0.0);
      // Alpha's variance by 64, of which rounding to 2 (1/8 level)^2 is let go.
      variance += c < 3 ? own : 64 * std::max(own - 2.0 / (2040 * 2040), 0.0);
    }
    out[3] = variance / (variance + noise);
    for (int c = 0; c < 3; ++c) out[c] = (1 - out[3]) * mean[c];
  });
  const Picture lines = means(slopes, r);
  each_pixel(p, [&](double* c, int x, int y) {
    const double* line = lines.pixel(x, y);
    for (int i = 0; i < 3; ++i) {
      const double out = std::min(c[i] * c[3] * line[3] + line[i], c[3]);
      c[i] = c[3] > 0 ? out / c[3] : 0;
    }
  });
}

void convolve(Picture& p, Settings v) {
  const auto kernel = list_of(v, 0);
  const int half = kernel.size() == 9 ? 1 : kernel.size() == 25 ? 2 : 3;
  double sum = 0;
  for (const double k : kernel) sum += k;
  const double scale = v[1] != 0 && std::fabs(sum) > 1e-9 ? 1 / sum : 1;
  each_window(p, true, [&](auto at, double* out) {
    double alpha = 0;
    std::fill_n(out, 3, 0.0);
    size_t i = 0;
    for (int y = -half; y <= half; ++y) {
      for (int x = -half; x <= half; ++x, ++i) {
        for (int c = 0; c < 3; ++c) out[c] += scale * kernel[i] * at(x, y)[c];
        alpha += kernel[i] * at(x, y)[3];
      }
    }
    out[3] = std::fabs(sum) > 1e-9 ? alpha / sum : at(0, 0)[3];
    for (int c = 0; c < 3; ++c) out[c] += v[2] * out[3];
  });
}

}  // namespace

std::span<const Entry> mixed_oracles() {
  static constexpr Entry kEntries[] = {
      {"unsharp-mask", unsharp_mask, 10},  // five times the blur's error, on white noise
      {"clarity", clarity, 1.0},          {"shadows-highlights", shadows_highlights, 1.0},
      {"drop-shadow", drop_shadow, 0.7},  {"outline", outline, 0.6},
      {"denoise", denoise, 0.7},          {"convolve", convolve, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
