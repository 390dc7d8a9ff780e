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
constexpr size_t kSpareScratch = size_t{1} << 20;  // tiles get narrower above this
constexpr int kLeastTileWidth = 32;                // pixels

struct Arena {
  size_t used = 0;

  size_t take(size_t bytes) {
    const size_t at = used;
    used += (bytes + 63) / 64 * 64;
    return at;
  }
  size_t fixed(int pixels) { return take(static_cast<size_t>(pixels + kSlack) * 8); }
  size_t planes(int pixels) { return take(static_cast<size_t>(pixels) * 16); }
};

// Rough costs on a nominal machine, per pixel of the rows that a step gives.
double cost_of(const RowStep& step) {
  if (step.kind == RowStep::Kind::kWindow) return 1.2 + step.window.ns;
  if (step.kind == RowStep::Kind::kGaussian) return 1.0 + 0.45 * (step.weights.reach + 1);
  double ns = step.table.empty() ? 0.8 : 1.6;
  for (size_t i = step.table.empty() ? 0 : step.leading; i < step.points.size(); ++i) {
    ns += step.points[i].ns;
  }
  return ns;
}

double cost_of_source(const Pass& pass) { return pass.source == Pass::Source::kSpline ? 1.4 : 0.4; }

double cost_of_sink(const Pass& pass) {
  const bool bytes_only = pass.steps.empty() && pass.source == Pass::Source::kBytes;
  double ns = pass.lines ? 0.4 : pass.mapped ? 1.0 : 0.0;
  if (pass.sink == Pass::Sink::kCoarse) ns += 1.0;
  if (pass.sink == Pass::Sink::kReduced && !bytes_only) ns += 0.8;
  return ns;
}

bool cells(const Pass& pass) {
  return pass.sink == Pass::Sink::kCoarse || pass.sink == Pass::Sink::kReduced;
}

int shift_of(const Pass& pass) { return cells(pass) ? pass.sink_shift : 0; }

// Pixels that a step needs along one side for `need` pixels of its result.
int needed(const RowStep& step, int need) { return need + 2 * step.reach(); }

// Nanoseconds of one unit: each step also computes what the later ones need around the tile.
double unit_cost(const Pass& pass, Size tile) {
  const int shift = shift_of(pass);
  Size need = {tile.width << shift, tile.height << shift};
  double ns = cost_of_sink(pass) * static_cast<double>(need.area());
  for (size_t i = pass.steps.size(); i-- > 0;) {
    const RowStep& step = pass.steps[i];
    // The first of two filters runs over the rows around the tile too.
    const Size before = {needed(step, need.width), needed(step, need.height)};
    ns += cost_of(step) * need.width * 0.5 * (need.height + before.height);
    const Size all = pass.size_before(i);
    need = {std::min(before.width, all.width), std::min(before.height, all.height)};
  }
  return ns + cost_of_source(pass) * static_cast<double>(need.area());
}

// Scratch offsets for tiles of the pass's present size.
void lay_out_scratch(Pass& pass) {
  const int shift = shift_of(pass);
  Arena arena;
  // Pixels of the rows that reach the sink; a coarse cell also reads half a cell on each side.
  const int sink_pixels = cells(pass) ? (pass.tile.width + 1) << shift : pass.tile.width;
  int need = sink_pixels;
  for (size_t i = pass.steps.size(); i-- > 0;) {
    RowStep& step = pass.steps[i];
    step.stride = padded_pixels(need) + kSlack;
    need = needed(step, need);
    if (step.kind == RowStep::Kind::kPoints) {
      step.out = arena.planes(step.stride);
      continue;
    }
    step.line_pad = padded_pixels(step.reach());
    const auto kept = static_cast<size_t>(2 * step.reach() + 1);
    if (step.kind == RowStep::Kind::kWindow) {
      const bool fixed = step.window.form == WindowStage::Form::kFixed;
      step.ring_stride = padded_pixels(need) + 2 * step.line_pad + kSlack;
      step.ring = arena.take(static_cast<size_t>(step.ring_stride) * (fixed ? 8 : 16) * kept);
      step.own = arena.take(static_cast<size_t>(step.ring_stride) *
                            static_cast<size_t>(step.window.scratch_per_pixel));
      step.out = arena.planes(step.stride);
      continue;
    }
    step.line = arena.fixed(padded_pixels(need) + 2 * step.line_pad);
    step.ring_stride = step.stride;
    step.ring = arena.take(static_cast<size_t>(step.stride) * 8 * kept);
    step.out = arena.fixed(step.stride);
  }
  if (pass.source == Pass::Source::kSpline) {
    SplineGrid& spline = pass.source_spline;
    spline.mixed = arena.fixed((need >> spline.shift) + 8);
    spline.expanded = arena.fixed(padded_pixels(need) + (2 << spline.shift));
  }
  if (cells(pass)) {
    pass.sink_line_pad = padded_pixels((2 * kGridMargin + 2) << shift);
    const int line = padded_pixels(sink_pixels) + 2 * pass.sink_line_pad;
    pass.sink_line = arena.fixed(line);
    pass.sums = arena.take(static_cast<size_t>(line + kSlack) * 16);
    pass.halves_stride = padded_pixels(2 * pass.tile.width + 2) + kSlack;
    pass.halves = arena.take(static_cast<size_t>(pass.halves_stride) * 8 * 4);
    pass.merged = arena.fixed(pass.halves_stride);
  }
  pass.cells = arena.fixed(padded_pixels(pass.tile.width) + kSlack);
  pass.scratch = arena.used;
}

}  // namespace

void lay_out(Pass& pass) {
  const int shift = shift_of(pass);
  // Cheap passes are still cut into enough units to share.
  const double total = unit_cost(pass, {pass.size.width >> shift, pass.size.height >> shift});
  const double budget = std::clamp(total / kLeastUnits, kLeastUnitNs, kUnitNs);
  // Lower tiles would mostly compute rows that their neighbours compute as well.
  const int least = std::max(16, pass.total_reach() * 3 / 2) >> shift;
  int width = (pass.steps.empty() ? 2048 : 512) >> shift;
  for (;; width /= 2) {
    pass.tile.width = std::min(std::max(width, 2), pass.sink_size.width);
    lay_out_scratch(pass);
    if (pass.scratch <= kSpareScratch || width <= kLeastTileWidth >> shift) break;
  }
  pass.tile.height = std::min(std::max(least, 2), pass.sink_size.height);
  while (pass.tile.height < pass.sink_size.height) {
    const int higher = pass.tile.height + std::max(1, pass.tile.height / 8);
    if (unit_cost(pass, {pass.tile.width, higher}) > budget) break;
    pass.tile.height = std::min(higher, pass.sink_size.height);
  }
  pass.columns = (pass.sink_size.width + pass.tile.width - 1) / pass.tile.width;
  pass.rows = (pass.sink_size.height + pass.tile.height - 1) / pass.tile.height;
  pass.cost_ns = unit_cost(pass, pass.tile) * static_cast<double>(pass.sink_size.area()) /
                 static_cast<double>(pass.tile.area());
}

}  // namespace stopbath
