// The four sinks of a pass. Each asks the row stream for the rows it needs, in order, and writes
// its own unit.
#include "pipeline/executor.h"

#include <algorithm>
#include <cstring>

#include "kernels/reduce_rows.h"
#include "pipeline/row_stream.h"

namespace stopbath {
namespace {

struct UnitContext {
  const Pass& pass;
  const Memory& memory;
  uint8_t* scratch;
  Rect tile;

  int16_t* fixed(size_t offset) const { return reinterpret_cast<int16_t*>(scratch + offset); }
  int32_t* sums() const { return reinterpret_cast<int32_t*>(scratch + pass.sums); }
  uint8_t* destination(int x, int y) const {
    return memory.destination.row(y) + ptrdiff_t{x} * kBytesPerPixel;
  }
  int16_t* cell(int x, int y) const {
    auto* grid =
        reinterpret_cast<int16_t*>(memory.temporaries[static_cast<size_t>(pass.sink_temporary)]);
    return grid + (ptrdiff_t{y} * pass.sink_stride + x) * 4;
  }
};

void run_bytes(const UnitContext& u) noexcept {
  const Rect& t = u.tile;
  RowStream stream(u.pass, u.memory, u.scratch, t.x0, t.x1);
  for (int y = t.y0; y < t.y1; ++y) {
    const Row row = stream.pull(y);
    if (u.pass.mapped) {
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
  const int x1 = std::min(t.x1 << shift, u.pass.width);
  const int whole = (x1 - x0) >> shift;
  RowStream stream(u.pass, u.memory, u.scratch, x0, x1);
  int16_t* line = u.fixed(u.pass.sink_line);
  int16_t* means = u.fixed(u.pass.cells);
  int32_t* sums = u.sums();
  const bool bytes = u.pass.source == Pass::Source::kBytes && u.pass.steps.empty() && shift >= 1 &&
                     shift <= kMaxOpaqueShift && whole == t.width();
  for (int cy = t.y0; cy < t.y1; ++cy) {
    if (bytes && (cy + 1) << shift <= u.pass.height &&
        reduce_opaque(u.memory.source.row(cy << shift) + ptrdiff_t{x0} * kBytesPerPixel,
                      u.memory.source.stride, shift, whole, u.destination(t.x0, cy))) {
      continue;
    }
    std::memset(sums, 0, static_cast<size_t>(padded_pixels(x1 - x0)) * 16);
    const int y1 = std::min((cy + 1) << shift, u.pass.height);
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
      const int count = rows * (to - from);
      for (int channel = 0; channel < 4; ++channel) {
        int32_t sum = count / 2;
        for (int x = from; x < to; ++x) sum += sums[4 * x + channel];
        means[4 * c + channel] = static_cast<int16_t>(sum / count);
      }
    }
    fixed_to_bytes(means, t.width(), u.destination(t.x0, cy));
  }
}

// A cell of d pixels is (A + 3 B + 3 C + D) / 8 of the means of four half cells of h = d / 2
// pixels, in each direction: it suppresses what the coarse grid cannot hold far better than a box,
// for the same work.
class CoarseSink {
 public:
  explicit CoarseSink(const UnitContext& u) noexcept
      : u_(u),
        half_(1 << u.pass.sink_shift >> 1),
        halves_(2 * u.tile.width() + 2),
        lo_((2 * (u.tile.x0 - kGridMargin) - 1) * half_),
        hi_(lo_ + halves_ * half_),
        x0_(std::clamp(lo_, 0, u.pass.width - 1)),
        x1_(std::clamp(hi_, x0_ + 1, u.pass.width)),
        line_(u.fixed(u.pass.sink_line) + ptrdiff_t{u.pass.sink_line_pad} * 4),
        stream_(u.pass, u.memory, u.scratch, x0_, x1_) {}

  void run() noexcept {
    const Rect& t = u_.tile;
    int made = 2 * (t.y0 - kGridMargin) - 1;
    for (int cy = t.y0; cy < t.y1; ++cy) {
      const int first = 2 * (cy - kGridMargin) - 1;
      for (; made < first + 4; ++made) make_half(made);
      const int16_t* rows[4];
      for (int k = 0; k < 4; ++k) rows[k] = half_row(first + k);
      int16_t* merged = u_.fixed(u_.pass.merged);
      int16_t* cells = u_.fixed(u_.pass.cells);
      halve_rows(rows, halves_, merged);
      halve_row(merged, t.width(), cells);
      std::memcpy(u_.cell(t.x0, cy), cells, static_cast<size_t>(t.width()) * 8);
    }
  }

 private:
  int16_t* half_row(int k) const noexcept {
    return u_.fixed(u_.pass.halves) + ptrdiff_t{k & 3} * u_.pass.halves_stride * 4;
  }

  // Row y of the image, clamped, with its edge pixels repeated over lo_ .. hi_.
  const int16_t* line(int y) noexcept {
    const int row = std::clamp(y, 0, u_.pass.height - 1);
    if (row != line_row_) {
      row_to_fixed(stream_.pull(row), x1_ - x0_, line_);
      replicate_fixed(line_, x1_ - x0_, std::max(x0_ - lo_, 0), std::max(hi_ - x1_, 0));
      line_row_ = row;
    }
    return line_ + (std::min(lo_ - x0_, 0)) * 4;
  }

  void make_half(int k) noexcept {
    if (half_ == 1) {
      std::memcpy(half_row(k), line(k), static_cast<size_t>(halves_) * 8);
      return;
    }
    int32_t* sums = u_.sums();
    const int pixels = hi_ - lo_;
    std::memset(sums, 0, static_cast<size_t>(padded_pixels(pixels)) * 16);
    for (int v = 0; v < half_; ++v) add_row(line(k * half_ + v), pixels, sums);
    mean_cells(sums, halves_, half_, 2 * (u_.pass.sink_shift - 1), half_row(k));
  }

  const UnitContext& u_;
  int half_;
  int halves_;
  int lo_;  // columns of the image that the unit's cells cover, also outside it
  int hi_;
  int x0_;  // the part inside
  int x1_;
  int16_t* line_;
  int line_row_ = -1;
  RowStream stream_;
};

}  // namespace

void run_pass_unit(const Pass& pass, const Memory& memory, int unit, uint8_t* scratch) noexcept {
  const UnitContext u{pass, memory, scratch, pass.tile(unit)};
  switch (pass.sink) {
    case Pass::Sink::kBytes:
      return run_bytes(u);
    case Pass::Sink::kReduced:
      return run_reduced(u);
    case Pass::Sink::kGrid:
      return run_grid(u);
    case Pass::Sink::kCoarse:
      return CoarseSink(u).run();
  }
}

}  // namespace stopbath
