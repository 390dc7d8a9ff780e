// An opaque pixel of c levels is 64 c in fixed form, so the fixed mean of n pixels with sum S is
// (64 S + n / 2) / n.
#include "kernels/reduce_rows.h"

#include "kernels/pixel_rows.h"
#include "kernels/simd.h"

namespace stopbath {
namespace {

// Calls put(index, mean) with the fixed mean of every block.
template <int kShift, class Put>
bool each_mean(const uint8_t* pixels, ptrdiff_t stride, int cells, Put put) noexcept {
  constexpr int kSide = 1 << kShift;
  constexpr hn::FixedTag<uint32_t, 4> kU32;
  constexpr hn::FixedTag<uint16_t, 4> kU16Half;
  const VI32 half = hn::Set(kI32, 1 << (2 * kShift - 1));
  auto all = hn::Set(kU8Half, 255);
  for (int c = 0; c < cells; ++c) {
    auto sum = hn::Zero(kU16);
    for (int y = 0; y < kSide; ++y) {
      const uint8_t* row = pixels + y * stride + ptrdiff_t{c} * kSide * 4;
      for (int x = 0; x < kSide; x += 2) {
        const auto two = hn::LoadU(kU8Half, row + 4 * x);
        all = hn::And(all, two);
        sum = hn::Add(sum, hn::PromoteTo(kU16, two));
      }
    }
    const auto left = hn::PromoteTo(kU32, hn::LowerHalf(kU16Half, sum));
    const auto right = hn::PromoteTo(kU32, hn::UpperHalf(kU16Half, sum));
    const VI32 total = hn::BitCast(kI32, hn::Add(left, right));
    put(c, hn::ShiftRight<2 * kShift>(hn::Add(hn::ShiftLeft<6>(total), half)));
  }
  uint8_t lanes[8];
  hn::StoreU(all, kU8Half, lanes);
  return (lanes[3] & lanes[7]) == 255;
}

template <class Put>
bool each_mean(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells, Put put) noexcept {
  switch (shift) {
    case 1:
      return each_mean<1>(pixels, stride, cells, put);
    case 2:
      return each_mean<2>(pixels, stride, cells, put);
    case 3:
      return each_mean<3>(pixels, stride, cells, put);
    default:
      return each_mean<4>(pixels, stride, cells, put);
  }
}

}  // namespace

bool reduce_opaque(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells,
                   uint8_t* out) noexcept {
  constexpr hn::FixedTag<uint8_t, 4> kPixel;
  const VI32 half_level = hn::Set(kI32, kFixedLevel / 2);
  return each_mean(pixels, stride, shift, cells, [&](int c, VI32 mean) {
    const VI32 level = hn::ShiftRight<6>(hn::Add(mean, half_level));
    hn::StoreU(hn::DemoteTo(kPixel, level), kPixel, out + 4 * c);
  });
}

bool mean_opaque(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells,
                 int16_t* out) noexcept {
  return each_mean(pixels, stride, shift, cells, [&](int c, VI32 mean) {
    hn::StoreU(hn::DemoteTo(kI16Half, mean), kI16Half, out + 4 * c);
  });
}

// The weights add up to 64 and an opaque level is 64 units: the weighted sum of levels is the cell,
// without rounding.
bool halve_opaque(const uint8_t* const* rows, int cells, int16_t* out) noexcept {
  auto all = hn::Set(kU8Half, 255);
  const auto triple = [](auto v) { return hn::Add(v, hn::Add(v, v)); };
  // Two pixels of the four rows, summed along y.
  const auto column_pair = [&](int x) {
    const auto a = hn::LoadU(kU8Half, rows[0] + 4 * x), b = hn::LoadU(kU8Half, rows[1] + 4 * x);
    const auto c = hn::LoadU(kU8Half, rows[2] + 4 * x), d = hn::LoadU(kU8Half, rows[3] + 4 * x);
    all = hn::And(all, hn::And(hn::And(a, b), hn::And(c, d)));
    const auto outer = hn::Add(hn::PromoteTo(kU16, a), hn::PromoteTo(kU16, d));
    const auto inner = hn::Add(hn::PromoteTo(kU16, b), hn::PromoteTo(kU16, c));
    return hn::Add(outer, triple(inner));
  };
  const auto swap = [](auto v) { return hn::BitCast(kU16, hn::Shuffle1032(hn::BitCast(kI32, v))); };
  auto left = column_pair(0);
  for (int c = 0; c < cells; ++c) {
    const auto right = column_pair(2 * c + 2);
    const auto sums = hn::Add(left, swap(right));  // outer columns, then inner
    const auto cell = hn::Add(sums, triple(swap(sums)));
    hn::StoreU(hn::LowerHalf(kI16Half, hn::BitCast(kI16, cell)), kI16Half, out + 4 * c);
    left = right;
  }
  uint8_t lanes[8];
  hn::StoreU(all, kU8Half, lanes);
  return (lanes[3] & lanes[7]) == 255;
}

}  // namespace stopbath
