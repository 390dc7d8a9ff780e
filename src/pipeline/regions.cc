// A pass reads at most what its steps say of the rectangle that its sink needs; everything else is
// left out.
#include "pipeline/regions.h"

#include <algorithm>
#include <map>

namespace stopbath {
namespace {

Rect joined(const Rect& a, const Rect& b) {
  if (a.empty()) return b;
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

// Cells that a spline reads for pixels of a region.
Rect cells_of(const SplineGrid& spline, const Rect& r) {
  const int half = 1 << spline.shift >> 1;
  return {(r.x0 + half) >> spline.shift, (r.y0 + half) >> spline.shift,
          ((r.x1 - 1 + half) >> spline.shift) + 4, ((r.y1 - 1 + half) >> spline.shift) + 4};
}

// Pixels that a warp reads for a region of its result.
Rect warped(const Warp& warp, const Rect& r) {
  const Rect& all = warp.source.domain;
  Rect box;
  for (const Matrix3& m : warp.to_source) {
    for (const Point corner : {Point{double(r.x0), double(r.y0)},
                               {double(r.x1), double(r.y0)},
                               {double(r.x0), double(r.y1)},
                               {double(r.x1), double(r.y1)}}) {
      if (!(depth(m, corner) > 1e-9)) return all;
      const Point p = apply(m, corner);
      const auto near = [](double v, int low, int high) {
        return static_cast<int>(std::clamp(v, low - 1.0, high + 1.0));
      };
      const int x = near(p.x, all.x0, all.x1), y = near(p.y, all.y0, all.y1);
      box = joined(box, {x - 4, y - 4, x + 4, y + 4});
    }
  }
  box = intersect(box, all);
  // A pass computes something, also when the region shows only background.
  return box.empty() ? Rect{all.x0, all.y0, all.x0 + 1, all.y0 + 1} : box;
}

// The pixels that a sink needs for its region.
Rect sink_reads(const Pass& pass) {
  const Rect& r = pass.region;
  const Rect all = {0, 0, pass.size.width, pass.size.height};
  const int shift = pass.sink_shift;
  if (pass.sink == Pass::Sink::kReduced) {
    return intersect({r.x0 << shift, r.y0 << shift, r.x1 << shift, r.y1 << shift}, all);
  }
  if (pass.sink != Pass::Sink::kCoarse) return r;
  // A cell reads half a cell around it, and the outermost repeat the edge.
  const auto span = [&](int begin, int end, int side) {
    const int from = ((begin - kGridMargin) << shift) - (1 << shift);
    const int to = ((end - kGridMargin) << shift) + (1 << shift);
    return Span{std::clamp(from, 0, side - 1), std::clamp(to, 1, side)};
  };
  const Span x = span(r.x0, r.x1, all.x1), y = span(r.y0, r.y1, all.y1);
  return {x.begin, y.begin, x.end, y.end};
}

}  // namespace

void cut_to_regions(std::vector<Pass>& passes, int whole) {
  std::map<int, Rect> needed;  // of each temporary, by the passes after
  for (size_t p = passes.size(); p-- > 0;) {
    Pass& pass = passes[p];
    pass.region = {0, 0, pass.sink_size.width, pass.sink_size.height};
    if (pass.sink == Pass::Sink::kMeasure) continue;
    if (pass.sink == Pass::Sink::kSweep) {
      // What is off in the first pixel may change the last.
      needed[pass.sink_grid.temporary] = pass.region;
      pass.region = {0, pass.strip.begin, pass.sink_size.width, pass.strip.end};
      continue;
    }
    if (pass.sink == Pass::Sink::kGrid || pass.sink == Pass::Sink::kCoarse) {
      const auto read = needed.find(pass.sink_grid.temporary);
      if (read != needed.end() && pass.sink_grid.temporary != whole)
        pass.region = intersect(pass.region, read->second);
      needed.erase(pass.sink_grid.temporary);
    }
    const auto read = [&](int temporary, const Rect& r) {
      needed[temporary] = joined(needed[temporary], r);
    };
    std::vector<Rect> given(pass.steps.size() + 1);  // by the source (0) and every step i (i + 1)
    given.back() = sink_reads(pass);
    for (size_t i = pass.steps.size(); i-- > 0;) {
      const RowStep& step = pass.steps[i];
      const Rect r = given[i + 1];
      if (step.kind == RowStep::Kind::kCombine) {
        Rect& side = given[static_cast<size_t>(step.side)];
        side = joined(side, r);
      }
      if (step.kind == RowStep::Kind::kBranch) {
        if (step.spline) {
          read(step.spline->grid.temporary, cells_of(*step.spline, r));
        } else {
          read(step.grid.temporary, r);
        }
      }
      if (!step.reads_before()) continue;
      const Size all = pass.size_before(i);
      const Span x = columns_before(step, {r.x0, r.x1}, all.width);
      const Span y = rows_before(step, {r.y0, r.y1}, all.height);
      given[i] = joined(given[i], {x.begin, y.begin, x.end, y.end});
    }
    if (given[0].empty()) continue;
    if (pass.source == Pass::Source::kSpline) {
      read(pass.source_spline.grid.temporary, cells_of(pass.source_spline, given[0]));
    } else if (pass.source == Pass::Source::kWarp && pass.source_grid.temporary >= 0) {
      read(pass.source_grid.temporary, warped(pass.source_warp, given[0]));
    } else if (pass.source == Pass::Source::kGrid) {
      read(pass.source_grid.temporary, pass.view ? source_rect(*pass.view, given[0]) : given[0]);
    }
  }
}

}  // namespace stopbath
