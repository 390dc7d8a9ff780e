// d is chosen so that the filter on the grid has a sigma of 1.6 to 3.4 cells (from 0.7 for the
// narrowest blurs). Rounding included, photos are then at most 1.4 levels off, white noise over the
// full range 2.2 levels and 54.9 dB, from sigma 2.5 on 1.5 levels and 57 dB (tests/oracle_test.cc).
#include "pipeline/wide_blur.h"

#include <cmath>

namespace stopbath {
namespace {

constexpr int kMaxShift = 6;

// The weights of the four cells around a point at t, 0 <= t < 1, between the two middle ones.
std::array<int16_t, 4> spline_weights(double t) {
  const double u = 1 - t;
  const double w[4] = {u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6,
                       (3 * u * u * u - 6 * u * u + 4) / 6, t * t * t / 6};
  std::array<int16_t, 4> out{};
  int left = kWeightOne;
  for (size_t k : {0u, 3u, 1u}) {
    out[k] = static_cast<int16_t>(w[k] * kWeightOne + 0.5);
    left -= out[k];
  }
  out[2] = static_cast<int16_t>(left);
  return out;
}

}  // namespace

CoarseGrid coarse_grid(Size image, double sigma) {
  CoarseGrid grid;
  while (grid.shift < kMaxShift && sigma >= 3.5 * (1 << grid.shift)) ++grid.shift;
  const double d = 1 << grid.shift;
  const double h = d / 2;
  const double rest = sigma * sigma - ((h * h - 1) / 12 + 0.75 * h * h) - d * d / 3;
  grid.sigma = std::sqrt(rest) / d;
  const auto cells = [&](int side) {
    return ((side + (1 << grid.shift) - 1) >> grid.shift) + 2 * kGridMargin;
  };
  grid.size = {cells(image.width), cells(image.height)};
  grid.stride = padded_pixels(grid.size.width) + kRowAlign;
  grid.bytes = static_cast<size_t>(grid.stride) * static_cast<size_t>(grid.size.height) * 8 + 64;
  return grid;
}

RowStep halved_step(Size image, double sigma) {
  const CoarseGrid grid = coarse_grid(image, sigma);
  RowStep step;
  step.kind = RowStep::Kind::kHalved;
  step.size = image;
  step.weights = gaussian_weights(grid.sigma);
  step.spline = expanded(grid, -1);
  return step;
}

void to_coarse(const CoarseGrid& grid, int temporary, Pass& pass) {
  pass.sink = Pass::Sink::kCoarse;
  pass.sink_grid = {temporary, grid.stride};
  pass.sink_shift = grid.shift;
  pass.sink_size = grid.size;
}

Pass filter_coarse(const CoarseGrid& grid, int from, int to) {
  Pass pass;
  pass.source = Pass::Source::kGrid;
  pass.source_grid = {from, grid.stride};
  pass.sink = Pass::Sink::kGrid;
  pass.sink_grid = {to, grid.stride};
  pass.source_size = pass.size = pass.sink_size = grid.size;
  RowStep step;
  step.kind = RowStep::Kind::kGaussian;
  step.size = grid.size;
  step.weights = gaussian_weights(grid.sigma);
  pass.steps.push_back(std::move(step));
  return pass;
}

SplineGrid expanded(const CoarseGrid& grid, int temporary) {
  SplineGrid spline;
  spline.grid = {temporary, grid.stride};
  spline.shift = grid.shift;
  const int d = 1 << grid.shift;
  for (int k = 0; k < d; ++k) {
    SplinePhase phase;
    phase.weight = spline_weights((k + 0.5) / d);
    for (size_t lane = 0; lane < 8; ++lane) {
      phase.left[lane] = phase.weight[lane % 2];
      phase.right[lane] = phase.weight[2 + lane % 2];
    }
    spline.weights.push_back(phase);
  }
  return spline;
}

}  // namespace stopbath
