// The sinks of a pass. Each asks the row stream for the rows it needs, in order, and writes
// its own unit.
#include "pipeline/executor.h"

#include <algorithm>
#include <cstring>

#include "kernels/reduce_rows.h"
#include "pipeline/row_stream.h"
#include "pipeline/unit_context.h"

namespace stopbath {
namespace {

void run_bytes(const UnitContext& u) noexcept {
  const Rect& t = u.tile;
  RowStream stream(u.pass, u.memory, u.scratch, t.x0, t.x1);
  for (int y = t.y0; y < t.y1; ++y) {
    const Row row = stream.pull(y);
    if (u.pass.lines) {
      map_lines(row.bytes, t.width(), *u.pass.lines, u.destination(t.x0, y));
    } else if (u.pass.matrix) {
      map_matrix(row.bytes, t.width(), *u.pass.matrix, u.destination(t.x0, y));
    } else if (u.pass.mapped) {
      map_bytes(row.bytes, t.width(), u.pass.tables, u.destination(t.x0, y));
    } else {
      row_to_bytes(row, t.width(), u.destination(t.x0, y));
    }
  }
}

void run_grid(const UnitContext& u) noexcept {
  const Rect& t = u.tile;
  RowStream stream(u.pass, u.memory, u.scratch, t.x0, t.x1);
  for (int y = t.y0; y < t.y1; ++y) row_to_fixed(stream.pull(y), t.width(), u.cell(t.x0, y));
}

// Blocks at the right and bottom edge average only the pixels they have.
void run_reduced(const UnitContext& u) noexcept {
  const Rect& t = u.tile;
  const int shift = u.pass.sink_shift;
  const int side = 1 << shift;
  const int x0 = t.x0 << shift;
  const int x1 = std::min(t.x1 << shift, u.pass.size.width);
  const int whole = (x1 - x0) >> shift;
  RowStream stream(u.pass, u.memory, u.scratch, x0, x1);
  int16_t* line = u.fixed(u.pass.sink_line);
  int16_t* means = u.fixed(u.pass.cells);
  int32_t* sums = u.sums();
  const bool bytes =
      u.pass.is_plain() && shift >= 1 && shift <= kMaxOpaqueShift && whole == t.width();
  for (int cy = t.y0; cy < t.y1; ++cy) {
    if (bytes && (cy + 1) << shift <= u.pass.size.height &&
        reduce_opaque(u.memory.image().row(cy << shift) + ptrdiff_t{x0} * kBytesPerPixel,
                      u.memory.image().stride, shift, whole, u.destination(t.x0, cy))) {
      continue;
    }
    std::memset(sums, 0, static_cast<size_t>(padded_pixels(x1 - x0)) * 16);
    const int y1 = std::min((cy + 1) << shift, u.pass.size.height);
    for (int y = cy << shift; y < y1; ++y) {
      row_to_fixed(stream.pull(y), x1 - x0, line);
      add_row(line, x1 - x0, sums);
    }
    const int rows = y1 - (cy << shift);
    const int exact = rows == side ? whole : 0;
    mean_cells(sums, exact, side, 2 * shift, means);
    for (int c = exact; c < t.width(); ++c) {
      const int from = c << shift;
      const int to = std::min(from + side, x1 - x0);
      mean_of_part(sums, from, to, rows, means + 4 * c);
    }
    fixed_to_bytes(means, t.width(), u.destination(t.x0, cy));
  }
}

}  // namespace

void run_pass_unit(const Pass& pass, const Memory& memory, int unit, uint8_t* scratch) noexcept {
  const UnitContext u{pass, memory, scratch, pass.tile_of(unit)};
  switch (pass.sink) {
    case Pass::Sink::kBytes:
      return run_bytes(u);
    case Pass::Sink::kReduced:
      return run_reduced(u);
    case Pass::Sink::kGrid:
      return run_grid(u);
    case Pass::Sink::kCoarse:
      return run_coarse(u);
    case Pass::Sink::kCount:
      return run_count(u, unit);
    case Pass::Sink::kMeasure:
      return run_measure(u);
    case Pass::Sink::kSweep:
      return run_sweep_strip(u);
  }
}

}  // namespace stopbath
