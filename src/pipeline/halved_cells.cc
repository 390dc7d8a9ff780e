// Four by four bytes, weighted (1 3 3 1) each way, are a cell without rounding; at the left and
// right edge pixels repeat.
#include "pipeline/halved_cells.h"

#include <algorithm>

#include "kernels/reduce_rows.h"

namespace stopbath {
namespace {

// A cell of four columns from x, some of them outside the image; false when one is not opaque.
bool edge_cell(const uint8_t* const* rows, int x, int width, int16_t* out) noexcept {
  constexpr int kWeight[4] = {1, 3, 3, 1};
  int sum[4] = {};
  for (int v = 0; v < 4; ++v) {
    for (int i = 0; i < 4; ++i) {
      const uint8_t* p = rows[v] + ptrdiff_t{std::clamp(x + i, 0, width - 1)} * kBytesPerPixel;
      if (p[3] != 255) return false;
      for (int c = 0; c < 4; ++c) sum[c] += kWeight[v] * kWeight[i] * p[c];
    }
  }
  for (int c = 0; c < 4; ++c) out[c] = static_cast<int16_t>(sum[c]);
  return true;
}

}  // namespace

bool opaque_cells(const ConstImageView& source, Span columns, int c, int16_t* out) noexcept {
  const int y = first_pixel(c);
  if (y < 0 || y + 4 > source.height) return false;
  const int count = columns.length();
  const int lo = first_pixel(columns.begin);
  // Cell i covers columns lo + 2 i .. + 3; those from .. to - 1 lie inside the image.
  const int from = std::clamp((1 - lo) / 2, 0, count);
  const int to = std::clamp((source.width - lo - 2) / 2, from, count);
  const uint8_t* rows[4];
  for (int k = 0; k < 4; ++k) rows[k] = source.row(y + k);
  for (int i = 0; i < count; ++i) {
    if (i == from) i = to;
    if (i < count && !edge_cell(rows, lo + 2 * i, source.width, out + 4 * i)) return false;
  }
  for (const uint8_t*& row : rows) row += ptrdiff_t{lo + 2 * from} * kBytesPerPixel;
  return from == to || halve_opaque(rows, to - from, out + 4 * from);
}

}  // namespace stopbath
