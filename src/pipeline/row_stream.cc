// Edges: a step that needs rows or columns outside the image repeats the edge of what the step
// before produced there.
#include "pipeline/row_stream.h"

#include <algorithm>
#include <climits>
#include <cstring>

namespace stopbath {

void row_to_planar(const Row& row, int n, const PlanarRow& out) noexcept {
  if (row.fixed != nullptr) {
    fixed_to_planar(row.fixed, n, out);
  } else if (row.bytes != nullptr) {
    bytes_to_planar(row.bytes, n, out);
  } else {
    const auto bytes = static_cast<size_t>(padded_pixels(n)) * sizeof(float);
    std::memcpy(out.r, row.planar.r, bytes);
    std::memcpy(out.g, row.planar.g, bytes);
    std::memcpy(out.b, row.planar.b, bytes);
    std::memcpy(out.a, row.planar.a, bytes);
  }
}

void row_to_premultiplied(const Row& row, int n, const PlanarRow& out) noexcept {
  if (row.fixed != nullptr) return fixed_to_premultiplied(row.fixed, n, out);
  row_to_planar(row, n, out);
  premultiply(out, n);
}

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
  // What every step gives: the union of what those that read it need.
  for (int i = 0; i < step_count_; ++i) span_[i] = {INT_MAX, 0};
  span_[step_count_] = {x0, x1};
  const auto need = [&](int i, Span span) {
    span_[i] = {std::min(span_[i].begin, span.begin), std::max(span_[i].end, span.end)};
  };
  for (int i = step_count_ - 1; i >= 0; --i) {
    const RowStep& step = pass.steps[static_cast<size_t>(i)];
    next_row_[i] = -1;
    if (step.kind == RowStep::Kind::kCombine) need(step.side, span_[i + 1]);
    if (!step.reads_before()) continue;
    need(i, columns_before(step, span_[i + 1], pass.size_before(static_cast<size_t>(i)).width));
  }
}

Row RowStream::pull_step(int step, int y) noexcept {
  if (step == 0) return pull_source(y);
  switch (pass_.steps[static_cast<size_t>(step - 1)].kind) {
    case RowStep::Kind::kPoints:
      return pull_points(step, y);
    case RowStep::Kind::kGaussian:
      return pull_gaussian(step, y);
    case RowStep::Kind::kHalved:
      return pull_halved(step, y);
    case RowStep::Kind::kBox:
      return pull_box(step, y);
    case RowStep::Kind::kWindow:
      return pull_window(step, y);
    case RowStep::Kind::kKeep:
      return pull_keep(step, y);
    case RowStep::Kind::kBranch:
      return pull_branch(step, y);
    case RowStep::Kind::kLayer:
      return pull_layer(step, y);
    case RowStep::Kind::kCombine:
      return pull_combine(step, y);
    case RowStep::Kind::kMeasured:
      return pull_measured(step, y);
    case RowStep::Kind::kCrop:
      return pull_step(step - 1, y + pass_.steps[static_cast<size_t>(step - 1)].resize.y0);
    case RowStep::Kind::kResample:
      return pull_resample(step, y);
    case RowStep::Kind::kNearest:
      return pull_nearest(step, y);
    case RowStep::Kind::kBlocks:
      return pull_blocks(step, y);
  }
  return {};
}

Row RowStream::pull_source(int y) noexcept {
  if (pass_.view) return pull_view(y);
  Row row;
  switch (pass_.source) {
    case Pass::Source::kBytes:
      row.bytes = memory_.image().row(y) + ptrdiff_t{span_[0].begin} * kBytesPerPixel;
      break;
    case Pass::Source::kGrid:
      row.fixed = grid_row(pass_.source_grid, span_[0].begin, y);
      break;
    case Pass::Source::kSpline:
      row.fixed = pull_spline(pass_.source_spline, span_[0], y);
      break;
    case Pass::Source::kWarp:
      return pull_warp(y);
  }
  return row;
}

// Pixel p lies between the cells stored at (p + d / 2) / d + 1 and + 2; the spline reaches one
// further on each side.
const int16_t* RowStream::pull_spline(const SplineGrid& spline, Span span, int y) noexcept {
  const int half = 1 << spline.shift >> 1;
  const int column = (span.begin + half) >> spline.shift;
  const int16_t* rows[4];
  for (int k = 0; k < 4; ++k) {
    rows[k] = grid_row(spline.grid, column, ((y + half) >> spline.shift) + k);
  }
  return expand_spline(spline, rows, span, y);
}

const int16_t* RowStream::expand_spline(const SplineGrid& spline, const int16_t* const* rows,
                                        Span span, int y) noexcept {
  const int half = 1 << spline.shift >> 1;
  const int mask = (1 << spline.shift) - 1;
  const int columns =
      ((span.end - 1 + half) >> spline.shift) - ((span.begin + half) >> spline.shift) + 4;
  auto* mixed = at<int16_t>(spline.mixed);
  auto* pixels = at<int16_t>(spline.expanded);
  mix4_rows(rows, spline.weights[static_cast<size_t>((y + half) & mask)].weight.data(), columns,
            mixed);
  // Whole gaps between cells, of which the row starts somewhere inside the first.
  expand_row(mixed, columns - 3, 1 << spline.shift, spline.weights.data(), pixels);
  return pixels + ((span.begin + half) & mask) * 4;
}

Row RowStream::pull_points(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const auto [x0, x1] = span_[step];
  const Row in = pull_step(step - 1, y);
  Row out;
  out.planar = planes_at(s.out, s.stride);
  const int n = x1 - x0;
  const bool tabulated = !s.table.empty();
  if (in.fixed == nullptr && in.bytes == nullptr) {
    // A table of all planar values there is not.
    row_to_planar(in, n, out.planar);
    for (const PointStage& point : s.points) point.run(point.state, out.planar, n, x0, y);
    return out;
  }
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
  const auto ring_row = [&](int row) { return ring + ptrdiff_t{row % kept} * s.ring_stride * 4; };

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

// The sums of the columns move down with the rows that are asked for, one at a time.
Row RowStream::pull_box(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int reach = s.box.reach(), whole = s.box.whole;
  const int kept = 2 * reach + 2;  // with the row that leaves the sums
  const auto [ix0, ix1] = span_[step - 1];
  const auto [ox0, ox1] = span_[step];
  const int n = ix1 - ix0;
  const int bottom = bottom_before(step);
  const auto ring_row = [&](int row) {
    return at<int16_t>(s.ring) + ptrdiff_t{std::clamp(row, 0, bottom) % kept} * s.ring_stride * 4;
  };
  auto* sums = at<int32_t>(s.own);
  int& next = next_row_[step - 1];
  const bool begins = next < 0;
  if (begins) next = std::max(y - reach, 0);
  for (const int last = std::min(y + reach, bottom); next <= last; ++next) {
    row_to_fixed(pull_step(step - 1, next), n, ring_row(next));
  }
  if (begins) {
    std::memset(sums, 0, static_cast<size_t>(padded_pixels(n)) * 16);
    for (int k = -whole; k <= whole; ++k) add_row(ring_row(y + k), n, sums);
  } else {
    slide_sums(ring_row(y + whole), ring_row(y - 1 - whole), n, sums);
  }
  int16_t* line = at<int16_t>(s.line) + ptrdiff_t{s.line_pad} * 4;
  box_column_means(sums, ring_row(y - whole - 1), ring_row(y + whole + 1), s.box, n, line);
  const int left = reach - (ox0 - ix0);
  replicate_fixed(line, n, left, reach - (ix1 - ox1));
  Row out;
  auto* means = at<int16_t>(s.out);
  box_row_means(line - 4 * left, s.box, ox1 - ox0, means);
  out.fixed = means;
  return out;
}

Row RowStream::pull_window(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int r = s.window.reach;
  const int kept = 2 * r + 1;
  const auto [ix0, ix1] = span_[step - 1];
  const auto [ox0, ox1] = span_[step];
  const int bottom = bottom_before(step);
  const int left = r - (ox0 - ix0), right = r - (ix1 - ox1);
  const int lead = s.line_pad + ox0 - ix0;  // of the first column of the result in its row
  const bool fixed = s.window.form == WindowStage::Form::kFixed;
  const auto fixed_row = [&](int row, int column) {
    return at<int16_t>(s.ring) + (ptrdiff_t{row % kept} * s.ring_stride + column) * 4;
  };
  const auto planar_row = [&](int row, int column) {
    const auto offset = static_cast<size_t>(row % kept) * static_cast<size_t>(s.ring_stride) * 16;
    return planes_at(s.ring + offset, s.ring_stride, column);
  };

  int& next = next_row_[step - 1];
  if (next < 0) next = std::max(y - r, 0);
  for (const int last = std::min(y + r, bottom); next <= last; ++next) {
    const Row in = pull_step(step - 1, next);
    if (fixed) {
      row_to_fixed(in, ix1 - ix0, fixed_row(next, s.line_pad));
      replicate_fixed(fixed_row(next, s.line_pad), ix1 - ix0, left, right);
      continue;
    }
    const PlanarRow line = planar_row(next, s.line_pad);
    if (s.window.form == WindowStage::Form::kStraight) {
      row_to_planar(in, ix1 - ix0, line);
    } else {
      row_to_premultiplied(in, ix1 - ix0, line);
    }
    replicate_planar(line, ix1 - ix0, left, right);
  }
  const int16_t* fixed_rows[2 * kMaxWindowReach + 1];
  PlanarRow planar_rows[2 * kMaxWindowReach + 1];
  for (int k = 0; k < kept; ++k) {
    const int row = std::clamp(y - r + k, 0, bottom);
    if (fixed) {
      fixed_rows[k] = fixed_row(row, lead);
    } else {
      planar_rows[k] = planar_row(row, lead);
    }
  }
  Row out;
  const PlanarRow planes = planes_at(s.out, s.stride);
  auto* pixels = at<int16_t>(s.out);
  s.window.run(s.window.state, {r, planar_rows, fixed_rows}, ox1 - ox0, ox0, y, planes, pixels,
               at<uint8_t>(s.own));
  if (fixed) {
    out.fixed = pixels;
  } else {
    out.planar = planes;
  }
  return out;
}

Row RowStream::pull_keep(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  Row out;
  int16_t* row = kept_row(s, y);
  row_to_fixed(pull_step(step - 1, y), span_[step].length(), row);
  out.fixed = row;
  return out;
}

Row RowStream::pull_branch(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  Row out;
  out.fixed =
      s.spline ? pull_spline(*s.spline, span_[step], y) : grid_row(s.grid, span_[step].begin, y);
  return out;
}

Row RowStream::pull_measured(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const int n = span_[step].length();
  Row out;
  out.planar = planes_at(s.out, s.stride);
  row_to_planar(pull_step(step - 1, y), n, out.planar);
  const uint8_t* concluded = memory_.temporaries[static_cast<size_t>(s.grid.temporary)];
  s.measured.apply(reinterpret_cast<const float*>(concluded), out.planar, n);
  return out;
}

// A kept row and a source may have more columns than the step that combines.
Row RowStream::pull_original(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const bool kept =
      s.side > 0 && pass_.steps[static_cast<size_t>(s.side - 1)].kind == RowStep::Kind::kKeep;
  const ptrdiff_t skip = span_[step].begin - span_[s.side].begin;
  Row row;
  if (kept) {
    row.fixed = kept_row(pass_.steps[static_cast<size_t>(s.side - 1)], y);
  } else {
    row = pull_step(s.side, y);
  }
  if (row.fixed != nullptr) row.fixed += skip * 4;
  if (row.bytes != nullptr) row.bytes += skip * kBytesPerPixel;
  return row;
}

Row RowStream::pull_combine(int step, int y) noexcept {
  const RowStep& s = pass_.steps[static_cast<size_t>(step - 1)];
  const auto [x0, x1] = span_[step];
  const int n = x1 - x0;
  // First the filter, which also fills the kept rows.
  const Row filtered = pull_step(step - 1, y);
  const Row original = pull_original(step, y);
  Row out;
  if (s.combine.form == CombineStage::Form::kPlanar) {
    const CombineRows rows = {.original_planes = planes_at(s.line, s.stride),
                              .filtered_planes = planes_at(s.ring, s.stride)};
    row_to_planar(original, n, rows.original_planes);
    row_to_planar(filtered, n, rows.filtered_planes);
    out.planar = planes_at(s.out, s.stride);
    s.combine.run(s.combine.state, rows, n, x0, y, out.planar, nullptr);
    return out;
  }
  const auto as_fixed = [&](const Row& row, size_t room) {
    if (row.fixed != nullptr) return row.fixed;
    row_to_fixed(row, n, at<int16_t>(room));
    return const_cast<const int16_t*>(at<int16_t>(room));
  };
  CombineRows rows = {.original = as_fixed(original, s.line),
                      .filtered = as_fixed(filtered, s.ring)};
  const int16_t* alphas = rows.original;
  auto* pixels = at<int16_t>(s.out);
  const bool straight = s.combine.form == CombineStage::Form::kFixed &&
                        !(all_opaque(rows.original, n) && all_opaque(rows.filtered, n));
  if (straight) {
    auto* colours = pixels + ptrdiff_t{s.stride} * 4;
    straighten_row(rows.filtered, n, at<int16_t>(s.ring));
    straighten_row(rows.original, n, colours);
    rows.original = colours;
    rows.filtered = at<int16_t>(s.ring);
  }
  s.combine.run(s.combine.state, rows, n, x0, y, {}, pixels);
  if (straight) premultiply_row(pixels, alphas, n);
  out.fixed = pixels;
  return out;
}

}  // namespace stopbath
