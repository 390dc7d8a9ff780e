// Cells of two pixels, counted as in a coarse grid with its margin, and those of opaque bytes.
#ifndef STOPBATH_PIPELINE_HALVED_CELLS_H_
#define STOPBATH_PIPELINE_HALVED_CELLS_H_

#include "base/image_view.h"
#include "pipeline/program.h"

namespace stopbath {

// The first of the four pixels along each axis that cell c is made of; it may lie outside the
// image.
constexpr int first_pixel(int c) { return 2 * (c - kGridMargin) - 1; }

constexpr Size halved_grid(Size image) {
  return {(image.width + 1) / 2 + 2 * kGridMargin, (image.height + 1) / 2 + 2 * kGridMargin};
}

// Cells `columns` of row c, straight from the bytes of opaque pixels; false when one is not opaque
// or the row reaches over the upper or lower edge. `out` is then undefined.
bool opaque_cells(const ConstImageView& source, Span columns, int c, int16_t* out) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_HALVED_CELLS_H_
