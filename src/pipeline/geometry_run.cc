// Stages join by multiplying their maps; what may not join ends the run.
#include "pipeline/geometry_run.h"

#include <algorithm>
#include <cmath>

namespace stopbath {
namespace {

// Every corner of the source lies inside the result.
bool keeps_all(const WarpStage& warp, const Rect& source) {
  const Matrix3 to_result = adjugate(warp.to_source);
  const double sign = determinant(warp.to_source) < 0 ? -1 : 1;
  constexpr double kSlack = 1e-6;
  for (const int x : {source.x0, source.x1}) {
    for (const int y : {source.y0, source.y1}) {
      const Point corner = {double(x), double(y)};
      if (sign * depth(to_result, corner) <= 0) return false;
      const Point p = apply(to_result, corner);
      if (p.x < -kSlack || p.x > warp.size.width + kSlack) return false;
      if (p.y < -kSlack || p.y > warp.size.height + kSlack) return false;
    }
  }
  return true;
}

bool plain(const WarpStage& warp) { return warp.channel_scale == std::array<double, 3>{1, 1, 1}; }

}  // namespace

bool GeometryRun::add(const Placement& stage) {
  if (warp) {
    warp->to_source = warp->to_source * stage.to_source();
    warp->size = stage.size();
    return true;
  }
  if (!resize) {
    placement = compose(placement, stage);
    return true;
  }
  // The turn goes before the resize, the rectangle into its window.
  Rect kept = stage.rect;
  kept = {kept.x0 + resize->window.x0, kept.y0 + resize->window.y0, kept.x1 + resize->window.x0,
          kept.y1 + resize->window.y0};
  Placement turn = whole(placement.size());
  turn.transposed = stage.transposed;
  turn.flip_x = stage.flip_x;
  turn.flip_y = stage.flip_y;
  placement = compose(placement, turn);
  resize->window = result_rect(turn, resize->size, kept);
  if (stage.transposed) std::swap(resize->size.width, resize->size.height);
  return true;
}

bool GeometryRun::add(const ResizeStage& stage) {
  if (resize || warp) return false;
  resize = stage;
  return true;
}

bool GeometryRun::add(const WarpStage& stage) {
  if (resize) return false;
  if (!warp) {
    warp = stage;
    warp->to_source = placement.to_source() * stage.to_source;
    return true;
  }
  const bool same_ground =
      !warp->repeats_edge && !stage.repeats_edge && warp->background == stage.background;
  if (!same_ground || !plain(*warp) || !plain(stage)) return false;
  if (!keeps_all(*warp, placement.rect)) return false;
  warp->to_source = warp->to_source * stage.to_source;
  warp->size = stage.size;
  return true;
}

Size GeometryRun::size() const {
  if (warp) return warp->size;
  if (resize) return {resize->window.width(), resize->window.height()};
  return placement.size();
}

Placement scaled(const Placement& placement, double scale, Size size) {
  Placement result = placement;
  // floor(a) + ceil(b) <= ceil(a + b): what fits the image fits its level.
  const auto part = [scale](int from, int to, int limit, int& begin, int& end) {
    begin = std::min(static_cast<int>(std::floor(from * scale)), limit - 1);
    end = std::min(begin + static_cast<int>(std::ceil((to - from) * scale - 1e-9)), limit);
    end = std::max(end, begin + 1);
  };
  part(placement.rect.x0, placement.rect.x1, size.width, result.rect.x0, result.rect.x1);
  part(placement.rect.y0, placement.rect.y1, size.height, result.rect.y0, result.rect.y1);
  return result;
}

}  // namespace stopbath
