// A straight line through bytes, clamped: what contrast, brightness, levels and their chains are
// per channel.
//
//   out = clamp((a v + c) >> shift, 0, 255)      in integers, exact
//
// A line is used only when it gives every one of the 256 values of the table that it stands for, so
// it changes speed and no byte: arithmetic on whole vectors costs less than half of three look-ups
// per pixel.
#ifndef STOPBATH_KERNELS_BYTE_LINES_H_
#define STOPBATH_KERNELS_BYTE_LINES_H_

#include <array>
#include <cstdint>
#include <optional>

#include "kernels/pixel_rows.h"

namespace stopbath {

struct ByteLines {
  // Per channel; alpha stays as it is. |a| <= 2^22, so that no sum leaves 32 bits.
  std::array<int32_t, 4> a{};
  std::array<int32_t, 4> c{};
  int shift = 0;
};

// The lines that give exactly `tables`, or none. `exact` has the tables' values before rounding,
// 256 per channel, 0..1: slopes are read from them.
std::optional<ByteLines> fit_lines(const ByteTables& tables, const FloatTables& exact);

void map_lines(const uint8_t* in, int n, const ByteLines& lines, uint8_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_BYTE_LINES_H_
