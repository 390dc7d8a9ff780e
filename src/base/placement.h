// A part of an image, turned by right angles and mirrored: pixels move, none changes.
//
// Result pixel (X, Y): mirrored along x and y inside the result, then the axes exchanged, then
// moved to the rectangle:  (X', Y') -> (rect.x0 + X', rect.y0 + Y')  or, transposed,  (rect.x0 +
// Y', rect.y0 + X').
#ifndef STOPBATH_BASE_PLACEMENT_H_
#define STOPBATH_BASE_PLACEMENT_H_

#include "base/matrix3.h"
#include "base/rect.h"

namespace stopbath {

struct Placement {
  Rect rect;  // of the source
  bool transposed = false;
  bool flip_x = false;
  bool flip_y = false;

  constexpr Size size() const {
    return transposed ? Size{rect.height(), rect.width()} : Size{rect.width(), rect.height()};
  }
  constexpr bool turns() const { return transposed || flip_x || flip_y; }
  // Nothing is left out or moved in an image of this size.
  constexpr bool is_identity(Size source) const {
    return !turns() && rect == Rect{0, 0, source.width, source.height};
  }
  // From points of the result to points of the source.
  constexpr Matrix3 to_source() const {
    const double w = size().width, h = size().height;
    const double sx = flip_x ? -1 : 1, sy = flip_y ? -1 : 1;
    const double ox = flip_x ? w : 0, oy = flip_y ? h : 0;  // X' = sx X + ox
    if (transposed) return {{0, sy, rect.x0 + oy, sx, 0, rect.y0 + ox, 0, 0, 1}};
    return {{sx, 0, rect.x0 + ox, 0, sy, rect.y0 + oy, 0, 0, 1}};
  }
};

// The whole of an image.
constexpr Placement whole(Size source) { return {.rect = {0, 0, source.width, source.height}}; }

// Where a rectangle of the result lies in the source.
constexpr Rect source_rect(const Placement& p, const Rect& r) {
  const Size s = p.size();
  const int x0 = p.flip_x ? s.width - r.x1 : r.x0;
  const int y0 = p.flip_y ? s.height - r.y1 : r.y0;
  const Rect q = p.transposed ? Rect{y0, x0, y0 + r.height(), x0 + r.width()}
                              : Rect{x0, y0, x0 + r.width(), y0 + r.height()};
  return {q.x0 + p.rect.x0, q.y0 + p.rect.y0, q.x1 + p.rect.x0, q.y1 + p.rect.y0};
}

// `second` applied to the result of `first`, as one placement.
constexpr Placement compose(const Placement& first, const Placement& second) {
  Placement both;
  both.rect = source_rect(first, second.rect);
  both.transposed = first.transposed != second.transposed;
  // A mirror of the first acts on the axis that the second has put there.
  both.flip_x = second.flip_x != (second.transposed ? first.flip_y : first.flip_x);
  both.flip_y = second.flip_y != (second.transposed ? first.flip_x : first.flip_y);
  return both;
}

// Of a mirror image or a turn of an image of size `s`: where a rectangle of that image goes.
constexpr Rect result_rect(const Placement& turn, Size s, const Rect& r) {
  const Rect q = turn.transposed ? Rect{r.y0, r.x0, r.y1, r.x1} : r;
  const Size t = turn.transposed ? Size{s.height, s.width} : s;
  const int x0 = turn.flip_x ? t.width - q.x1 : q.x0;
  const int y0 = turn.flip_y ? t.height - q.y1 : q.y0;
  return {x0, y0, x0 + q.width(), y0 + q.height()};
}

}  // namespace stopbath

#endif  // STOPBATH_BASE_PLACEMENT_H_
