// Tile sizes and scratch: a unit takes the time that it is given, its rows stay in the first or
// second cache.
#include "pipeline/program.h"

#include <algorithm>

#include "pipeline/unit_size.h"

namespace stopbath {
namespace {

constexpr double kLeastSharedNs = 0.2e6;
constexpr double kUnitsPerWorker = 12;
constexpr double kThriftyUnitNs = 0.6e6;  // a unit may take as much, and an equal share, until it
constexpr double kThriftyRows = 2;        // has so many times the rows that it shares
constexpr double kLongRows = 6;           // likewise, before its rows may be long
constexpr size_t kCacheScratch = size_t{256} << 10;  // and scratch that such rows may need
constexpr int kSlack = 16;  // pixels that vector loops may read or write beyond a row
constexpr size_t kSpareScratch = size_t{1} << 20;  // tiles get narrower above this
constexpr int kLeastTileWidth = 32;                // pixels
constexpr size_t kTurnedPixelBytes = 64;  // of a turned view: a block of rows for every column

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

constexpr double kSplineNs = 1.4;
constexpr double kWarpNs = 14;

double cost_of_sink(const Pass& pass) {
  const bool bytes_only = pass.steps.empty() && pass.source == Pass::Source::kBytes;
  double ns = pass.lines ? 0.4 : pass.matrix ? 0.6 : pass.mapped ? 1.0 : 0.0;
  if (pass.sink == Pass::Sink::kCoarse) ns += 1.0;
  if (pass.sink == Pass::Sink::kCount) ns += 2.5;
  if (pass.sink == Pass::Sink::kReduced && !bytes_only) ns += 0.8;
  return ns;
}

bool cells(const Pass& pass) {
  return pass.sink == Pass::Sink::kCoarse || pass.sink == Pass::Sink::kReduced;
}

int shift_of(const Pass& pass) { return cells(pass) ? pass.sink_shift : 0; }

// What the source (0) and every step i (i + 1) give for one unit, not cut at the image's edges:
// each also gives what the later ones need around the tile.
std::vector<Size> given_by_steps(const Pass& pass, Size sink) {
  std::vector<Size> given(pass.steps.size() + 1);
  given.back() = sink;
  const auto need = [&](size_t i, int width, int height) {
    given[i] = {std::max(given[i].width, width), std::max(given[i].height, height)};
  };
  for (size_t i = pass.steps.size(); i-- > 0;) {
    const RowStep& step = pass.steps[i];
    const Size gives = given[i + 1];
    if (step.kind == RowStep::Kind::kCombine) {
      need(static_cast<size_t>(step.side), gives.width, gives.height);
    }
    if (!step.reads_before()) continue;
    need(i, needed(step, gives.width, true), needed(step, gives.height, false));
  }
  return given;
}

// Nanoseconds of one unit.
double unit_cost(const Pass& pass, Size tile) {
  const int shift = shift_of(pass);
  const Size sink = {tile.width << shift, tile.height << shift};
  const std::vector<Size> given = given_by_steps(pass, sink);
  double ns = cost_of_sink(pass) * static_cast<double>(sink.area());
  const auto inside = [&](size_t i, Size size) {
    const Size all = pass.size_before(i);
    return Size{std::min(size.width, all.width), std::min(size.height, all.height)};
  };
  for (size_t i = 0; i < pass.steps.size(); ++i) {
    const RowStep& step = pass.steps[i];
    const Size gives = inside(i + 1, given[i + 1]);
    // The first of two filters runs over the rows around the tile too.
    const double read = needed(step, gives.height, false) / ratio_along(step, false);
    ns += cost_of(step) * gives.width * 0.5 * (gives.height + read);
  }
  return ns + cost_of_source(pass) * static_cast<double>(inside(0, given[0]).area());
}

void lay_out_spline(SplineGrid& spline, int pixels, Arena& arena) {
  spline.mixed = arena.fixed((pixels >> spline.shift) + 8);
  spline.expanded = arena.fixed(padded_pixels(pixels) + (2 << spline.shift));
}

// Scratch of a step that gives rows of `pixels`.
void lay_out_step(RowStep& step, int pixels, Arena& arena) {
  step.stride = padded_pixels(pixels) + kSlack;
  const int need = needed(step, pixels, true);
  const int read = padded_pixels(need) + kSlack;
  step.line_pad = padded_pixels(step.reach());
  const auto kept = static_cast<size_t>(2 * step.reach() + 1);
  switch (step.kind) {
    case RowStep::Kind::kPoints:
    case RowStep::Kind::kMeasured:
      step.out = arena.planes(step.stride);
      return;
    case RowStep::Kind::kGaussian:
      step.line = arena.fixed(padded_pixels(need) + 2 * step.line_pad);
      step.ring_stride = step.stride;
      step.ring = arena.take(static_cast<size_t>(step.stride) * 8 * kept);
      step.out = arena.fixed(step.stride);
      return;
    case RowStep::Kind::kHalved: {
      const int cells = pixels / 2 + 8;  // that the spline reads
      const int filtered = cells + 2 * step.weights.reach;
      step.lines_stride = padded_pixels(need) + 2 * step.line_pad + kSlack;
      step.line = arena.take(static_cast<size_t>(step.lines_stride) * 8 * 4);
      step.ring_stride = padded_pixels(cells) + kSlack;
      step.ring = arena.take(static_cast<size_t>(step.ring_stride) * 8 *
                             static_cast<size_t>(2 * step.weights.reach + 5));
      step.cells = arena.fixed(padded_pixels(filtered) + 2 * step.line_pad);
      step.own = arena.take(64);
      step.out = arena.fixed(padded_pixels(2 * filtered + 2));
      return lay_out_spline(*step.spline, pixels, arena);
    }
    case RowStep::Kind::kBox:
      step.line = arena.fixed(padded_pixels(need) + 2 * step.line_pad);
      step.ring_stride = padded_pixels(need) + kSlack;
      step.ring = arena.take(static_cast<size_t>(step.ring_stride) * 8 * (kept + 1));
      step.own = arena.take(static_cast<size_t>(step.ring_stride) * 16);
      step.out = arena.fixed(step.stride);
      return;
    case RowStep::Kind::kWindow: {
      const bool fixed = step.window.form == WindowStage::Form::kFixed;
      step.ring_stride = padded_pixels(need) + 2 * step.line_pad + kSlack;
      step.ring = arena.take(static_cast<size_t>(step.ring_stride) * (fixed ? 8 : 16) * kept);
      step.own = arena.take(static_cast<size_t>(step.ring_stride) *
                            static_cast<size_t>(step.window.scratch_per_pixel));
      step.out = arena.planes(step.stride);
      return;
    }
    case RowStep::Kind::kKeep:
      step.ring_stride = step.stride;
      step.ring =
          arena.take(static_cast<size_t>(step.stride) * 8 * (static_cast<size_t>(step.lag) + 1));
      return;
    case RowStep::Kind::kBranch:
      if (step.spline) lay_out_spline(*step.spline, pixels, arena);
      return;
    case RowStep::Kind::kLayer:
      step.line = arena.take(static_cast<size_t>(step.stride) * 4);
      return;
    case RowStep::Kind::kCombine:
      // The original and the filtered row where they have to be converted.
      step.line = arena.planes(step.stride);
      step.ring = arena.planes(step.stride);
      step.out = arena.planes(step.stride);
      return;
    case RowStep::Kind::kCrop:
      return;
    case RowStep::Kind::kNearest:
      step.line = arena.fixed(read);
      step.out = arena.fixed(step.stride);
      return;
    case RowStep::Kind::kBlocks:
      step.line = arena.fixed(read);
      step.own = arena.take(static_cast<size_t>(read) * 16);
      step.out = arena.fixed(step.stride);
      return;
    case RowStep::Kind::kResample:
      step.line_pad = read + 2 * step.resize.along_x.pairs;
      step.line = arena.fixed(2 * step.line_pad);
      step.ring_stride = step.stride;
      step.ring = arena.take(static_cast<size_t>(step.ring_stride) * 16 *
                             static_cast<size_t>(step.resize.along_y.pairs));
      step.out = arena.fixed(step.stride);
      return;
  }
}

// Rows that a unit reads for its neighbours' sake, in rows of the sink.
double shared_rows(const Pass& pass) {
  double rows = 0, ratio = 1;
  for (size_t i = pass.steps.size(); i-- > 0;) {
    ratio *= ratio_along(pass.steps[i], false);
    rows += (needed(pass.steps[i], 1, false) - ratio_along(pass.steps[i], false)) / ratio;
  }
  return rows;
}

// Scratch offsets for tiles of the pass's present size.
void lay_out_scratch(Pass& pass) {
  const int shift = shift_of(pass);
  Arena arena;
  // Pixels of the rows that reach the sink; a coarse cell also reads half a cell on each side.
  const int sink_pixels = cells(pass) ? (pass.tile.width + 1) << shift : pass.tile.width;
  const std::vector<Size> given = given_by_steps(pass, {sink_pixels, 1});
  for (size_t i = pass.steps.size(); i-- > 0;) {
    lay_out_step(pass.steps[i], given[i + 1].width, arena);
  }
  if (pass.source == Pass::Source::kSpline) {
    lay_out_spline(pass.source_spline, given[0].width, arena);
  }
  if (pass.view && pass.view->turns()) {
    pass.viewed_stride = padded_pixels(given[0].width) + kSlack;
    pass.viewed = arena.take(static_cast<size_t>(pass.viewed_stride) *
                             (pass.view->transposed ? kTurnedPixelBytes : 8));
  }
  if (pass.source == Pass::Source::kWarp) {
    pass.viewed_stride = padded_pixels(given[0].width) + kSlack;
    pass.viewed = arena.fixed(3 * pass.viewed_stride);
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

bool Pass::reads(int temporary) const {
  if (source_grid.temporary == temporary || source_spline.grid.temporary == temporary) return true;
  return std::any_of(steps.begin(), steps.end(), [&](const RowStep& step) {
    return step.grid.temporary == temporary ||
           (step.spline && step.spline->grid.temporary == temporary);
  });
}

double cost_of_source(const Pass& pass) {
  if (pass.source == Pass::Source::kWarp) return pass.source_warp.splits ? 3 * kWarpNs : kWarpNs;
  return pass.source == Pass::Source::kSpline ? kSplineNs : 0.4;
}

double cost_of(const RowStep& step) {
  double ns = 0;
  switch (step.kind) {
    case RowStep::Kind::kPoints:
      ns = step.table.empty() ? 0.8 : 1.6;
      for (size_t i = step.table.empty() ? 0 : step.leading; i < step.points.size(); ++i) {
        ns += step.points[i].ns;
      }
      return ns;
    case RowStep::Kind::kGaussian:
      return 1.0 + 0.45 * (step.weights.reach + 1);
    case RowStep::Kind::kHalved:
      return 2.2 + 0.12 * (step.weights.reach + 1);
    case RowStep::Kind::kBox:
      return 4.5;
    case RowStep::Kind::kWindow:
      return 1.2 + step.window.ns;
    case RowStep::Kind::kKeep:
      return 0.4;
    case RowStep::Kind::kBranch:
      return step.spline ? kSplineNs : 0.2;
    case RowStep::Kind::kLayer:
      return 0.2;
    case RowStep::Kind::kCombine:
      return 0.6 + step.combine.ns;
    case RowStep::Kind::kMeasured:
      return 0.8 + step.measured.ns;
    case RowStep::Kind::kCrop:
      return 0;
    case RowStep::Kind::kNearest:
      return 1;
    case RowStep::Kind::kBlocks:
      return ratio_along(step, true) * ratio_along(step, false);
    case RowStep::Kind::kResample: {
      const double x = ratio_along(step, true), y = ratio_along(step, false);
      return 0.6 * x * y + (0.7 + 0.3 * step.resize.along_x.pairs) * y + 0.8 +
             0.3 * step.resize.along_y.pairs;
    }
  }
  return ns;
}

void lay_out(Pass& pass, const UnitCut& cut) {
  const Size all = {pass.region.width(), pass.region.height()};
  if (pass.sink == Pass::Sink::kMeasure || pass.sink == Pass::Sink::kSweep) {
    pass.tile = all;
    pass.columns = pass.rows = 1;
    pass.cost_ns = pass.sweep.ns * static_cast<double>(all.area());
    return lay_out_scratch(pass);
  }
  const int shift = shift_of(pass);
  // Cheap passes are still cut into enough units to share.
  const double total = unit_cost(pass, all);
  const double share = std::max(total / (kUnitsPerWorker * cut.workers), kLeastSharedNs);
  const double budget = cut.workers > 1 ? std::min(share, cut.unit_ns) : cut.unit_ns;
  // Lower tiles would mostly compute rows that their neighbours compute as well. On a slow machine,
  // whose units are small, that must not multiply the work.
  const double shared = shared_rows(pass);
  const int least = std::max(16, static_cast<int>(shared * 0.75)) >> shift;
  const double thrifty = std::max(budget, std::min(kThriftyUnitNs, total / (2 * cut.workers)));
  const bool long_rows = pass.steps.empty() && pass.source != Pass::Source::kWarp &&
                         !(pass.view && pass.view->transposed);
  // Where neighbours share rows, longer ones read memory faster (a tenth of the time at 12
  // megapixels), as long as a unit has many of them and they stay in the second cache.
  const auto affords = [&](int width) {
    pass.tile.width = std::min(width >> shift, all.width);
    lay_out_scratch(pass);
    const Size tile = {pass.tile.width, static_cast<int>(shared * kLongRows)};
    return shared > 0 && !cells(pass) && pass.scratch <= kCacheScratch &&
           unit_cost(pass, tile) <= budget;
  };
  const int longest = long_rows || affords(2048) ? 2048 : affords(1024) ? 1024 : 512;
  int width = longest >> shift;
  for (;; width /= 2) {
    pass.tile.width = std::min(std::max(width, 2), all.width);
    lay_out_scratch(pass);
    if (pass.scratch <= kSpareScratch || width <= kLeastTileWidth >> shift) break;
  }
  pass.tile.height = std::min(std::max(least, 2), all.height);
  while (pass.tile.height < all.height) {
    const int higher = pass.tile.height + std::max(1, pass.tile.height / 8);
    const bool mostly_shared = (higher << shift) < shared * kThriftyRows;
    if (unit_cost(pass, {pass.tile.width, higher}) > (mostly_shared ? thrifty : budget)) break;
    pass.tile.height = std::min(higher, all.height);
  }
  pass.columns = (all.width + pass.tile.width - 1) / pass.tile.width;
  pass.rows = (all.height + pass.tile.height - 1) / pass.tile.height;
  // When fewer workers than there are end the pass soonest, there are no units for more [R40].
  const int best = best_width(total, cut.hand_off_ns, cut.workers);
  if (best < cut.workers) pass.rows = std::min(pass.rows, std::max(1, best / pass.columns));
  // As many tiles, of one height: the last one to end is no longer than the others.
  pass.tile.height = (all.height + pass.rows - 1) / pass.rows;
  pass.rows = (all.height + pass.tile.height - 1) / pass.tile.height;
  pass.cost_ns = unit_cost(pass, pass.tile) * static_cast<double>(all.area()) /
                 static_cast<double>(pass.tile.area());
}

}  // namespace stopbath
