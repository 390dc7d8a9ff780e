// Resampling along one axis at a time by weighted sums of fixed rows.
//
// Result pixel i has its centre at c = (i + offset + 0.5) ratio of the source, and is the sum over
// source pixels j of w(i, j) in(j) with w(i, j) = k((j + 0.5 - c) / s) / norm, s = max(ratio, 1):
// on a reduction the kernel k is as wide as a result pixel needs (antialiasing). Places outside the
// source have no weight.
//
// Pixels are held in pairs r0 r1 g0 g1 b0 b1 a0 a1 so that two products are one instruction; along
// y a pair is two rows.
#ifndef STOPBATH_KERNELS_RESAMPLE_ROWS_H_
#define STOPBATH_KERNELS_RESAMPLE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stopbath {

enum class ResampleFilter {
  kNearest,
  kLinear,    // triangle
  kMitchell,  // cubic with B = C = 1/3 (Mitchell and Netravali, 1988)
  kLanczos3,  // sinc windowed by sinc(x / 3) (Duchon, 1979)
};

// Half the width of the kernel, in result pixels on a reduction, else in source pixels.
double kernel_radius(ResampleFilter filter);

// Weights of 14 bits which add up to exactly 2^14 for every result pixel.
inline constexpr int kResampleBits = 14;
inline constexpr int kMaxResamplePairs = 32;

// How result pixels lie on the source.
struct Axis {
  double ratio = 1;
  double offset = 0;  // result pixels
  int source = 0;     // pixels
  int result = 0;
  double last = 1;  // how much of the last source pixel there is, as where an edge cuts a block
  ResampleFilter filter = ResampleFilter::kLinear;
};

struct AxisWeights {
  Axis axis;
  int pairs = 0;                 // of source pixels for one result pixel, 1..kMaxResamplePairs
  std::vector<int32_t> first;    // per result pixel: the source pixel its pairs begin with, even
  std::vector<int32_t> weights;  // per result pixel `pairs` words, two weights in each
};

// Which pixels a filter other than kNearest reads at a ratio below kMaxResampleRatio. Pixels that
// keep their size are copied by every filter.
AxisWeights axis_pairs(const Axis& axis);
inline constexpr double kMaxResampleRatio = 8;
// With what weights: apart, since only a plan that runs needs them.
void fill_weights(AxisWeights& axis);

// The source pixel that each result pixel is nearest to.
std::vector<int32_t> nearest_pixels(const Axis& axis);

// Two fixed rows of n pixels (padded) become pixel pairs, in place.
void pair_pixels(int16_t* row, int n) noexcept;

// Result pixels x0 .. x1 - 1 of two rows of pixel pairs that begin with source pixel `origin`
// (even); out gets 8 values per pixel: the two rows' results as a pair.
void resample_along_x(const int16_t* upper, const int16_t* lower, int origin,
                      const AxisWeights& axis, int x0, int x1, int16_t* out) noexcept;
// n pixels (padded) of one result row from `pairs` rows of pairs. An alpha above 1 takes
// its colours along when it is clamped; colours are clamped to 0..alpha.
void resample_along_y(const int16_t* const* rows, const int32_t* weights, int pairs, int n,
                      int16_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_RESAMPLE_ROWS_H_
