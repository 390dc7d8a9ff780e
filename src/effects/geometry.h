// The stages of effects that move pixels or change the size of the image.
//
// They are lowered at full resolution; a plan for a preview level scales them as a whole, so that
// all levels of a result show the same.
#ifndef STOPBATH_EFFECTS_GEOMETRY_H_
#define STOPBATH_EFFECTS_GEOMETRY_H_

#include <array>

#include "base/matrix3.h"
#include "base/placement.h"
#include "base/rect.h"
#include "kernels/resample_rows.h"

namespace stopbath {

// The image scaled to `size`, of which `window` is kept.
struct ResizeStage {
  Size size;
  Rect window;
  ResampleFilter filter = ResampleFilter::kLanczos3;
  bool linear_light = true;
};

// Result pixels are sampled where a projective map puts them; what lies outside the source is
// background.
struct WarpStage {
  Size size;          // of the result
  Matrix3 to_source;  // from points of the result to points of the source
  // Straight RGBA, 0..1.
  std::array<double, 4> background{};
  bool repeats_edge = false;  // instead of a background
  // Red, green and blue are scaled by these factors about the centre of the source.
  std::array<double, 3> channel_scale{1, 1, 1};
};

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_GEOMETRY_H_
