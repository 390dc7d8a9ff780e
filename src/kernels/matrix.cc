// Every row by itself, in the order offset, red, green, blue.
#include "kernels/matrix.h"

namespace stopbath {
namespace {

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

}  // namespace

PointStage matrix_stage(const std::array<std::array<double, 4>, 3>& matrix) {
  MultiplyMatrix out;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 4; ++j) out.m[i][j] = static_cast<float>(matrix[i][j]);
  }
  return make_point(out);
}

}  // namespace stopbath
