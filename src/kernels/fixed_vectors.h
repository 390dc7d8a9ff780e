// Vectors of two premultiplied fixed pixels: how filters pair them and make their sums valid again.
#ifndef STOPBATH_KERNELS_FIXED_VECTORS_H_
#define STOPBATH_KERNELS_FIXED_VECTORS_H_

#include "kernels/pixel_rows.h"
#include "kernels/simd.h"

namespace stopbath {

// p0 p1 becomes r0 r1 g0 g1 b0 b1 a0 a1, for dot2.
inline VI16 paired(VI16 pixels) {
  const VI16 swapped = hn::BitCast(kI16, hn::Shuffle1032(hn::BitCast(kI32, pixels)));
  return hn::InterleaveLower(kI16, pixels, swapped);
}

// Alpha of every pixel in all four lanes of that pixel.
inline VI16 broadcast_alpha(VI16 v) {
  alignas(16) static constexpr uint8_t kLanes[16] = {6,  7,  6,  7,  6,  7,  6,  7,
                                                     14, 15, 14, 15, 14, 15, 14, 15};
  return hn::BitCast(kI16, hn::TableLookupBytes(hn::BitCast(kU8, v), hn::Load(kU8, kLanes)));
}

// Pixels whose alpha is above 1, divided by it.
inline VI16 scaled_to_one(VI16 pixels) {
  alignas(16) int16_t v[8];
  hn::Store(pixels, kI16, v);
  for (int16_t* p = v; p < v + 8; p += 4) {
    const int a = p[3];
    for (int c = 0; a > kFixedOne && c < 4; ++c) {
      p[c] = static_cast<int16_t>((p[c] * kFixedOne + a / 2) / a);
    }
  }
  return hn::Load(kI16, v);
}

// What a filter with negative weights gives, clamped to 0..alpha and alpha to 0..1; an alpha above
// 1 takes its colours along, so that an even area keeps its colour up to its edge.
inline VI16 clamped_pixels(VI16 sum) {
  const VI16 one = hn::Set(kI16, kFixedOne);
  sum = hn::Max(sum, hn::Zero(kI16));
  VI16 alpha = broadcast_alpha(sum);
  if (!hn::AllTrue(kI16, hn::Le(alpha, one))) {
    sum = scaled_to_one(sum);
    alpha = hn::Min(alpha, one);
  }
  return hn::Min(sum, alpha);
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_FIXED_VECTORS_H_
