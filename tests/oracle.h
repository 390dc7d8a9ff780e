// The slow, obvious implementation of every effect, in double precision with the C library's
// functions, one pixel at a time. What the fast core computes is compared with this.
//
// One file per category (oracle_tone.cc, ...) holds the formulas and, for each effect, the error
// that the core may have.
#ifndef STOPBATH_TESTS_ORACLE_H_
#define STOPBATH_TESTS_ORACLE_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include "effects/chain.h"
#include "scene.h"

namespace stopbath::oracle {

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<double> values;  // RGBA, straight alpha, 0..1
  // Pixels that stand within kNearJump of a jump of the effect (a threshold, a rounding): either
  // side is right there, so they are not compared. Empty when there are none.
  std::vector<bool> at_jump;
  ColorSpace space = ColorSpace::kSrgb;

  // Of BT.709, or of the primaries of Display P3.
  double luma(const double* c) const {
    return space == ColorSpace::kSrgb ? 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
                                      : 0.2290 * c[0] + 0.6917 * c[1] + 0.0793 * c[2];
  }
  double* pixel(int x, int y) { return &values[(static_cast<size_t>(y) * width + x) * 4]; }
  const double* pixel(int x, int y) const {
    return &values[(static_cast<size_t>(y) * width + x) * 4];
  }
  void mark_jump(int x, int y) {
    at_jump.resize(static_cast<size_t>(width) * height);
    at_jump[static_cast<size_t>(y) * width + x] = true;
  }
  bool is_at_jump(int x, int y) const {
    return !at_jump.empty() && at_jump[static_cast<size_t>(y) * width + x];
  }
};

inline constexpr double kNearJump = 1e-5;  // in units of the value that is compared

Picture from_image(const Image& image, ColorSpace space = ColorSpace::kSrgb);

inline double clamp01(double v) { return std::clamp(v, 0.0, 1.0); }
inline double decode(double v) {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}
inline double encode(double v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

// function(double* rgba, int x, int y); colours are clamped to 0..1 afterwards.
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

// function(double) on each colour of each pixel.
template <class Function>
void each_channel(Picture& p, Function function) {
  each_pixel(p, [&](double* v, int, int) {
    for (int c = 0; c < 3; ++c) v[c] = function(v[c]);
  });
}

// One output pixel from the pixels around it: at(dx, dy) gives RGBA, edges repeated, colours
// premultiplied when wanted. The function writes RGBA of the same kind.
template <class Function>
void each_window(Picture& p, bool premultiplied, Function function) {
  Picture in = p;
  if (premultiplied) {
    each_pixel(in, [](double* c, int, int) {
      for (int i = 0; i < 3; ++i) c[i] *= c[3];
    });
  }
  each_pixel(p, [&](double* out, int x, int y) {
    const auto at = [&](int dx, int dy) -> const double* {
      return in.pixel(std::clamp(x + dx, 0, p.width - 1), std::clamp(y + dy, 0, p.height - 1));
    };
    function(at, out);
    for (int i = 0; i < 3 && premultiplied; ++i) out[i] = out[3] > 1e-9 ? out[i] / out[3] : 0;
    out[3] = clamp01(out[3]);
  });
}

// Normalised samples of the Gaussian out to 6 sigma, premultiplied alpha, edges repeated.
void blur(Picture& p, double sigma);

using Settings = const std::vector<double>&;

struct Entry {
  std::string_view effect;
  void (*apply)(Picture&, Settings);
  // Largest error of the core, in levels of 255, on any picture; rounding to 8 bits alone is 0.5.
  double bound;
};

std::span<const Entry> tone_oracles();
std::span<const Entry> colour_oracles();
std::span<const Entry> detail_oracles();
std::span<const Entry> light_oracles();
std::span<const Entry> stylise_oracles();
std::span<const Entry> geometry_oracles();
std::span<const Entry> mixed_oracles();
std::span<const Entry> whole_oracles();
std::span<const Entry> blend_oracles();

// By the names of W3C Compositing and Blending, alphas as they are.
void blend_pixel(double* below, const double* layer, std::string_view mode, std::string_view op);

// Another colour space, clamped.
void convert(Picture& p, ColorSpace to);
// The step with its colours, which say sRGB, as the nearest levels of `space`.
Step in_space(const Step& step, ColorSpace space);

// Null when the effect has no oracle.
const Entry* find(std::string_view effect);
const Entry& entry_of(const Step& step);  // fails the test when there is none

struct Difference {
  double max = 0;  // levels of 255
  double mean = 0;
  double psnr = 0;   // dB
  double jumps = 0;  // share of pixels that were not compared
  int x = 0, y = 0, channel = 0;
};

// Colours are compared premultiplied: what an alpha of 1/255 hides does not count.
Difference compare(const Image& got, const Picture& expected);

}  // namespace stopbath::oracle

#endif  // STOPBATH_TESTS_ORACLE_H_
