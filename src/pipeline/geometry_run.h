// Neighbouring geometry effects as one mapping: a placement (crop, mirror, right angles), then at
// most one resize or one warp.
//
//   crop, turn; resize; crop, turn      one placement and one resize of which a window is kept:
//   what
//                                       follows a resize exactly is moved before it
//   crop, turn; warp; crop, turn        one warp whose source is a part of the image
//   warp; warp                          one warp, the product, where the first cuts nothing off and
//   both have
//                                       the same background: pixels are then interpolated once
//
// Two resizes are not one: what the first has taken away must not come back.
#ifndef STOPBATH_PIPELINE_GEOMETRY_RUN_H_
#define STOPBATH_PIPELINE_GEOMETRY_RUN_H_

#include <optional>

#include "effects/geometry.h"

namespace stopbath {

struct GeometryRun {
  explicit GeometryRun(Size source) : placement(whole(source)), source(source) {}

  // False when the stage cannot join: the run is then complete.
  bool add(const Placement& stage);
  bool add(const ResizeStage& stage);
  bool add(const WarpStage& stage);

  // Of the result, at full resolution.
  Size size() const;
  bool is_identity() const { return !resize && !warp && placement.is_identity(source); }

  Placement placement;
  std::optional<ResizeStage> resize;  // of what the placement gives
  std::optional<WarpStage> warp;      // reads the source inside the placement's rectangle
  Size source;
};

// The same at another scale, for a level of `size` pixels.
Placement scaled(const Placement& placement, double scale, Size size);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_GEOMETRY_RUN_H_
