// Tile sizes and scratch: a unit takes one to three milliseconds, its rows stay in the first or
// second cache.
#include "pipeline/program.h"

#include <algorithm>

namespace stopbath {
namespace {

constexpr double kUnitNs = 1.2e6;
constexpr double kLeastUnitNs = 0.2e6;
constexpr double kLeastUnits = 24;
constexpr int kSlack = 16;  // pixels that vector loops may read or write beyond a row

struct Arena {
  size_t used = 0;

  size_t take(size_t bytes) {
    const size_t at = used;
    used += (bytes + 63) / 64 * 64;
    return at;
  }
  size_t fixed(int pixels) { return take(static_cast<size_t>(pixels + kSlack) * 8); }
};

// Rough costs on a nominal machine, per pixel of the rows inside the pass.
double cost_of(const Pass& pass) {
  const bool bytes_only = pass.steps.empty() && pass.source == Pass::Source::kBytes;
  double ns = pass.source == Pass::Source::kSpline ? 1.4 : 0.4;
  if (pass.mapped) ns += 1.0;
  for (const RowStep& step : pass.steps) {
    if (step.kind == RowStep::Kind::kGaussian) ns += 1.0 + 0.45 * (step.weights.reach + 1);
    if (step.kind == RowStep::Kind::kPoints) ns += step.table.empty() ? 0.8 : 1.6;
    for (size_t i = step.table.empty() ? 0 : step.leading; i < step.points.size(); ++i) {
      ns += step.points[i].ns;
    }
  }
  if (pass.sink == Pass::Sink::kCoarse) ns += 1.0;
  if (pass.sink == Pass::Sink::kReduced && !bytes_only) ns += 0.8;
  return ns;
}

}  // namespace

void lay_out(Pass& pass) {
  pass.ns_per_pixel = cost_of(pass);
  const int reach = pass.total_reach();
  const bool cells = pass.sink == Pass::Sink::kCoarse || pass.sink == Pass::Sink::kReduced;
  const int shift = cells ? pass.sink_shift : 0;

  // Cheap passes are still cut into enough units to share.
  const double total = pass.ns_per_pixel * pass.width * pass.height;
  const double unit = std::clamp(total / kLeastUnits, kLeastUnitNs, kUnitNs);
  const int width = pass.steps.empty() ? 2048 : 512;
  // A unit also computes `reach` rows above and below itself, on average half of the steps for
  // them.
  const int height = static_cast<int>(unit / pass.ns_per_pixel / width) - reach;
  const int least = std::max(16, reach * 3 / 2);
  pass.tile_width = std::min(std::max(width >> shift, 2), pass.sink_width);
  pass.tile_height = std::min(std::max(std::max(height, least) >> shift, 2), pass.sink_height);
  pass.columns = (pass.sink_width + pass.tile_width - 1) / pass.tile_width;
  pass.rows = (pass.sink_height + pass.tile_height - 1) / pass.tile_height;

  Arena arena;
  // Pixels of the rows that reach the sink; a coarse cell also reads half a cell on each side.
  const int sink_pixels = cells ? (pass.tile_width + 1) << shift : pass.tile_width;
  int need = sink_pixels;
  for (size_t i = pass.steps.size(); i-- > 0;) {
    RowStep& step = pass.steps[i];
    step.stride = padded_pixels(need) + kSlack;
    if (step.kind == RowStep::Kind::kPoints) {
      step.out = arena.take(static_cast<size_t>(step.stride) * 16);
      continue;
    }
    step.line_pad = padded_pixels(step.weights.reach);
    need += 2 * step.weights.reach;
    step.line = arena.fixed(padded_pixels(need) + 2 * step.line_pad);
    step.ring = arena.take(static_cast<size_t>(step.stride) * 8 * (2 * step.weights.reach + 1));
    step.out = arena.fixed(step.stride);
  }
  if (pass.source == Pass::Source::kSpline) {
    pass.mixed = arena.fixed((need >> pass.source_shift) + 8);
    pass.expanded = arena.fixed(padded_pixels(need) + (2 << pass.source_shift));
  }
  if (cells) {
    pass.sink_line_pad = padded_pixels((2 * kGridMargin + 2) << shift);
    const int line = padded_pixels(sink_pixels) + 2 * pass.sink_line_pad;
    pass.sink_line = arena.fixed(line);
    pass.sums = arena.take(static_cast<size_t>(line + kSlack) * 16);
    pass.halves_stride = padded_pixels(2 * pass.tile_width + 2) + kSlack;
    pass.halves = arena.take(static_cast<size_t>(pass.halves_stride) * 8 * 4);
    pass.merged = arena.fixed(pass.halves_stride);
  }
  pass.cells = arena.fixed(padded_pixels(pass.tile_width) + kSlack);
  pass.scratch = arena.used;
}

}  // namespace stopbath
