// Sizes and half-open integer rectangles, x0 <= x < x1, y0 <= y < y1, in pixels of one level.
#ifndef STOPBATH_BASE_RECT_H_
#define STOPBATH_BASE_RECT_H_

#include <cstdint>

namespace stopbath {

struct Size {
  int width = 0;
  int height = 0;

  constexpr int64_t area() const { return int64_t{width} * height; }
  friend constexpr bool operator==(const Size&, const Size&) = default;
};

struct Rect {
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;

  constexpr int width() const { return x1 - x0; }
  constexpr int height() const { return y1 - y0; }
  constexpr bool empty() const { return x1 <= x0 || y1 <= y0; }
  constexpr int64_t area() const { return empty() ? 0 : int64_t{width()} * height(); }
  friend constexpr bool operator==(const Rect&, const Rect&) = default;
};

// The rectangle with `reach` more pixels on every side.
constexpr Rect grow(const Rect& r, int reach) {
  return {r.x0 - reach, r.y0 - reach, r.x1 + reach, r.y1 + reach};
}

constexpr Rect intersect(const Rect& a, const Rect& b) {
  return {a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0, a.x1 < b.x1 ? a.x1 : b.x1,
          a.y1 < b.y1 ? a.y1 : b.y1};
}

}  // namespace stopbath

#endif  // STOPBATH_BASE_RECT_H_
