// Means of blocks of opaque pixels straight from bytes: what preview levels and coarse grids of
// photos are made of.
//
// All give exactly what the sums over fixed rows give, and return false when a pixel is not opaque;
// `out` is then undefined.
#ifndef STOPBATH_KERNELS_REDUCE_ROWS_H_
#define STOPBATH_KERNELS_REDUCE_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace stopbath {

inline constexpr int kMaxOpaqueShift = 4;  // 16 x 16 levels still fit 16 bits

// `cells` blocks of 2^shift x 2^shift pixels side by side, 1 <= shift <= kMaxOpaqueShift, as bytes.
bool reduce_opaque(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells,
                   uint8_t* out) noexcept;
// The same in fixed form.
bool mean_opaque(const uint8_t* pixels, ptrdiff_t stride, int shift, int cells,
                 int16_t* out) noexcept;

// The cell (1 3 3 1) x (1 3 3 1) / 64 of 4 x 4 pixels for `cells` cells two pixels apart: rows[k]
// is where row k of the first cell starts.
bool halve_opaque(const uint8_t* const* rows, int cells, int16_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_REDUCE_ROWS_H_
