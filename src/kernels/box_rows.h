// Means over a square by running sums: time does not depend on the radius.
//
// A square of radius r covers 2 r + 1 pixels a side; the outermost ones count by the fraction of r.
// Sums are integers, so that it does not matter where they started.
#ifndef STOPBATH_KERNELS_BOX_ROWS_H_
#define STOPBATH_KERNELS_BOX_ROWS_H_

#include <cstdint>

namespace stopbath {

inline constexpr int kMaxBoxRadius = 100;  // sums of 201 fixed values are exact as floats

struct BoxWeights {
  int whole = 0;       // pixels on each side that count fully
  float fraction = 0;  // of the next one, 0 <= fraction < 1
  float inverse = 1;   // 1 / (2 r + 1)

  int reach() const { return fraction > 0 ? whole + 1 : whole; }
};

// 0 <= radius <= kMaxBoxRadius, pixels.
BoxWeights box_weights(double radius);

// Adds a row of n pixels to the sums of 32 bits (add_row does the same) and takes another away.
void slide_sums(const int16_t* added, const int16_t* removed, int n, int32_t* sums) noexcept;

// Means along y from the sums of the whole rows and the two rows beyond them.
void box_column_means(const int32_t* sums, const int16_t* above, const int16_t* below,
                      const BoxWeights& box, int n, int16_t* out) noexcept;

// Means along x: out[i] from pixels i .. i + 2 reach of `in`.
void box_row_means(const int16_t* in, const BoxWeights& box, int n, int16_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_BOX_ROWS_H_
