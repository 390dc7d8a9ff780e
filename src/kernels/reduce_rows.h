// Means of blocks of opaque pixels straight from bytes: what preview levels of photos are made of.
#ifndef STOPBATH_KERNELS_REDUCE_ROWS_H_
#define STOPBATH_KERNELS_REDUCE_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace stopbath {

inline constexpr int kMaxOpaqueShift = 4;  // 16 x 16 levels still fit 16 bits

// `cells` blocks of 2^shift x 2^shift pixels side by side, 1 <= shift <= kMaxOpaqueShift. Gives the
// bytes that the sum over fixed rows gives. False when a pixel is not opaque; `out` is then
// undefined.
bool reduce_opaque(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells,
                   uint8_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_REDUCE_ROWS_H_
