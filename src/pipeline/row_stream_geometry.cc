// Rows of views, layers and steps that change the size: a step reads whole pairs of rows, so that
// two products are one instruction along y too.
#include <algorithm>
#include <cstring>

#include "kernels/placed_rows.h"
#include "pipeline/row_stream.h"

namespace stopbath {

Row RowStream::pull_view(int y) noexcept {
  Row row;
  if (pass_.source == Pass::Source::kBytes) {
    const auto* pixels = reinterpret_cast<const uint32_t*>(memory_.image().data);
    row.bytes = reinterpret_cast<const uint8_t*>(
        viewed_row(pixels, memory_.image().stride / kBytesPerPixel, y));
  } else {
    const Grid& grid = pass_.source_grid;
    const auto* pixels = reinterpret_cast<const uint64_t*>(grid_row(grid, 0, 0));
    row.fixed = reinterpret_cast<const int16_t*>(viewed_row(pixels, grid.stride, y));
  }
  return row;
}

template <class Pixel>
const Pixel* RowStream::viewed_row(const Pixel* pixels, ptrdiff_t stride, int y) noexcept {
  const Placement& view = *pass_.view;
  const auto [x0, x1] = span_[0];
  const int n = x1 - x0;
  auto* rows = at<Pixel>(pass_.viewed);
  if (!view.transposed) {
    const Rect r = source_rect(view, {x0, y, x1, y + 1});
    const Pixel* row = pixels + r.y0 * stride + r.x0;
    if (!view.flip_x) return row;
    mirror_row(row, n, rows);
    return rows;
  }
  constexpr int kBlock = kTurnedRows<Pixel>;
  const int height = view.size().height;
  const int block = y / kBlock;
  const int first = block * kBlock;
  const int count = std::min(kBlock, height - first);
  if (block != turned_) {
    turned_ = block;
    const Rect r = source_rect(view, {x0, first, x1, first + count});
    const Pixel* corner = pixels + (view.flip_x ? r.y1 - 1 : r.y0) * stride + r.x0;
    turn_block(corner, view.flip_x ? -stride : stride, n, count, rows, pass_.viewed_stride);
  }
  const int row = view.flip_y ? count - 1 - (y - first) : y - first;
  return rows + ptrdiff_t{row} * pass_.viewed_stride;
}

Row RowStream::pull_warp(int y) noexcept {
  const Warp& warp = pass_.source_warp;
  WarpSource source = warp.source;
  if (pass_.source_grid.temporary >= 0) {
    source.fixed = grid_row(pass_.source_grid, 0, 0);
    source.stride = pass_.source_grid.stride;
  } else {
    source.bytes = memory_.image().data;
    source.stride = memory_.image().stride / kBytesPerPixel;
  }
  const auto [x0, x1] = span_[0];
  const auto row = [&](int i) {
    return at<int16_t>(pass_.viewed) + ptrdiff_t{i} * pass_.viewed_stride * 4;
  };
  warp_row(source, warp.to_source[1], x0, x1 - x0, y, row(0));
  if (warp.splits) {
    warp_row(source, warp.to_source[0], x0, x1 - x0, y, row(1));
    warp_row(source, warp.to_source[2], x0, x1 - x0, y, row(2));
    join_channels(row(1), row(2), x1 - x0, row(0));
  }
  Row out;
  out.fixed = row(0);
  return out;
}

// Where the layer covers the columns its own row is read, else a copy between zeros.
Row RowStream::pull_layer(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const ConstImageView& layer = memory_.sources[static_cast<size_t>(s.source)];
  const auto [x0, x1] = span_[step];
  const Rect covered = intersect(s.place, {x0, y, x1, y + 1});
  Row out;
  if (!covered.empty() && covered.width() == x1 - x0) {
    out.bytes = layer.row(y - s.place.y0) + ptrdiff_t{x0 - s.place.x0} * kBytesPerPixel;
    return out;
  }
  auto* line = at<uint8_t>(s.line);
  std::memset(line, 0, static_cast<size_t>(x1 - x0) * kBytesPerPixel);
  if (!covered.empty()) {
    std::memcpy(line + ptrdiff_t{covered.x0 - x0} * kBytesPerPixel,
                layer.row(y - s.place.y0) + ptrdiff_t{covered.x0 - s.place.x0} * kBytesPerPixel,
                static_cast<size_t>(covered.width()) * kBytesPerPixel);
  }
  out.bytes = line;
  return out;
}

void RowStream::pull_fixed(int step, int y, int16_t* out) noexcept {
  const int n = span_[step].length();
  const RowStep* table = step > 0 ? &pass_.steps[static_cast<size_t>(step - 1)] : nullptr;
  if (table != nullptr && table->words && span_[step - 1].begin == span_[step].begin &&
      span_[step - 1].end == span_[step].end) {
    const Row in = pull_step(step - 1, y);
    bytes_to_fixed(in.bytes, n, table->tables(), *table->words, out);
    return;
  }
  row_to_fixed(pull_step(step, y), n, out);
}

Row RowStream::pull_resample(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const AxisWeights &ax = s.resize.along_x, &ay = s.resize.along_y;
  const auto [ix0, ix1] = span_[step - 1];
  const auto [ox0, ox1] = span_[step];
  const int bottom = bottom_before(step);
  auto* upper = at<int16_t>(s.line);
  auto* lower = upper + ptrdiff_t{s.line_pad} * 4;
  const auto ring_row = [&](int pair) {
    return at<int16_t>(s.ring) + ptrdiff_t{pair % ay.pairs} * s.ring_stride * 8;
  };
  const int first = ay.first[static_cast<size_t>(y)] / 2;
  int& next = next_row_[step - 1];
  next = std::max(next, first);
  for (const int last = std::min(first + ay.pairs - 1, bottom / 2); next <= last; ++next) {
    pull_fixed(step - 1, 2 * next, upper);
    pair_pixels(upper, ix1 - ix0);
    const int16_t* other = upper;
    if (2 * next < bottom) {
      pull_fixed(step - 1, 2 * next + 1, lower);
      pair_pixels(lower, ix1 - ix0);
      other = lower;
    }
    resample_along_x(upper, other, ix0, ax, ox0, ox1, ring_row(next));
  }
  const int16_t* rows[kMaxResamplePairs];
  for (int k = 0; k < ay.pairs; ++k) rows[k] = ring_row(first + k);
  Row out;
  auto* pixels = at<int16_t>(s.out);
  resample_along_y(rows, ay.weights.data() + ptrdiff_t{y} * ay.pairs, ay.pairs, ox1 - ox0, pixels);
  out.fixed = pixels;
  return out;
}

Row RowStream::pull_nearest(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int32_t* columns = s.resize.columns.data() + span_[step].begin;
  const int n = span_[step].length();
  const int origin = span_[step - 1].begin;
  const int wanted = s.resize.rows[static_cast<size_t>(y)];
  const auto take = [&](const auto* from, auto* to) {
    for (int i = 0; i < n; ++i) to[i] = from[columns[i] - origin];
  };
  int& held = next_row_[step - 1];
  const bool bytes = pass_.form_before(static_cast<size_t>(step - 1)) == Pass::Form::kBytes;
  if (wanted != held) {
    held = wanted;
    const Row in = pull_step(step - 1, wanted);
    if (bytes) {
      take(reinterpret_cast<const uint32_t*>(in.bytes), at<uint32_t>(s.out));
    } else {
      row_to_fixed(in, span_[step - 1].length(), at<int16_t>(s.line));
      take(at<uint64_t>(s.line), at<uint64_t>(s.out));
    }
  }
  Row out;
  if (bytes) {
    out.bytes = at<uint8_t>(s.out);
  } else {
    out.fixed = at<int16_t>(s.out);
  }
  return out;
}

// A block that the edge cuts is the mean of what there is.
Row RowStream::pull_blocks(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int sx = s.resize.shift_x, sy = s.resize.shift_y;
  const int n = span_[step - 1].length();
  const int blocks = span_[step].length();
  const int first = y << sy;
  const int rows = std::min((y + 1) << sy, bottom_before(step) + 1) - first;
  auto* line = at<int16_t>(s.line);
  auto* sums = at<int32_t>(s.own);
  std::memset(sums, 0, static_cast<size_t>(padded_pixels(n)) * 16);
  for (int row = first; row < first + rows; ++row) {
    row_to_fixed(pull_step(step - 1, row), n, line);
    add_row(line, n, sums);
  }
  Row out;
  auto* means = at<int16_t>(s.out);
  const int whole = rows == 1 << sy ? n >> sx : 0;
  mean_cells(sums, whole, 1 << sx, sx + sy, means);
  for (int b = whole; b < blocks; ++b) {
    const int from = b << sx, to = std::min((b + 1) << sx, n);
    mean_of_part(sums, from, to, rows, means + 4 * b);
  }
  out.fixed = means;
  return out;
}

}  // namespace stopbath
