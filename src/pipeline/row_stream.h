// The rows of one unit, pulled on demand: asking for row y of the last step asks the step before
// for what it needs.
//
// Rows must be asked for in increasing order. A row is valid until the next one is asked for.
#ifndef STOPBATH_PIPELINE_ROW_STREAM_H_
#define STOPBATH_PIPELINE_ROW_STREAM_H_

#include <cstdint>

#include "pipeline/executor.h"

namespace stopbath {

// One row of the region of a step, in whichever form it was produced.
struct Row {
  const uint8_t* bytes = nullptr;
  const int16_t* fixed = nullptr;
  PlanarRow planar;
};

// Conversions that pick the right kernel for the form of `row`.
void row_to_planar(const Row& row, int n, const PlanarRow& out) noexcept;
void row_to_premultiplied(const Row& row, int n, const PlanarRow& out) noexcept;
void row_to_fixed(const Row& row, int n, int16_t* out) noexcept;
void row_to_bytes(const Row& row, int n, uint8_t* out) noexcept;

class RowStream {
 public:
  // Columns x0 <= x < x1 of the last step's rows, inside the image.
  RowStream(const Pass& pass, const Memory& memory, uint8_t* scratch, int x0, int x1) noexcept;

  Row pull(int y) noexcept { return pull_step(step_count_, y); }

 private:
  Row pull_step(int step, int y) noexcept;
  Row pull_source(int y) noexcept;
  // Pixels x0 <= x < x1 of row y of an expanded grid.
  const int16_t* pull_spline(const SplineGrid& spline, Span span, int y) noexcept;
  // The same from the four rows of cells around row y, each from the first cell that it reads.
  const int16_t* expand_spline(const SplineGrid& spline, const int16_t* const* rows, Span span,
                               int y) noexcept;
  Row pull_points(int step, int y) noexcept;
  Row pull_gaussian(int step, int y) noexcept;
  // See row_stream_halved.cc.
  struct HalvedRows;
  struct HalvedNext {
    int line, cells, filtered;  // the rows of pixels, cells and filtered cells that come next
  };
  Row pull_halved(int step, int y) noexcept;
  void make_cells(const HalvedRows& h, int step, int c) noexcept;
  void filter_cells(const HalvedRows& h, int step, int c) noexcept;
  Row pull_box(int step, int y) noexcept;
  Row pull_window(int step, int y) noexcept;
  Row pull_keep(int step, int y) noexcept;
  Row pull_branch(int step, int y) noexcept;
  Row pull_measured(int step, int y) noexcept;
  Row pull_combine(int step, int y) noexcept;
  // Row y of the image that a combining step takes as the original.
  Row pull_original(int step, int y) noexcept;
  int16_t* kept_row(const RowStep& keep, int y) noexcept {
    return at<int16_t>(keep.ring) + ptrdiff_t{y % (keep.lag + 1)} * keep.ring_stride * 4;
  }

  // See row_stream_geometry.cc.
  Row pull_view(int y) noexcept;
  template <class Pixel>
  const Pixel* viewed_row(const Pixel* pixels, ptrdiff_t stride, int y) noexcept;
  Row pull_warp(int y) noexcept;
  Row pull_layer(int step, int y) noexcept;
  // Row y of a step in fixed form; a table of bytes gives it without floats in between.
  void pull_fixed(int step, int y, int16_t* out) noexcept;
  Row pull_resample(int step, int y) noexcept;
  Row pull_nearest(int step, int y) noexcept;
  Row pull_blocks(int step, int y) noexcept;

  // Of the image that the step reads.
  int bottom_before(int step) const {
    return pass_.size_before(static_cast<size_t>(step - 1)).height - 1;
  }
  const int16_t* grid_row(const Grid& grid, int x, int y) const {
    const auto* pixels =
        reinterpret_cast<const int16_t*>(memory_.temporaries[static_cast<size_t>(grid.temporary)]);
    return pixels + (ptrdiff_t{y} * grid.stride + x) * 4;
  }
  PlanarRow planes_at(size_t offset, int stride, int column = 0) const {
    auto* r = at<float>(offset) + column;
    return {r, r + stride, r + 2 * stride, r + 3 * stride};
  }
  template <class T>
  T* at(size_t offset) const {
    return reinterpret_cast<T*>(scratch_ + offset);
  }

  const Pass& pass_;
  const Memory& memory_;
  uint8_t* scratch_;
  int step_count_;
  Span span_[kMaxPassSteps + 1];  // columns produced by the source (0) and by step i (i + 1)
  int next_row_[kMaxPassSteps];   // of a filter: first input row (or pair of rows) not yet filtered
                                  // along x; of a nearest: the row it holds; -1 before the first
  int turned_ = -1;               // of a transposed view: the block of rows it holds
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_ROW_STREAM_H_
