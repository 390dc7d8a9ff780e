// A linear colour map as a point stage: nine products and three offsets.
#ifndef STOPBATH_KERNELS_MATRIX_H_
#define STOPBATH_KERNELS_MATRIX_H_

#include <array>

#include "kernels/point.h"

namespace stopbath {

// Rows for red, green and blue: three weights, and an offset where 1 is white.
PointStage matrix_stage(const std::array<std::array<double, 4>, 3>& matrix);

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_MATRIX_H_
