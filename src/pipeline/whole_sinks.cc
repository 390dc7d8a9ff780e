// The sinks of effects that look at the whole image: counts of levels, what is concluded from them,
// and sweeps in which a pixel depends on results before it.
#include <cstring>

#include "pipeline/row_stream.h"
#include "pipeline/unit_context.h"

namespace stopbath {

void run_count(const UnitContext& u, int unit) noexcept {
  const Rect& t = u.tile;
  RowStream stream(u.pass, u.memory, u.scratch, t.x0, t.x1);
  auto* all = reinterpret_cast<LevelCounts*>(u.temporary(u.pass.sink_grid.temporary));
  LevelCounts& counts = all[unit];
  std::memset(&counts, 0, sizeof(counts));
  auto* bytes = u.scratch + u.pass.cells;
  for (int y = t.y0; y < t.y1; ++y) {
    const Row row = stream.pull(y);
    if (row.bytes == nullptr) row_to_bytes(row, t.width(), bytes);
    count_levels(row.bytes != nullptr ? row.bytes : bytes, t.width(), counts);
  }
}

void run_measure(const UnitContext& u) noexcept {
  LevelCounts sum = {};
  const auto* all = reinterpret_cast<const LevelCounts*>(u.temporary(u.pass.counts));
  for (int unit = 0; unit < u.pass.count_units; ++unit) {
    for (size_t c = 0; c < 4; ++c) {
      for (size_t v = 0; v < 256; ++v) sum[c][v] += all[unit][c][v];
    }
  }
  std::array<float, kMostMeasured> concluded = {};
  u.pass.measured.conclude(u.pass.measured.state, sum, concluded);
  std::memcpy(u.temporary(u.pass.sink_grid.temporary), concluded.data(), sizeof(concluded));
}

// Two rows of errors take turns; a strip finds what the one above it left.
void run_sweep_strip(const UnitContext& u) noexcept {
  const Rect& t = u.tile;
  const int n = t.width();
  const size_t values = (static_cast<size_t>(n) + 2) * 4;
  auto* carry = reinterpret_cast<int32_t*>(u.temporary(u.pass.carry));
  const auto errors = [&](int y) { return carry + static_cast<size_t>(y & 1) * values + 4; };
  if (t.y0 == 0) std::memset(carry, 0, values * 2 * sizeof(int32_t));
  int16_t* kept = u.fixed(u.pass.cells);
  const SweepStage& sweep = u.pass.sweep;
  for (int y = t.y0; y < t.y1; ++y) {
    std::memset(errors(y + 1) - 4, 0, values * sizeof(int32_t));
    int16_t* row = u.cell(0, y);
    const bool straight = !all_opaque(row, n);
    if (straight) {
      std::memcpy(kept, row, static_cast<size_t>(n) * 8);
      straighten_row(kept, n, row);
    }
    sweep.run(sweep.state, row, n, y % 2 != 0, errors(y), errors(y + 1));
    if (straight) premultiply_row(row, kept, n);
  }
}

}  // namespace stopbath
