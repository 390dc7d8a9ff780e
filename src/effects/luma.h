// Luma of encoded colours by the weights of Rec. ITU-R BT.709.
#ifndef STOPBATH_EFFECTS_LUMA_H_
#define STOPBATH_EFFECTS_LUMA_H_

#include "kernels/point.h"

namespace stopbath {

inline VF luma_of(const Colour& c) {
  return hn::Add(
      hn::Mul(c.r, hn::Set(kF32, 0.2126f)),
      hn::Add(hn::Mul(c.g, hn::Set(kF32, 0.7152f)), hn::Mul(c.b, hn::Set(kF32, 0.0722f))));
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_LUMA_H_
