// An opaque pixel of c levels is 64 c in fixed form, so the fixed mean of a block with sum S is (64
// S + n / 2) / n.
#include "kernels/reduce_rows.h"

#include <cstring>

#include "kernels/pixel_rows.h"
#include "kernels/simd.h"

namespace stopbath {
namespace {

template <int kShift>
bool reduce(const uint8_t* pixels, ptrdiff_t stride, int cells, uint8_t* out) noexcept {
  constexpr int kSide = 1 << kShift;
  const VI32 half = hn::Set(kI32, 1 << (2 * kShift - 1));
  const VI32 half_level = hn::Set(kI32, kFixedLevel / 2);
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
    const auto other = hn::BitCast(kU16, hn::Shuffle1032(hn::BitCast(kI32, sum)));
    const auto wide =
        hn::PromoteTo(hn::FixedTag<uint32_t, 4>(), hn::LowerHalf(hn::FixedTag<uint16_t, 4>(), sum));
    const auto wide_other = hn::PromoteTo(hn::FixedTag<uint32_t, 4>(),
                                          hn::LowerHalf(hn::FixedTag<uint16_t, 4>(), other));
    const VI32 total = hn::BitCast(kI32, hn::Add(wide, wide_other));
    const VI32 mean = hn::ShiftRight<2 * kShift>(hn::Add(hn::ShiftLeft<6>(total), half));
    const VI32 level = hn::ShiftRight<6>(hn::Add(mean, half_level));
    hn::StoreU(hn::DemoteTo(hn::FixedTag<uint8_t, 4>(), level), hn::FixedTag<uint8_t, 4>(),
               out + 4 * c);
  }
  uint8_t lanes[8];
  hn::StoreU(all, kU8Half, lanes);
  return (lanes[3] & lanes[7]) == 255;
}

}  // namespace

bool reduce_opaque(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells,
                   uint8_t* out) noexcept {
  switch (shift) {
    case 1:
      return reduce<1>(pixels, stride, cells, out);
    case 2:
      return reduce<2>(pixels, stride, cells, out);
    case 3:
      return reduce<3>(pixels, stride, cells, out);
    default:
      return reduce<4>(pixels, stride, cells, out);
  }
}

}  // namespace stopbath
