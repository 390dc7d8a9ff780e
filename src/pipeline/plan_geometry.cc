// How geometry becomes passes and steps. A crop only moves where rows are read; turns and warps
// need pixels that can be read in any order: the source image, or a temporary.
#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/plan_builder.h"

namespace stopbath {
namespace {

// More rows or columns than this per block would not fit the sums.
constexpr int kMaxBlockShift = 8;

}  // namespace

Size PlanBuilder::level_of(Size full) const {
  const auto side = [this](int pixels) {
    return std::max(1, static_cast<int>(std::ceil(pixels * scale_ - 1e-9)));
  };
  return {side(full.width), side(full.height)};
}

Size PlanBuilder::size() const {
  return run_ && !run_->is_identity() ? level_of(run_->size()) : size_;
}

// True when the stage is geometry that the run could take.
bool PlanBuilder::join_run(const Stage& stage, const std::string& name) {
  const auto join = [&](const auto& geometry) {
    if (!run_) run_.emplace(full_);
    if (!run_->add(geometry)) return false;
    run_names_ += (run_names_.empty() ? "" : ", ") + name;
    return true;
  };
  if (const auto* placement = std::get_if<Placement>(&stage)) return join(*placement);
  if (const auto* resize = std::get_if<ResizeStage>(&stage)) return join(*resize);
  if (const auto* warp = std::get_if<WarpStage>(&stage)) return join(*warp);
  return false;
}

void PlanBuilder::end_run() {
  if (!run_) return;
  const GeometryRun run = *run_;
  run_.reset();
  name_ = std::exchange(run_names_, {});
  if (run.is_identity()) return;
  if (run.warp) {
    add_warp(*run.warp, scaled(run.placement, scale_, size_));
  } else {
    place(scaled(run.placement, scale_, size_));
    if (run.resize) add_resize(*run.resize, run.placement.size());
  }
  full_ = run.size();
}

// The rows of the pass are pixels that lie in memory.
bool PlanBuilder::reads_pixels() const {
  return pass_.steps.empty() && !pass_.view && !pass_.cut_off.any &&
         (pass_.source == Pass::Source::kBytes || pass_.source == Pass::Source::kGrid);
}

void PlanBuilder::place(const Placement& placement) {
  if (placement.is_identity(size_)) return;
  if (placement.turns() && !reads_pixels()) spill();
  size_ = placement.size();
  if (reads_pixels()) {
    pass_.view = placement;
    pass_.names.push_back(name_);
    pass_.source_size = size_;
    return;
  }
  only_tables_ = false;
  Resize& crop = add_step(RowStep::Kind::kCrop).resize;
  crop.x0 = placement.rect.x0;
  crop.y0 = placement.rect.y0;
}

void PlanBuilder::add_warp(const WarpStage& stage, const Placement& source) {
  change_space(WorkingSpace::kEncoded);
  only_tables_ = false;
  if (!reads_pixels()) spill();
  Warp& warp = pass_.source_warp;
  const Rect& d = source.rect;
  const double cx = 0.5 * (d.x0 + d.x1), cy = 0.5 * (d.y0 + d.y1);
  const Matrix3 map = scaling(scale_, scale_) * stage.to_source * scaling(1 / scale_, 1 / scale_);
  for (size_t c = 0; c < 3; ++c) {
    const double k = stage.channel_scale[c];
    warp.to_source[c] =
        k == 1 ? map : translation(cx, cy) * scaling(k, k) * translation(-cx, -cy) * map;
    warp.splits |= k != 1;
  }
  warp.source.domain = d;
  warp.source.repeats_edge = stage.repeats_edge;
  for (size_t c = 0; c < 4; ++c) {
    const double value = stage.background[c] * (c == 3 ? 1 : stage.background[3]);
    warp.source.background[c] = static_cast<int16_t>(value * kFixedOne + 0.5);
  }
  pass_.source = Pass::Source::kWarp;
  size_ = level_of(stage.size);
  pass_.source_size = size_;
}

// `full` is the size of the image at full resolution.
void PlanBuilder::add_resize(const ResizeStage& resize, Size full) {
  const Rect window = scaled({.rect = resize.window}, scale_, level_of(resize.size)).rect;
  double ratio_x = static_cast<double>(full.width) / resize.size.width;
  double ratio_y = static_cast<double>(full.height) / resize.size.height;
  if (ratio_x == 1 && ratio_y == 1) return place({.rect = window});
  only_tables_ = false;
  const auto axes = [&](Axis& x, Axis& y) {
    x = {ratio_x, double(window.x0), size_.width, window.width(), x.last, resize.filter};
    y = {ratio_y, double(window.y0), size_.height, window.height(), y.last, resize.filter};
    size_ = {window.width(), window.height()};
  };
  Axis x, y;
  if (resize.filter == ResampleFilter::kNearest) {
    axes(x, y);
    Resize& step = add_step(RowStep::Kind::kNearest).resize;
    step.along_x.axis = x;
    step.along_y.axis = y;
    step.columns = nearest_pixels(x);
    step.rows = nearest_pixels(y);
    return;
  }
  change_space(resize.linear_light ? WorkingSpace::kLinear : WorkingSpace::kEncoded);
  while (ratio_x >= kMaxResampleRatio || ratio_y >= kMaxResampleRatio) {
    add_blocks(ratio_x, ratio_y, x.last, y.last);
  }
  axes(x, y);
  Resize& step = add_step(RowStep::Kind::kResample).resize;
  step.along_x = axis_pairs(x);
  step.along_y = axis_pairs(y);
}

// A great reduction begins with means of blocks, which leave a ratio of 4 to 8 to the filter. They
// get a pass of their own: its units share no rows.
void PlanBuilder::add_blocks(double& ratio_x, double& ratio_y, double& last_x, double& last_y) {
  const auto divide = [](int& side, double& ratio, double& last) {
    int shift = 0;
    while (ratio >= kMaxResampleRatio && shift < kMaxBlockShift) ratio /= 2, ++shift;
    const int pixels = side;
    side = (pixels + (1 << shift) - 1) >> shift;
    last = (pixels - 1 + last) / (1 << shift) - (side - 1);
    return shift;
  };
  const int shift_x = divide(size_.width, ratio_x, last_x);
  const int shift_y = divide(size_.height, ratio_y, last_y);
  RowStep& step = add_step(RowStep::Kind::kBlocks);
  step.resize.shift_x = shift_x;
  step.resize.shift_y = shift_y;
  spill();
}

}  // namespace stopbath
