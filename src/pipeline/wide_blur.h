// A wide Gaussian in time independent of its sigma: reduce to a coarse grid, filter there, expand
// by a cubic B-spline.
//
// Variances of filters applied one after another add up. With cells of d pixels and half cells of h
// = d / 2:
//   reduction   (h^2 - 1) / 12 + 3 h^2 / 4     means of half cells, then (1 3 3 1) / 8
//   expansion   d^2 / 3                        cubic B-spline
// and the Gaussian on the grid supplies the rest of sigma^2.
#ifndef STOPBATH_PIPELINE_WIDE_BLUR_H_
#define STOPBATH_PIPELINE_WIDE_BLUR_H_

#include "pipeline/program.h"

namespace stopbath {

// From this sigma on a grid is used: first one of cells of two pixels, row by row inside the pass;
// below, the Gaussian runs on full resolution.
inline constexpr double kHalvedSigma = 2.0;
// From this sigma on the grid is an image in memory, and the pass ends.
inline constexpr double kWideSigma = 7.0;

struct CoarseGrid {
  int shift = 1;     // d = 2^shift
  Size size;         // cells, with the margin
  int stride = 0;    // cells
  double sigma = 0;  // in cells, for the filter on the grid
  size_t bytes = 0;
};

CoarseGrid coarse_grid(Size image, double sigma);

// The step for kHalvedSigma <= sigma < kWideSigma, without its name.
RowStep halved_step(Size image, double sigma);

// Makes the grid the sink of a pass over the image.
void to_coarse(const CoarseGrid& grid, int temporary, Pass& pass);
// The pass that filters one temporary into another.
Pass filter_coarse(const CoarseGrid& grid, int from, int to);
// The grid as something to expand to the pixels of the image.
SplineGrid expanded(const CoarseGrid& grid, int temporary);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_WIDE_BLUR_H_
