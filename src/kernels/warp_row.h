// Sampling an image where a projective map puts the pixels of the result: cubic convolution with a
// = -1/2 over 4 x 4 pixels (Keys, 1981), premultiplied. Reductions are not antialiased.
#ifndef STOPBATH_KERNELS_WARP_ROW_H_
#define STOPBATH_KERNELS_WARP_ROW_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/matrix3.h"
#include "base/rect.h"

namespace stopbath {

struct WarpSource {
  // Bytes or fixed, the other null; rows are `stride` pixels apart.
  const uint8_t* bytes = nullptr;
  const int16_t* fixed = nullptr;
  ptrdiff_t stride = 0;
  Rect domain;                          // the pixels that may be read
  std::array<int16_t, 4> background{};  // outside it, premultiplied
  bool repeats_edge = false;            // instead
};

// Positions are rounded to this part of a pixel.
inline constexpr int kWarpPhases = 1024;

// Fixed pixels x0 .. x0 + n - 1 of row y of the result.
void warp_row(const WarpSource& source, const Matrix3& to_source, int x0, int n, int y,
              int16_t* out) noexcept;

// Red from one row, blue from another, into the row that has green and alpha.
void join_channels(const int16_t* red, const int16_t* blue, int n, int16_t* row) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_WARP_ROW_H_
