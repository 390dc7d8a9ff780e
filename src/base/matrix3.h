// A projective map of the plane as a 3 x 3 matrix, row by row, in double precision:
//   x' = (m0 x + m1 y + m2) / w,  y' = (m3 x + m4 y + m5) / w,  w = m6 x + m7 y + m8.
#ifndef STOPBATH_BASE_MATRIX3_H_
#define STOPBATH_BASE_MATRIX3_H_

#include <array>
#include <cstddef>

namespace stopbath {

struct Matrix3 {
  std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};

  constexpr double operator[](size_t i) const { return m[i]; }
  friend constexpr bool operator==(const Matrix3&, const Matrix3&) = default;
};

struct Point {
  double x = 0;
  double y = 0;
};

// First b, then a.
constexpr Matrix3 operator*(const Matrix3& a, const Matrix3& b) {
  Matrix3 c;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      c.m[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
    }
  }
  return c;
}

constexpr Matrix3 scaling(double x, double y) { return {{x, 0, 0, 0, y, 0, 0, 0, 1}}; }
constexpr Matrix3 translation(double x, double y) { return {{1, 0, x, 0, 1, y, 0, 0, 1}}; }

constexpr double determinant(const Matrix3& a) {
  return a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6]) +
         a[2] * (a[3] * a[7] - a[4] * a[6]);
}

// The inverse up to a factor, which a projective map does not see; the determinant must not be 0.
constexpr Matrix3 adjugate(const Matrix3& a) {
  return {{a[4] * a[8] - a[5] * a[7], a[2] * a[7] - a[1] * a[8], a[1] * a[5] - a[2] * a[4],
           a[5] * a[6] - a[3] * a[8], a[0] * a[8] - a[2] * a[6], a[2] * a[3] - a[0] * a[5],
           a[3] * a[7] - a[4] * a[6], a[1] * a[6] - a[0] * a[7], a[0] * a[4] - a[1] * a[3]}};
}

// The third coordinate of the image of a point, whose sign tells on which side of the horizon it
// is.
constexpr double depth(const Matrix3& a, Point p) { return a[6] * p.x + a[7] * p.y + a[8]; }

constexpr Point apply(const Matrix3& a, Point p) {
  const double w = depth(a, p);
  return {(a[0] * p.x + a[1] * p.y + a[2]) / w, (a[3] * p.x + a[4] * p.y + a[5]) / w};
}

}  // namespace stopbath

#endif  // STOPBATH_BASE_MATRIX3_H_
