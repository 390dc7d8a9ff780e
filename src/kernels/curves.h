// Curves on vectors of 0..1: the sRGB transfer functions (IEC 61966-2-1) and a power, by
// polynomials of our own.
//
// Coefficients are minimax fits (Remez) on the interval named beside them; the error is the largest
// over that interval. The sRGB pair returns every 8-bit level to itself with an error below 0.01 of
// a level.
#ifndef STOPBATH_KERNELS_CURVES_H_
#define STOPBATH_KERNELS_CURVES_H_

#include "kernels/simd.h"

namespace stopbath {

template <class... C>
inline VF horner(VF x, float highest, C... rest) {
  VF sum = hn::Set(kF32, highest);
  ((sum = hn::Add(hn::Mul(sum, x), hn::Set(kF32, rest))), ...);
  return sum;
}

// ((x + 0.055) / 1.055)^2.4 for x > 0.04045, else x / 12.92. Error 1e-5 in units of the value to
// the power 7/12, that is about 0.006 of an encoded 8-bit level everywhere.
inline VF srgb_to_linear(VF x) {
  const VF power = horner(x, 0.1039295009604703f, -0.42085825039778363f, 0.7379838103616848f,
                          -0.7942348788567021f, 0.8510969923755501f, 0.48591090887740335f,
                          0.03532911076023836f, 0.0008527594092804663f);
  const VF line = hn::Mul(x, hn::Set(kF32, 1.0f / 12.92f));
  return hn::IfThenElse(hn::Gt(x, hn::Set(kF32, 0.04045f)), power, line);
}

// 1.055 y^(1 / 2.4) - 0.055 for y > 0.0031308, else 12.92 y: a polynomial in y^(1/4). Error 6.6e-6.
inline VF linear_to_srgb(VF y) {
  const VF q = hn::Sqrt(hn::Sqrt(y));
  const VF power = horner(q, -0.06814733097007741f, 0.289533069415435f, -0.5774827883894337f,
                          1.2554044313891717f, 0.16202626477697343f, -0.06134021660675336f);
  const VF line = hn::Mul(y, hn::Set(kF32, 12.92f));
  return hn::IfThenElse(hn::Gt(y, hn::Set(kF32, 0.0031308f)), power, line);
}

// x^p for 0 <= x <= 1 and p > 0, relative error below 2e-6 where p |log2 x| < 8; 0 below 2^-100.
// x = m 2^k, m in [sqrt 1/2, sqrt 2), s = (m - 1) / (m + 1):  log2 x = k + 2 / ln 2 (s + s^3 / 3 +
// s^5 / 5 + s^7 / 7); t = p log2 x = n + f:  2^t = 2^n sum (f ln 2)^i / i!.
inline VF power_of_unit(VF x, VF p) {
  const VI32 bits = hn::BitCast(kI32, x);
  const VI32 k = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(kI32, 0x3f3504f3)));
  const VF m = hn::BitCast(kF32, hn::Sub(bits, hn::ShiftLeft<23>(k)));
  const VF one = hn::Set(kF32, 1.0f);
  const VF s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  const VF series =
      horner(hn::Mul(s, s), 0.41219858311f, 0.57707801635f, 0.96179669393f, 2.88539008178f);
  const VF log2 = hn::Add(hn::ConvertTo(kF32, k), hn::Mul(s, series));
  const VF t = hn::Max(hn::Mul(p, log2), hn::Set(kF32, -100.0f));
  const VI32 n = hn::Sub(round_small(hn::Add(t, hn::Set(kF32, 128.0f))), hn::Set(kI32, 128));
  const VF f = hn::Sub(t, hn::ConvertTo(kF32, n));
  const VF fraction = horner(f, 1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f,
                             2.4022651e-1f, 6.9314718e-1f, 1.0f);
  const VF scale = hn::BitCast(kF32, hn::ShiftLeft<23>(hn::Add(n, hn::Set(kI32, 127))));
  return hn::IfThenElse(hn::Gt(x, hn::Set(kF32, 1e-30f)), hn::Mul(fraction, scale), hn::Zero(kF32));
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_CURVES_H_
