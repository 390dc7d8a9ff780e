// Linear colour maps:  out_i = sum_j m[i][j] in_j + m[i][3]  over red, green and blue; alpha stays.
//
// What an effect of this kind lowers to, so that a run of them becomes one matrix.
#ifndef STOPBATH_EFFECTS_COLOUR_MATRIX_H_
#define STOPBATH_EFFECTS_COLOUR_MATRIX_H_

#include <array>
#include <cstddef>

namespace stopbath {

struct ColourMatrix {
  std::array<std::array<double, 4>, 3> m{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}};

  friend constexpr bool operator==(const ColourMatrix&, const ColourMatrix&) = default;
  constexpr bool is_identity() const { return *this == ColourMatrix{}; }

  // True when every channel of the result depends on that channel alone.
  bool diagonal() const {
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) {
        if (i != j && m[i][j] != 0) return false;
      }
    }
    return true;
  }
};

// out = gain in + offset in every channel.
constexpr ColourMatrix scale_and_offset(double gain, double offset) {
  return {{{{gain, 0, 0, offset}, {0, gain, 0, offset}, {0, 0, gain, offset}}}};
}

// First `first`, then `then`.
constexpr ColourMatrix product(const ColourMatrix& then, const ColourMatrix& first) {
  ColourMatrix out;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      out.m[i][j] = j == 3 ? then.m[i][3] : 0;
      for (size_t k = 0; k < 3; ++k) out.m[i][j] += then.m[i][k] * first.m[k][j];
    }
  }
  return out;
}

// in + share (matrix in - in)
constexpr ColourMatrix mixed(ColourMatrix matrix, double share) {
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      matrix.m[i][j] = share * matrix.m[i][j] + (i == j ? 1 - share : 0);
    }
  }
  return matrix;
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_COLOUR_MATRIX_H_
