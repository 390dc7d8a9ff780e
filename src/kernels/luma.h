// Luma of encoded values by ITU-R BT.709.
#ifndef STOPBATH_KERNELS_LUMA_H_
#define STOPBATH_KERNELS_LUMA_H_

#include "kernels/point.h"

namespace stopbath {

inline VF luma(const Colour& c) {
  const VF rg = hn::Add(hn::Mul(c.r, hn::Set(kF32, 0.2126f)), hn::Mul(c.g, hn::Set(kF32, 0.7152f)));
  return hn::Add(rg, hn::Mul(c.b, hn::Set(kF32, 0.0722f)));
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_LUMA_H_
