// A smooth curve through points: cubic pieces whose slopes keep it monotone where the points are.
#ifndef STOPBATH_KERNELS_CURVE_POINTS_H_
#define STOPBATH_KERNELS_CURVE_POINTS_H_

#include <span>

#include "kernels/simd.h"

namespace stopbath {

inline constexpr int kMaxCurvePoints = 16;

// From x_k on:  y = y_k + d (b_k + d (c_k + d e_k)),  d = x - x_k. Before the first point and from
// the last on the curve is level: those are pieces too.
struct SmoothCurve {
  struct Piece {
    float x = 0, y = 0, b = 0, c = 0, e = 0;
  };
  Piece pieces[kMaxCurvePoints + 1];
  int count = 0;

  VF operator()(VF x) const {
    VF x0 = hn::Zero(kF32), y = hn::Set(kF32, pieces[0].y);
    VF b = hn::Zero(kF32), c = hn::Zero(kF32), e = hn::Zero(kF32);
    for (int k = 1; k < count; ++k) {
      const Piece& p = pieces[k];
      const auto from_here = hn::Ge(x, hn::Set(kF32, p.x));
      x0 = hn::IfThenElse(from_here, hn::Set(kF32, p.x), x0);
      y = hn::IfThenElse(from_here, hn::Set(kF32, p.y), y);
      b = hn::IfThenElse(from_here, hn::Set(kF32, p.b), b);
      c = hn::IfThenElse(from_here, hn::Set(kF32, p.c), c);
      e = hn::IfThenElse(from_here, hn::Set(kF32, p.e), e);
    }
    const VF d = hn::Sub(x, x0);
    return hn::Add(y, hn::Mul(d, hn::Add(b, hn::Mul(d, hn::Add(c, hn::Mul(d, e))))));
  }
};

// Points x, y, x, y, ..., 2..kMaxCurvePoints of them, x rising.
SmoothCurve smooth_curve(std::span<const double> points);

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_CURVE_POINTS_H_
