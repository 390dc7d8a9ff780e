// Reading pixels in another order: mirrored rows, and blocks of columns turned into rows.
#ifndef STOPBATH_KERNELS_PLACED_ROWS_H_
#define STOPBATH_KERNELS_PLACED_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace stopbath {

// Pixel is uint32_t (bytes) or uint64_t (fixed). out[i] = in[n - 1 - i].
template <class Pixel>
void mirror_row(const Pixel* in, int n, Pixel* out) noexcept {
  for (int i = 0; i < n; ++i) out[i] = in[n - 1 - i];
}

// Columns of `rows` source rows that are `step` pixels apart (negative: upwards) become rows of
// `out`: out[column * out_stride + row] = in[row * step + column].
template <class Pixel>
void turn_block(const Pixel* in, ptrdiff_t step, int rows, int columns, Pixel* out,
                ptrdiff_t out_stride) noexcept {
  for (int row = 0; row < rows; ++row) {
    for (int c = 0; c < columns; ++c) out[c * out_stride + row] = in[row * step + c];
  }
}

// A cache line of columns at a time.
template <class Pixel>
inline constexpr int kTurnedRows = 64 / int{sizeof(Pixel)};

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_PLACED_ROWS_H_
