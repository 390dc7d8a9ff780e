// Weighted sums of fixed rows: the Gaussian, the reduction to a coarse grid and the way back.
//
// A filter along x and one along y are the same loop: its taps are pointers to rows, or to one row
// shifted by pixels. Weights have 15 bits and add up to exactly 1, sums have 32 bits and are
// rounded once, so that a constant stays constant.
#ifndef STOPBATH_KERNELS_FILTER_ROWS_H_
#define STOPBATH_KERNELS_FILTER_ROWS_H_

#include <array>
#include <cstdint>

namespace stopbath {

inline constexpr int kMaxFirReach = 15;
inline constexpr int kWeightOne = 1 << 15;

// A symmetric filter of 2 * reach + 1 taps; weight[k] belongs to the taps at -k and +k, weight[0]
// is half the centre's. 2 * (weight[0] + ... + weight[reach]) = kWeightOne.
struct FirWeights {
  int reach = 0;
  std::array<int16_t, kMaxFirReach + 1> weight{};
};

// Normalised samples of exp(-x^2 / (2 sigma^2)), cut at 3.25 sigma (at most kMaxFirReach), sigma >
// 0.
FirWeights gaussian_weights(double sigma);

// The largest sigma whose filter fits FirWeights.
inline constexpr double kMaxFirSigma = 4.6;

// out[i] = sum over k of weight[k] (taps[reach - k][i] + taps[reach + k][i]), for n pixels
// (padded).
void fir_rows(const int16_t* const* taps, const FirWeights& weights, int n, int16_t* out) noexcept;

// out[i] = sum of weight[k] rows[k][i], k = 0..3; the weights add up to kWeightOne.
void mix4_rows(const int16_t* const* rows, const int16_t* weight, int n, int16_t* out) noexcept;

// Adds n pixels to sums of 32 bits.
void add_row(const int16_t* row, int n, int32_t* sums) noexcept;
// Means of `cells` groups of h pixels by v rows from their sums: out = sum / (h v), rounded; h v is
// a power of two.
void mean_cells(const int32_t* sums, int cells, int h, int shift, int16_t* out) noexcept;

// The same of pixels from .. to - 1 of sums over `rows` rows, any numbers of them, as one pixel.
void mean_of_part(const int32_t* sums, int from, int to, int rows, int16_t* out) noexcept;

// (a + 3 b + 3 c + d) / 8 of four rows.
void halve_rows(const int16_t* const* rows, int n, int16_t* out) noexcept;
// The same along x: out[j] from pixels 2j .. 2j+3 of `in`.
void halve_row(const int16_t* in, int cells, int16_t* out) noexcept;

// Weights of the four cells around one of the d pixels between two cells, each pair repeated over a
// vector.
struct SplinePhase {
  alignas(16) int16_t left[8];    // weights of cells 0 and 1
  alignas(16) int16_t right[8];   // weights of cells 2 and 3
  std::array<int16_t, 4> weight;  // the four, which add up to kWeightOne
};

// Cubic B-spline between cells: for c = 0 .. gaps - 1 the d pixels between cells in[c + 1] and in[c
// + 2], d even.
void expand_row(const int16_t* in, int gaps, int d, const SplinePhase* phases,
                int16_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_FILTER_ROWS_H_
