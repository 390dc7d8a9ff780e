// The number of pairs is a constant of each loop, so that it unrolls; long filters take the loop
// that knows it only at run time (kAny).
#include "kernels/resample_rows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/exact_math.h"
#include "kernels/fixed_vectors.h"
#include "kernels/simd.h"

namespace stopbath {
namespace {

constexpr int kOne = 1 << kResampleBits;
constexpr int kAny = 0;

double sinc(double x) {
  return x == 0 ? 1 : exact_sin_degrees(180 * x) / (3.14159265358979323846 * x);
}

// Lanczos, sampled finely enough that linear interpolation is exact to 2e-6.
class LanczosTable {
 public:
  LanczosTable() {
    for (int i = 0; i < kSize; ++i) {
      const double x = static_cast<double>(i) / kPerUnit;
      value_[static_cast<size_t>(i)] = x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  }
  double operator()(double x) const {
    const double at = x * kPerUnit;
    const auto i = static_cast<size_t>(at);
    return value_[i] + (at - static_cast<double>(i)) * (value_[i + 1] - value_[i]);
  }

 private:
  static constexpr int kPerUnit = 1024;
  static constexpr int kSize = 3 * kPerUnit + 2;
  std::array<double, kSize> value_{};
};

double mitchell(double x) {
  if (x < 1) return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6;
  return (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6;
}

// For 0 <= x <= radius.
double kernel(ResampleFilter filter, double x) {
  static const LanczosTable lanczos;
  switch (filter) {
    case ResampleFilter::kLanczos3:
      return lanczos(x);
    case ResampleFilter::kMitchell:
      return mitchell(x);
    default:
      return 1 - x;
  }
}

int32_t word(int low, int high) {
  return static_cast<int32_t>(static_cast<uint32_t>(low & 0xffff) | static_cast<uint32_t>(high)
                                                                        << 16);
}

// The taps of one result pixel that lie in the source.
struct Taps {
  int first = 0;
  int count = 0;
  std::array<double, 2 * kMaxResamplePairs> value;
};

Taps taps_of(const Axis& axis, int i, bool with_values) {
  const double scale = std::max(axis.ratio, 1.0);
  const double radius = kernel_radius(axis.filter) * scale;
  const double centre = (i + axis.offset + 0.5) * axis.ratio - 0.5;  // in source pixel indices
  const int from = static_cast<int>(std::ceil(centre - radius));
  const int to = static_cast<int>(std::floor(centre + radius));
  Taps taps;
  taps.first = std::clamp(from, 0, axis.source - 1);
  taps.count = std::clamp(to, 0, axis.source - 1) - taps.first + 1;
  if (!with_values) return taps;
  double total = 0;
  for (int t = 0; t < taps.count; ++t) {
    const int j = taps.first + t;
    double k =
        kernel(axis.filter, std::min(std::fabs(j - centre) / scale, kernel_radius(axis.filter)));
    if (j == axis.source - 1) k *= axis.last;
    taps.value[static_cast<size_t>(t)] = k;
    total += k;
  }
  for (int t = 0; t < taps.count; ++t) taps.value[static_cast<size_t>(t)] /= total;
  return taps;
}

}  // namespace

double kernel_radius(ResampleFilter filter) {
  switch (filter) {
    case ResampleFilter::kLanczos3:
      return 3;
    case ResampleFilter::kMitchell:
      return 2;
    default:
      return 1;
  }
}

AxisWeights axis_pairs(const Axis& axis) {
  AxisWeights out;
  out.axis = axis;
  if (axis.ratio == 1) out.axis.filter = ResampleFilter::kLinear;
  out.first.reserve(static_cast<size_t>(axis.result));
  for (int i = 0; i < axis.result; ++i) {
    const Taps taps = taps_of(out.axis, i, false);
    const int first = taps.first & ~1;
    out.first.push_back(first);
    out.pairs = std::max(out.pairs, (taps.first + taps.count - first + 1) / 2);
  }
  return out;
}

void fill_weights(AxisWeights& axis) {
  const auto pairs = static_cast<size_t>(axis.pairs);
  axis.weights.resize(axis.first.size() * pairs);
  int32_t* words = axis.weights.data();
  for (int i = 0; i < axis.axis.result; ++i, words += pairs) {
    // The rounding error of one weight is carried to the next, so that they add up.
    std::array<int, 2 * kMaxResamplePairs + 2> rounded{};
    const Taps taps = taps_of(axis.axis, i, true);
    double sum = 0;
    int given = 0;
    const auto odd = static_cast<size_t>(taps.first & 1);
    for (size_t t = 0; t < static_cast<size_t>(taps.count); ++t) {
      sum += taps.value[t];
      rounded[odd + t] = static_cast<int>(std::floor(sum * kOne + 0.5)) - given;
      given += rounded[odd + t];
    }
    for (size_t p = 0; p < pairs; ++p) words[p] = word(rounded[2 * p], rounded[2 * p + 1]);
  }
}

std::vector<int32_t> nearest_pixels(const Axis& axis) {
  std::vector<int32_t> pixels;
  pixels.reserve(static_cast<size_t>(axis.result));
  for (int i = 0; i < axis.result; ++i) {
    const double centre = (i + axis.offset + 0.5) * axis.ratio;
    pixels.push_back(std::clamp(static_cast<int>(std::floor(centre)), 0, axis.source - 1));
  }
  return pixels;
}

namespace {

inline VI16 weight_word(const int32_t* w) { return hn::BitCast(kI16, hn::Set(kI32, *w)); }

inline VI32 shifted(VI32 sum) { return hn::ShiftRight<kResampleBits>(sum); }

template <int kPairs>
void along_x(const int16_t* upper, const int16_t* lower, int origin, const AxisWeights& axis,
             int x0, int x1, int16_t* out) noexcept {
  const int pairs = kPairs == kAny ? axis.pairs : kPairs;
  const VI32 rounding = hn::Set(kI32, kOne / 2);
  const int32_t* weights = axis.weights.data() + ptrdiff_t{x0} * pairs;
  const int32_t* first = axis.first.data();
  for (int x = x0; x < x1; ++x, weights += pairs, out += 8) {
    const ptrdiff_t at = ptrdiff_t{first[x] - origin} * 4;
    VI32 a = rounding, b = rounding;
    for (int k = 0; k < pairs; ++k) {
      const VI16 w = weight_word(weights + k);
      a = dot2(hn::LoadU(kI16, upper + at + 8 * k), w, a);
      b = dot2(hn::LoadU(kI16, lower + at + 8 * k), w, b);
    }
    hn::StoreU(paired(pack(shifted(a), shifted(b))), kI16, out);
  }
}

template <int kPairs>
void along_y(const int16_t* const* rows, const int32_t* weights, int count, int n,
             int16_t* out) noexcept {
  const int pairs = kPairs == kAny ? count : kPairs;
  const VI32 rounding = hn::Set(kI32, kOne / 2);
  VI16 w[kPairs == kAny ? kMaxResamplePairs : kPairs];
  for (int k = 0; k < pairs; ++k) w[k] = weight_word(weights + k);
  for (int i = 0; i < 8 * n; i += 16) {
    VI32 a = rounding, b = rounding;
    for (int k = 0; k < pairs; ++k) {
      a = dot2(hn::LoadU(kI16, rows[k] + i), w[k], a);
      b = dot2(hn::LoadU(kI16, rows[k] + i + 8), w[k], b);
    }
    hn::StoreU(clamped_pixels(pack(shifted(a), shifted(b))), kI16, out + i / 2);
  }
}

}  // namespace

void pair_pixels(int16_t* row, int n) noexcept {
  for (int i = 0; i < 4 * n; i += 8) hn::StoreU(paired(hn::LoadU(kI16, row + i)), kI16, row + i);
}

void resample_along_x(const int16_t* upper, const int16_t* lower, int origin,
                      const AxisWeights& axis, int x0, int x1, int16_t* out) noexcept {
  using Function = decltype(&along_x<kAny>);
  static constexpr Function kBy[] = {along_x<kAny>, along_x<1>, along_x<2>, along_x<3>, along_x<4>,
                                     along_x<5>,    along_x<6>, along_x<7>, along_x<8>};
  kBy[axis.pairs < 9 ? axis.pairs : kAny](upper, lower, origin, axis, x0, x1, out);
}

void resample_along_y(const int16_t* const* rows, const int32_t* weights, int pairs, int n,
                      int16_t* out) noexcept {
  using Function = decltype(&along_y<kAny>);
  static constexpr Function kBy[] = {along_y<kAny>, along_y<1>, along_y<2>, along_y<3>, along_y<4>,
                                     along_y<5>,    along_y<6>, along_y<7>, along_y<8>};
  kBy[pairs < 9 ? pairs : kAny](rows, weights, pairs, n, out);
}

}  // namespace stopbath
