// Changes of working space are inserted where two neighbours differ; temporaries are taken again as
// soon as nothing reads them any more.
#include "pipeline/plan_builder.h"

#include <algorithm>
#include <utility>

#include "kernels/transfer.h"
#include "pipeline/plan.h"
#include "pipeline/point_tables.h"
#include "pipeline/wide_blur.h"

namespace stopbath {
namespace {

// Of the narrow filters in one pass together, pixels: ten of the widest blurs fit.
constexpr int kMaxPassReach = 80;

}  // namespace

PlanBuilder::PlanBuilder(Size source, int reduce) : reduce_(reduce), size_(source) { open_pass(); }

void PlanBuilder::add(const Stage& stage, WorkingSpace space, bool per_channel) {
  if (const auto* gaussian = std::get_if<GaussianStage>(&stage)) {
    only_tables_ = false;
    change_space(WorkingSpace::kEncoded);
    add_gaussian(gaussian->sigma);
    return;
  }
  change_space(space);
  if (const auto* window = std::get_if<WindowStage>(&stage)) {
    only_tables_ = false;
    if (pass_.total_reach() + window->reach > kMaxPassReach && !pass_.steps.empty()) spill();
    add_step(RowStep::Kind::kWindow).window = *window;
    return;
  }
  only_tables_ &= per_channel;
  add_point(std::get<PointStage>(stage), per_channel);
}

Program PlanBuilder::finish() {
  change_space(WorkingSpace::kEncoded);
  pass_.sink = reduce_ == 0 ? Pass::Sink::kBytes : Pass::Sink::kReduced;
  pass_.sink_shift = reduce_;
  pass_.sink_size = {reduced(size_.width, reduce_), reduced(size_.height, reduce_)};
  if (only_tables_ && reduce_ == 0 && !pass_.steps.empty()) make_mapped(pass_);
  program_.output = pass_.sink_size;
  close_pass();
  return std::move(program_);
}

void PlanBuilder::open_pass() {
  pass_ = Pass{};
  pass_.source_size = size_;
}

void PlanBuilder::close_pass() {
  pass_.size = pass_.size_before(pass_.steps.size());
  tabulate_points(pass_);
  lay_out(pass_);
  program_.passes.push_back(std::move(pass_));
  open_pass();
}

RowStep& PlanBuilder::add_step(RowStep::Kind kind) {
  RowStep& step = pass_.steps.emplace_back();
  step.kind = kind;
  step.size = size_;
  return step;
}

void PlanBuilder::change_space(WorkingSpace space) {
  if (space == space_) return;
  space_ = space;
  add_point(space == WorkingSpace::kLinear ? decode_stage() : encode_stage(), true);
}

void PlanBuilder::add_point(const PointStage& point, bool per_channel) {
  if (pass_.steps.empty() || pass_.steps.back().kind != RowStep::Kind::kPoints) {
    add_step(RowStep::Kind::kPoints);
  }
  RowStep& step = pass_.steps.back();
  if (per_channel && step.leading == step.points.size()) ++step.leading;
  step.points.push_back(point);
}

void PlanBuilder::add_gaussian(double sigma) {
  if (sigma >= kWideSigma) return add_wide_gaussian(sigma);
  const FirWeights weights = gaussian_weights(sigma);
  if (pass_.total_reach() + weights.reach > kMaxPassReach) spill();
  add_step(RowStep::Kind::kGaussian).weights = weights;
}

void PlanBuilder::add_wide_gaussian(double sigma) {
  const CoarseGrid grid = coarse_grid(size_, sigma);
  const int first = vacant_temporary();
  reserve(first, grid.bytes);
  to_coarse(grid, first, pass_);
  close_pass();
  const int second = vacant_temporary(first);
  reserve(second, grid.bytes);
  pass_ = filter_coarse(grid, first, second);
  close_pass();
  pass_.source = Pass::Source::kSpline;
  pass_.source_spline = expanded(grid, second);
}

// Ends the pass in a temporary of full resolution, so that its units do not drown in overlap.
void PlanBuilder::spill() {
  const int stride = padded_pixels(size_.width) + kRowAlign;
  const Grid grid = {vacant_temporary(), stride};
  reserve(grid.temporary, static_cast<size_t>(stride) * static_cast<size_t>(size_.height) * 8 + 64);
  pass_.sink = Pass::Sink::kGrid;
  pass_.sink_grid = grid;
  pass_.sink_size = size_;
  close_pass();
  pass_.source = Pass::Source::kGrid;
  pass_.source_grid = grid;
}

// A temporary that the pass being built does not read.
int PlanBuilder::vacant_temporary(int except) const {
  const auto read = [&](int temporary) {
    return pass_.source_grid.temporary == temporary ||
           pass_.source_spline.grid.temporary == temporary;
  };
  int temporary = 0;
  while (read(temporary) || temporary == except) ++temporary;
  return temporary;
}

void PlanBuilder::reserve(int temporary, size_t bytes) {
  const auto index = static_cast<size_t>(temporary);
  auto& all = program_.temporary_bytes;
  if (all.size() <= index) all.resize(index + 1, 0);
  all[index] = std::max(all[index], bytes);
}

}  // namespace stopbath
