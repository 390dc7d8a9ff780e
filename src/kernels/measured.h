// Effects that look at the whole image before they change a pixel: counts of levels, what is
// concluded from them, and arithmetic that uses it.
#ifndef STOPBATH_KERNELS_MEASURED_H_
#define STOPBATH_KERNELS_MEASURED_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/pixel_rows.h"

namespace stopbath {

// Pixels of each level: red, green, blue, alpha. Colours that alpha 0 hides do not count.
using LevelCounts = std::array<std::array<uint32_t, 256>, 4>;

inline constexpr int kMostMeasured = 16;  // numbers that are concluded

struct MeasuredStage {
  static constexpr size_t kStateBytes = 32;
  alignas(16) unsigned char state[kStateBytes] = {};
  // Called once, on one worker, with the counts of the whole image.
  void (*conclude)(const void* state, const LevelCounts& counts,
                   std::array<float, kMostMeasured>& out) noexcept = nullptr;
  // Works on n straight pixels in place; results stay in 0..1.
  void (*apply)(const float* concluded, const PlanarRow& row, int n) noexcept = nullptr;
  double ns = 1;  // nominal cost of one pixel
};

// Adds n pixels of straight bytes.
inline void count_levels(const uint8_t* row, int n, LevelCounts& counts) noexcept {
  for (int x = 0; x < n; ++x) {
    const uint8_t* p = row + 4 * x;
    ++counts[3][p[3]];
    if (p[3] == 0) continue;
    ++counts[0][p[0]];
    ++counts[1][p[1]];
    ++counts[2][p[2]];
  }
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_MEASURED_H_
