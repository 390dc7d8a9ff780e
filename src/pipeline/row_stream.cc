// Edges: a step that needs rows or columns outside the image repeats the edge of what the step
// before produced there.
#include "pipeline/row_stream.h"

#include <algorithm>
#include <cstring>

namespace stopbath {

void row_to_fixed(const Row& row, int n, int16_t* out) noexcept {
  if (row.fixed != nullptr) {
    std::memcpy(out, row.fixed, static_cast<size_t>(n) * 8);
  } else if (row.bytes != nullptr) {
    bytes_to_fixed(row.bytes, n, out);
  } else {
    planar_to_fixed(row.planar, n, out);
  }
}

void row_to_bytes(const Row& row, int n, uint8_t* out) noexcept {
  if (row.fixed != nullptr) {
    fixed_to_bytes(row.fixed, n, out);
  } else if (row.bytes != nullptr) {
    std::memcpy(out, row.bytes, static_cast<size_t>(n) * kBytesPerPixel);
  } else {
    planar_to_bytes(row.planar, n, out);
  }
}

RowStream::RowStream(const Pass& pass, const Memory& memory, uint8_t* scratch, int x0,
                     int x1) noexcept
    : pass_(pass),
      memory_(memory),
      scratch_(scratch),
      step_count_(static_cast<int>(pass.steps.size())) {
  span_[step_count_] = {x0, x1};
  for (int i = step_count_ - 1; i >= 0; --i) {
    const int reach = pass.steps[static_cast<size_t>(i)].reach();
    span_[i] = {std::max(span_[i + 1].x0 - reach, 0),
                std::min(span_[i + 1].x1 + reach, pass.size_before(static_cast<size_t>(i)).width)};
    next_row_[i] = -1;
  }
}

Row RowStream::pull_step(int step, int y) noexcept {
  if (step == 0) return pull_source(y);
  const bool points = pass_.steps[static_cast<size_t>(step - 1)].kind == RowStep::Kind::kPoints;
  return points ? pull_points(step, y) : pull_gaussian(step, y);
}

Row RowStream::pull_source(int y) noexcept {
  Row row;
  switch (pass_.source) {
    case Pass::Source::kBytes:
      row.bytes = memory_.source.row(y) + ptrdiff_t{span_[0].x0} * kBytesPerPixel;
      break;
    case Pass::Source::kGrid:
      row.fixed = grid_row(pass_.source_grid, span_[0].x0, y);
      break;
    case Pass::Source::kSpline:
      row.fixed = pull_spline(pass_.source_spline, span_[0], y);
      break;
  }
  return row;
}

// Pixel p lies between the cells stored at (p + d / 2) / d + 1 and + 2; the spline reaches one
// further on each side.
const int16_t* RowStream::pull_spline(const SplineGrid& spline, Span span, int y) noexcept {
  const int half = 1 << spline.shift >> 1;
  const int mask = (1 << spline.shift) - 1;
  const int column = (span.x0 + half) >> spline.shift;
  const int columns = ((span.x1 - 1 + half) >> spline.shift) - column + 4;
  const int16_t* rows[4];
  for (int k = 0; k < 4; ++k) {
    rows[k] = grid_row(spline.grid, column, ((y + half) >> spline.shift) + k);
  }
  auto* mixed = at<int16_t>(spline.mixed);
  auto* pixels = at<int16_t>(spline.expanded);
  mix4_rows(rows, spline.weights[static_cast<size_t>((y + half) & mask)].weight.data(), columns,
            mixed);
  // Whole gaps between cells, of which the row starts somewhere inside the first.
  expand_row(mixed, columns - 3, 1 << spline.shift, spline.weights.data(), pixels);
  return pixels + ((span.x0 + half) & mask) * 4;
}

Row RowStream::pull_points(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const auto [x0, x1] = span_[step];
  const Row in = pull_step(step - 1, y);
  auto* planes = at<float>(s.out);
  Row out;
  out.planar = {planes, planes + s.stride, planes + 2 * s.stride, planes + 3 * s.stride};
  const int n = x1 - x0;
  const bool tabulated = !s.table.empty();
  if (in.fixed != nullptr) {
    tabulated ? fixed_to_planar(in.fixed, n, s.tables(), out.planar)
              : fixed_to_planar(in.fixed, n, out.planar);
  } else {
    tabulated ? bytes_to_planar(in.bytes, n, s.tables(), out.planar)
              : bytes_to_planar(in.bytes, n, out.planar);
  }
  for (size_t i = tabulated ? s.leading : 0; i < s.points.size(); ++i) {
    s.points[i].run(s.points[i].state, out.planar, n, x0, y);
  }
  return out;
}

Row RowStream::pull_gaussian(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int r = s.weights.reach;
  const int kept = 2 * r + 1;
  const auto [ix0, ix1] = span_[step - 1];
  const auto [ox0, ox1] = span_[step];
  const int bottom = bottom_before(step);
  const int16_t* taps[2 * kMaxFirReach + 1];
  auto* ring = at<int16_t>(s.ring);
  const auto ring_row = [&](int row) { return ring + ptrdiff_t{row % kept} * s.stride * 4; };

  int& next = next_row_[step - 1];
  if (next < 0) next = std::max(y - r, 0);
  for (const int last = std::min(y + r, bottom); next <= last; ++next) {
    const Row in = pull_step(step - 1, next);
    int16_t* line = at<int16_t>(s.line) + ptrdiff_t{s.line_pad} * 4;
    row_to_fixed(in, ix1 - ix0, line);
    const int left = r - (ox0 - ix0);
    replicate_fixed(line, ix1 - ix0, left, r - (ix1 - ox1));
    for (int k = 0; k < kept; ++k) taps[k] = line + (k - left) * 4;
    fir_rows(taps, s.weights, ox1 - ox0, ring_row(next));
  }
  for (int k = 0; k < kept; ++k) taps[k] = ring_row(std::clamp(y - r + k, 0, bottom));
  Row out;
  auto* filtered = at<int16_t>(s.out);
  fir_rows(taps, s.weights, ox1 - ox0, filtered);
  out.fixed = filtered;
  return out;
}

}  // namespace stopbath
