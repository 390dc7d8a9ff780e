// A colour matrix on bytes in integers:  out_i = clamp((sum_j w_ij in_j + o_i) >> shift, 0, 255);
// alpha stays.
//
// Weights are rounded to 16 bits. With 13 or more of them behind the point a result is off by at
// most 3 / 2 * 255 / 2^13 = 0.05 of a level before it is rounded.
#ifndef STOPBATH_KERNELS_BYTE_MATRIX_H_
#define STOPBATH_KERNELS_BYTE_MATRIX_H_

#include <array>
#include <cstdint>
#include <optional>

namespace stopbath {

struct ByteMatrix {
  std::array<std::array<int16_t, 3>, 3> weights{};
  std::array<int32_t, 3> offsets{};  // with half a level for rounding
  int shift = 0;                     // 13 or 14
};

// Rows for red, green and blue: three weights, and an offset where 1 is white. None when a weight
// is 4 or more, or an offset beyond 16.
std::optional<ByteMatrix> fit_matrix(const std::array<std::array<double, 4>, 3>& matrix);

void map_matrix(const uint8_t* in, int n, const ByteMatrix& matrix, uint8_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_BYTE_MATRIX_H_
