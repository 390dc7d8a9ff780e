// The one place that includes Highway: static dispatch, vectors of 128 bits on every machine.
//
// 128 bits natively too, so that native and wasm run the same operations in the same order and give
// the same bytes. Kernels use only operations whose result IEEE 754 or integer arithmetic defines
// exactly: no estimates, no fused multiply-add, no libm.
#ifndef STOPBATH_KERNELS_SIMD_H_
#define STOPBATH_KERNELS_SIMD_H_

#ifndef HWY_COMPILE_ONLY_STATIC
#define HWY_COMPILE_ONLY_STATIC
#endif
#ifndef HWY_DISABLE_PCLMUL_AES
#define HWY_DISABLE_PCLMUL_AES
#endif

#include <hwy/highway.h>

#include <cstdint>

namespace stopbath {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr hn::FixedTag<float, 4> kF32;
inline constexpr hn::FixedTag<int32_t, 4> kI32;
inline constexpr hn::FixedTag<int16_t, 8> kI16;
inline constexpr hn::FixedTag<uint16_t, 8> kU16;
inline constexpr hn::FixedTag<uint8_t, 16> kU8;
inline constexpr hn::FixedTag<uint8_t, 8> kU8Half;
inline constexpr hn::FixedTag<int16_t, 4> kI16Half;

using VF = hn::Vec<hn::FixedTag<float, 4>>;
using VI32 = hn::Vec<hn::FixedTag<int32_t, 4>>;
using VI16 = hn::Vec<hn::FixedTag<int16_t, 8>>;

// Nearest integer, ties to even, of 0 <= x < 2^22: the sum with 2^23 leaves it in the low bits of
// the mantissa.
inline VI32 round_small(VF x) {
  return hn::Sub(hn::BitCast(kI32, hn::Add(x, hn::Set(kF32, 8388608.0f))),
                 hn::Set(kI32, 0x4b000000));
}

// Two weights side by side in every 32-bit lane, for dot2.
inline VI16 weight_pair(int16_t low, int16_t high) {
  const uint32_t bits =
      static_cast<uint16_t>(low) | (static_cast<uint32_t>(static_cast<uint16_t>(high)) << 16);
  return hn::BitCast(kI16, hn::Set(kI32, static_cast<int32_t>(bits)));
}

// sum[i] + a[2i] * b[2i] + a[2i+1] * b[2i+1], exact as long as it fits 32 bits.
inline VI32 dot2(VI16 a, VI16 b, VI32 sum) {
  VI32 other = hn::Zero(kI32);
  const VI32 main = hn::ReorderWidenMulAccumulate(kI32, a, b, sum, other);
  return hn::RearrangeToOddPlusEven(main, other);
}

// 32 to 16 bits, saturating, first a then b.
inline VI16 pack(VI32 a, VI32 b) { return hn::ReorderDemote2To(kI16, a, b); }

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_SIMD_H_
