// All sums go through dot2: two 16-bit products added in 32 bits, exact, one instruction here and
// in wasm.
#include "kernels/filter_rows.h"

#include <cmath>

#include "base/exact_math.h"
#include "kernels/pixel_rows.h"
#include "kernels/simd.h"

namespace stopbath {
namespace {

inline VI16 load(const int16_t* p) { return hn::LoadU(kI16, p); }

// The two pixels of a vector, exchanged.
inline VI16 swap_pixels(VI16 v) { return hn::BitCast(kI16, hn::Shuffle1032(hn::BitCast(kI32, v))); }

template <int kBits>
inline VI16 round_pack(VI32 low, VI32 high) {
  const VI32 half = hn::Set(kI32, 1 << (kBits - 1));
  return pack(hn::ShiftRight<kBits>(hn::Add(low, half)),
              hn::ShiftRight<kBits>(hn::Add(high, half)));
}

}  // namespace

FirWeights gaussian_weights(double sigma) {
  FirWeights fir;
  const int wanted = static_cast<int>(std::ceil(3.25 * sigma));
  fir.reach = wanted < 1 ? 1 : (wanted > kMaxFirReach ? kMaxFirReach : wanted);
  std::array<double, kMaxFirReach + 1> value{};
  double total = 0;
  for (int k = 0; k <= fir.reach; ++k) {
    value[k] = exact_exp(-0.5 * k * k / (sigma * sigma)) * (k == 0 ? 0.5 : 1.0);
    total += value[k];
  }
  // The rounding error of one weight is carried to the next, from the outermost to the centre,
  // which takes the rest.
  double carry = 0;
  int left = kWeightOne / 2;
  for (int k = fir.reach; k >= 1; --k) {
    const double exact = value[k] / total * (kWeightOne / 2) + carry;
    const int w = static_cast<int>(exact + 0.5);
    carry = exact - w;
    fir.weight[k] = static_cast<int16_t>(w);
    left -= w;
  }
  fir.weight[0] = static_cast<int16_t>(left);
  return fir;
}

namespace {

// The taps are summed in pairs k, k + 1 of distances from the centre; the number of pairs is known,
// so that the loop over them unrolls.
template <int kPairs>
void fir(const int16_t* const* taps, const FirWeights& weights, int n, int16_t* out) noexcept {
  const int r = weights.reach;
  const int16_t* left[2 * kPairs];
  const int16_t* right[2 * kPairs];
  VI16 w[kPairs];
  for (int k = 0; k < 2 * kPairs; ++k) {
    // A tap beyond the reach has weight 0; it may read any valid row.
    left[k] = taps[r - (k > r ? r : k)];
    right[k] = taps[r + (k > r ? r : k)];
  }
  for (int p = 0; p < kPairs; ++p) {
    w[p] =
        weight_pair(weights.weight[2 * p], 2 * p + 1 > r ? int16_t{0} : weights.weight[2 * p + 1]);
  }
  for (int i = 0; i < 4 * n; i += 8) {
    VI32 low = hn::Zero(kI32), high = low;
    for (int p = 0; p < kPairs; ++p) {
      const VI16 a = hn::Add(load(left[2 * p] + i), load(right[2 * p] + i));
      const VI16 b = hn::Add(load(left[2 * p + 1] + i), load(right[2 * p + 1] + i));
      low = dot2(hn::InterleaveLower(kI16, a, b), w[p], low);
      high = dot2(hn::InterleaveUpper(kI16, a, b), w[p], high);
    }
    hn::StoreU(round_pack<15>(low, high), kI16, out + i);
  }
}

}  // namespace

void fir_rows(const int16_t* const* taps, const FirWeights& weights, int n, int16_t* out) noexcept {
  static_assert((kMaxFirReach + 2) / 2 == 8);
  switch ((weights.reach + 2) / 2) {
    case 1:
      return fir<1>(taps, weights, n, out);
    case 2:
      return fir<2>(taps, weights, n, out);
    case 3:
      return fir<3>(taps, weights, n, out);
    case 4:
      return fir<4>(taps, weights, n, out);
    case 5:
      return fir<5>(taps, weights, n, out);
    case 6:
      return fir<6>(taps, weights, n, out);
    case 7:
      return fir<7>(taps, weights, n, out);
    default:
      return fir<8>(taps, weights, n, out);
  }
}

void mix4_rows(const int16_t* const* rows, const int16_t* weight, int n, int16_t* out) noexcept {
  const VI16 w01 = weight_pair(weight[0], weight[1]);
  const VI16 w23 = weight_pair(weight[2], weight[3]);
  for (int i = 0; i < 4 * n; i += 8) {
    const VI16 a = load(rows[0] + i), b = load(rows[1] + i), c = load(rows[2] + i),
               d = load(rows[3] + i);
    VI32 low = dot2(hn::InterleaveLower(kI16, a, b), w01, hn::Zero(kI32));
    VI32 high = dot2(hn::InterleaveUpper(kI16, a, b), w01, hn::Zero(kI32));
    low = dot2(hn::InterleaveLower(kI16, c, d), w23, low);
    high = dot2(hn::InterleaveUpper(kI16, c, d), w23, high);
    hn::StoreU(round_pack<15>(low, high), kI16, out + i);
  }
}

void add_row(const int16_t* row, int n, int32_t* sums) noexcept {
  for (int i = 0; i < 4 * n; i += 8) {
    const VI16 v = load(row + i);
    const VI32 a = hn::PromoteTo(kI32, hn::LowerHalf(kI16Half, v));
    const VI32 b = hn::PromoteTo(kI32, hn::UpperHalf(kI16Half, v));
    hn::StoreU(hn::Add(hn::LoadU(kI32, sums + i), a), kI32, sums + i);
    hn::StoreU(hn::Add(hn::LoadU(kI32, sums + i + 4), b), kI32, sums + i + 4);
  }
}

void mean_cells(const int32_t* sums, int cells, int h, int shift, int16_t* out) noexcept {
  const VI32 half = hn::Set(kI32, shift == 0 ? 0 : 1 << (shift - 1));
  for (int j = 0; j < cells; ++j) {
    VI32 sum = half;
    for (int k = 0; k < h; ++k) sum = hn::Add(sum, hn::LoadU(kI32, sums + 4 * (j * h + k)));
    const VI32 mean = hn::ShiftRightSame(sum, shift);
    hn::StoreU(hn::LowerHalf(kI16Half, pack(mean, mean)), kI16Half, out + 4 * j);
  }
}

void mean_of_part(const int32_t* sums, int from, int to, int rows, int16_t* out) noexcept {
  const int count = rows * (to - from);
  for (int channel = 0; channel < 4; ++channel) {
    int32_t sum = count / 2;
    for (int x = from; x < to; ++x) sum += sums[4 * x + channel];
    out[channel] = static_cast<int16_t>(sum / count);
  }
}

void halve_rows(const int16_t* const* rows, int n, int16_t* out) noexcept {
  const VI16 w = weight_pair(1, 3);
  for (int i = 0; i < 4 * n; i += 8) {
    const VI16 outer = hn::Add(load(rows[0] + i), load(rows[3] + i));
    const VI16 inner = hn::Add(load(rows[1] + i), load(rows[2] + i));
    const VI32 low = dot2(hn::InterleaveLower(kI16, outer, inner), w, hn::Zero(kI32));
    const VI32 high = dot2(hn::InterleaveUpper(kI16, outer, inner), w, hn::Zero(kI32));
    hn::StoreU(round_pack<3>(low, high), kI16, out + i);
  }
}

// (p0 p1) + (p3 p2) is outer and inner at once.
void halve_row(const int16_t* in, int cells, int16_t* out) noexcept {
  const VI16 w = weight_pair(1, 3);
  const auto cell = [&](const int16_t* p) {
    const VI16 sum = hn::Add(load(p), swap_pixels(load(p + 8)));
    return dot2(hn::InterleaveLower(kI16, sum, swap_pixels(sum)), w, hn::Zero(kI32));
  };
  for (int j = 0; j < cells; j += 2) {
    hn::StoreU(round_pack<3>(cell(in + 8 * j), cell(in + 8 * j + 8)), kI16, out + 4 * j);
  }
}

void expand_row(const int16_t* in, int gaps, int d, const SplinePhase* phases,
                int16_t* out) noexcept {
  for (int c = 0; c < gaps; ++c) {
    const VI16 a = load(in + 4 * c), b = load(in + 4 * c + 8);
    const VI16 left = hn::InterleaveLower(kI16, a, swap_pixels(a));
    const VI16 right = hn::InterleaveLower(kI16, b, swap_pixels(b));
    const auto pixel = [&](const SplinePhase& p) {
      return dot2(right, hn::Load(kI16, p.right),
                  dot2(left, hn::Load(kI16, p.left), hn::Zero(kI32)));
    };
    for (int k = 0; k < d; k += 2, out += 8) {
      hn::StoreU(round_pack<15>(pixel(phases[k]), pixel(phases[k + 1])), kI16, out);
    }
  }
}

}  // namespace stopbath
