// The slow, obvious implementation of every effect, in double precision with the C library's
// functions, one pixel at a time. What the fast core computes is compared with this.
#ifndef STOPBATH_TESTS_ORACLE_H_
#define STOPBATH_TESTS_ORACLE_H_

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "effects/chain.h"
#include "effects/registry.h"
#include "scene.h"

namespace stopbath::oracle {

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<double> values;  // RGBA, straight alpha, 0..1

  double* pixel(int x, int y) { return &values[(static_cast<size_t>(y) * width + x) * 4]; }
  const double* pixel(int x, int y) const {
    return &values[(static_cast<size_t>(y) * width + x) * 4];
  }
};

inline Picture from_image(const Image& image) {
  Picture p{image.width, image.height, {}};
  for (const uint8_t byte : image.bytes) p.values.push_back(byte / 255.0);
  return p;
}

inline double clamp01(double v) { return std::clamp(v, 0.0, 1.0); }
inline double decode(double v) {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}
inline double encode(double v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

template <class Function>
void each_pixel(Picture& p, Function function) {
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      double* v = p.pixel(x, y);
      function(v, x, y);
      for (int c = 0; c < 3; ++c) v[c] = clamp01(v[c]);
    }
  }
}

// Normalised samples of the Gaussian out to 6 sigma, premultiplied alpha, edges repeated.
inline void gaussian_blur(Picture& p, double sigma) {
  if (sigma == 0) return;
  const int reach = static_cast<int>(std::ceil(6 * sigma));
  std::vector<double> weight;
  double total = 0;
  for (int k = -reach; k <= reach; ++k) {
    weight.push_back(std::exp(-0.5 * k * k / (sigma * sigma)));
    total += weight.back();
  }
  for (double& w : weight) w /= total;
  each_pixel(p, [](double* v, int, int) {
    for (int c = 0; c < 3; ++c) v[c] *= v[3];
  });
  for (const bool along_x : {true, false}) {
    const Picture in = p;
    const int side = along_x ? p.width : p.height;
    for (int y = 0; y < p.height; ++y) {
      for (int x = 0; x < p.width; ++x) {
        double sum[4] = {};
        for (int k = -reach; k <= reach; ++k) {
          const int at = std::clamp((along_x ? x : y) + k, 0, side - 1);
          const double* v = along_x ? in.pixel(at, y) : in.pixel(x, at);
          for (int c = 0; c < 4; ++c) sum[c] += weight[static_cast<size_t>(k + reach)] * v[c];
        }
        for (int c = 0; c < 4; ++c) p.pixel(x, y)[c] = sum[c];
      }
    }
  }
  each_pixel(p, [](double* v, int, int) {
    for (int c = 0; c < 3; ++c) v[c] = v[3] > 0 ? v[c] / v[3] : 0;
  });
}

inline void levels(Picture& p, const std::vector<double>& v) {
  const double black = v[0] / 255, white = v[1] / 255, out_black = v[3] / 255,
               out_white = v[4] / 255;
  each_pixel(p, [&](double* c, int, int) {
    for (int i = 0; i < 3; ++i) {
      const double t = clamp01((c[i] - black) / (white - black));
      c[i] = out_black + (out_white - out_black) * std::pow(t, 1 / v[2]);
    }
  });
}

inline void exposure(Picture& p, double stops) {
  each_pixel(p, [&](double* c, int, int) {
    for (int i = 0; i < 3; ++i) c[i] = encode(clamp01(decode(c[i]) * std::exp2(stops)));
  });
}

inline void saturation(Picture& p, double amount) {
  each_pixel(p, [&](double* c, int, int) {
    const double y = 0.213 * c[0] + 0.715 * c[1] + 0.072 * c[2];
    for (int i = 0; i < 3; ++i) c[i] = y + amount * (c[i] - y);
  });
}

inline void vignette(Picture& p, const std::vector<double>& v) {
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

inline void invert(Picture& p, double amount) {
  each_pixel(p, [&](double* c, int, int) {
    for (int i = 0; i < 3; ++i) c[i] += amount * (1 - 2 * c[i]);
  });
}

// False when the effect has no oracle yet.
inline bool apply(Picture& p, const Step& step) {
  const std::string_view name = effects()[static_cast<size_t>(step.effect)].name;
  const std::vector<double>& v = step.values;
  if (name == "gaussian-blur") return gaussian_blur(p, v[0]), true;
  if (name == "levels") return levels(p, v), true;
  if (name == "exposure") return exposure(p, v[0]), true;
  if (name == "saturation") return saturation(p, v[0]), true;
  if (name == "vignette") return vignette(p, v), true;
  if (name == "invert") return invert(p, v[0]), true;
  return false;
}

struct Difference {
  double max = 0;  // levels of 255
  double mean = 0;
  double psnr = 0;  // dB
  int x = 0, y = 0, channel = 0;
};

// Colours are compared premultiplied: what an alpha of 1/255 hides does not count.
inline Difference compare(const Image& got, const Picture& expected) {
  Difference d;
  double squares = 0, sum = 0;
  for (int y = 0; y < got.height; ++y) {
    for (int x = 0; x < got.width; ++x) {
      const uint8_t* g = got.pixel(x, y);
      const double* e = expected.pixel(x, y);
      for (int c = 0; c < 4; ++c) {
        const double weight = c == 3 ? 1 : e[3];
        const double error = std::fabs(g[c] - 255 * e[c]) * weight;
        sum += error;
        squares += error * error;
        if (error > d.max) d.max = error, d.x = x, d.y = y, d.channel = c;
      }
    }
  }
  const double n = static_cast<double>(got.bytes.size());
  d.mean = sum / n;
  d.psnr = squares > 0 ? 10 * std::log10(255 * 255 * n / squares) : 999;
  return d;
}

}  // namespace stopbath::oracle

#endif  // STOPBATH_TESTS_ORACLE_H_
