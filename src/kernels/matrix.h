// A linear colour map as a point stage: nine products and three offsets.
#ifndef STOPBATH_KERNELS_MATRIX_H_
#define STOPBATH_KERNELS_MATRIX_H_

#include "kernels/point.h"

namespace stopbath {

struct MultiplyMatrix {
  float m[3][4];

  VF row(const Colour& c, int i) const {
    const VF r = hn::Add(hn::Mul(hn::Set(kF32, m[i][0]), c.r), hn::Set(kF32, m[i][3]));
    return hn::Add(hn::Add(r, hn::Mul(hn::Set(kF32, m[i][1]), c.g)),
                   hn::Mul(hn::Set(kF32, m[i][2]), c.b));
  }
  void operator()(Colour& c, const Place&) const {
    const VF r = row(c, 0), g = row(c, 1), b = row(c, 2);
    c.r = r;
    c.g = g;
    c.b = b;
  }
};

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_MATRIX_H_
