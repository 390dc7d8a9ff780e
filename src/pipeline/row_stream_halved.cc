// A Gaussian of a medium sigma, row by row inside its pass: what wide_blur.h does in three passes
// over images in memory, with cells of two pixels and rings of a few rows. The arithmetic is the
// same, and so are the bytes for any tile.
//
// Cells are counted as in a grid in memory, with its margin: cell c is made of pixels 2 (c -
// kGridMargin) - 1 and the three after it, and pixel p lies between cells (p + 1) / 2 + 1 and + 2.
#include <algorithm>

#include "kernels/reduce_rows.h"
#include "pipeline/halved_cells.h"
#include "pipeline/row_stream.h"

namespace stopbath {

// The pixels, the cells and the filtered cells of one unit's rows; columns are counted in the step
// before, the grid and the grid.
struct RowStream::HalvedRows {
  const RowStep& step;
  Span pixels;    // that the step before gives
  Span cells;     // that the filter along x reads
  Span filtered;  // that the spline reads
  Size grid;
  int lo;  // the first pixel of the first cell; it may lie outside the image
  HalvedNext& next;
  int16_t* lines;  // four rows of pixels
  int lines_stride;
  int16_t* ring;  // cells filtered along x, 2 * reach + 1 rows, then four that are filtered
  int16_t* cell_line;
  int16_t* merged;

  int reach() const { return step.weights.reach; }
  int16_t* line(int y) const { return lines + ptrdiff_t{y & 3} * lines_stride * 4; }
  int16_t* along_x(int c) const {
    return ring +
           ptrdiff_t{std::clamp(c, 0, grid.height - 1) % (2 * reach() + 1)} * step.ring_stride * 4;
  }
  int16_t* blurred(int c) const {
    return ring + ptrdiff_t{2 * reach() + 1 + (c & 3)} * step.ring_stride * 4;
  }
};

// Row c of cells, into `cell_line`.
void RowStream::make_cells(const HalvedRows& h, int step, int c) noexcept {
  const bool plain = step == 1 && pass_.source == Pass::Source::kBytes && !pass_.view;
  if (plain && opaque_cells(memory_.image(), h.cells, c, h.cell_line)) return;
  const int first = first_pixel(c), bottom = bottom_before(step);
  const int hi = h.lo + 2 * h.cells.length() + 2;
  h.next.line = std::max(h.next.line, std::clamp(first, 0, bottom));
  for (const int last = std::clamp(first + 3, 0, bottom); h.next.line <= last; ++h.next.line) {
    int16_t* line = h.line(h.next.line);
    row_to_fixed(pull_step(step - 1, h.next.line), h.pixels.length(), line);
    replicate_fixed(line, h.pixels.length(), std::max(h.pixels.begin - h.lo, 0),
                    std::max(hi - h.pixels.end, 0));
  }
  const int16_t* rows[4];
  for (int k = 0; k < 4; ++k) {
    rows[k] = h.line(std::clamp(first + k, 0, bottom)) + ptrdiff_t{h.lo - h.pixels.begin} * 4;
  }
  halve_rows(rows, 2 * h.cells.length() + 2, h.merged);
  halve_row(h.merged, h.cells.length(), h.cell_line);
}

// Row c of cells, filtered along x, into the ring.
void RowStream::filter_cells(const HalvedRows& h, int step, int c) noexcept {
  make_cells(h, step, c);
  const int r = h.reach();
  const int left = r - (h.filtered.begin - h.cells.begin);
  replicate_fixed(h.cell_line, h.cells.length(), left, r - (h.cells.end - h.filtered.end));
  const int16_t* taps[2 * kMaxFirReach + 1];
  for (int k = 0; k <= 2 * r; ++k) taps[k] = h.cell_line + ptrdiff_t{k - left} * 4;
  fir_rows(taps, h.step.weights, h.filtered.length(), h.along_x(c));
}

Row RowStream::pull_halved(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int r = s.weights.reach;
  const Span result = span_[step];
  const Size grid = halved_grid(s.size);
  const Span filtered = {(result.begin + 1) >> 1, ((result.end) >> 1) + 4};
  const Span cells = {std::max(filtered.begin - r, 0), std::min(filtered.end + r, grid.width)};
  HalvedNext& next = *at<HalvedNext>(s.own);
  const HalvedRows h = {.step = s,
                        .pixels = span_[step - 1],
                        .cells = cells,
                        .filtered = filtered,
                        .grid = grid,
                        .lo = first_pixel(cells.begin),
                        .next = next,
                        .lines = at<int16_t>(s.line) + ptrdiff_t{s.line_pad} * 4,
                        .lines_stride = s.lines_stride,
                        .ring = at<int16_t>(s.ring),
                        .cell_line = at<int16_t>(s.cells) + ptrdiff_t{s.line_pad} * 4,
                        .merged = at<int16_t>(s.out)};
  const int above = (y + 1) >> 1;
  if (next_row_[step - 1] < 0) next = {0, std::max(above - r, 0), above};
  next_row_[step - 1] = y;
  for (; next.filtered < above + 4; ++next.filtered) {
    const int c = next.filtered;
    for (const int last = std::min(c + r, grid.height - 1); next.cells <= last; ++next.cells) {
      filter_cells(h, step, next.cells);
    }
    const int16_t* taps[2 * kMaxFirReach + 1];
    for (int k = 0; k <= 2 * r; ++k) taps[k] = h.along_x(c - r + k);
    fir_rows(taps, s.weights, filtered.length(), h.blurred(c));
  }
  const int16_t* rows[4];
  for (int k = 0; k < 4; ++k) rows[k] = h.blurred(above + k);
  Row out;
  out.fixed = expand_spline(*s.spline, rows, result, y);
  return out;
}

}  // namespace stopbath
