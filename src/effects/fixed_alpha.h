// Alpha of pixels in fixed form, for effects that weigh with it.
#ifndef STOPBATH_EFFECTS_FIXED_ALPHA_H_
#define STOPBATH_EFFECTS_FIXED_ALPHA_H_

#include "kernels/simd.h"

namespace stopbath {

// The fourth value of each of two pixels, in all four places of that pixel.
inline VI16 alphas_of(VI16 v) {
  alignas(16) static constexpr uint8_t kLanes[16] = {6,  7,  6,  7,  6,  7,  6,  7,
                                                     14, 15, 14, 15, 14, 15, 14, 15};
  return hn::BitCast(kI16, hn::TableLookupBytes(hn::BitCast(kU8, v), hn::Load(kU8, kLanes)));
}

// Fixed values as factors of MulFixedPoint15: 16320 becomes 32767, by which every fixed value stays
// what it is.
inline VI16 as_factor(VI16 v) { return hn::Add(hn::Add(v, v), hn::ShiftRight<7>(v)); }

// `colours` of the first three values of each pixel, `alphas` of the fourth.
inline VI16 with_alpha(VI16 colours, VI16 alphas) {
  const VI16 places = hn::BitCast(kI16, hn::Set(hn::FixedTag<uint64_t, 2>(), 0x0000ffffffffffffu));
  return hn::Or(hn::And(places, colours), hn::AndNot(places, alphas));
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_FIXED_ALPHA_H_
