// Changes of working space are inserted where two neighbours differ; temporaries are taken again as
// soon as nothing reads them any more.
#include "pipeline/plan_builder.h"

#include <algorithm>
#include <utility>

#include "effects/color_conversion.h"
#include "kernels/matrix.h"
#include "kernels/transfer.h"
#include "pipeline/point_tables.h"
#include "pipeline/regions.h"
#include "pipeline/wide_blur.h"

namespace stopbath {
namespace {

// Of the narrow filters in one pass together, pixels: ten of the widest blurs fit.
constexpr int kMaxPassReach = 80;
bool is_wide(const FilterStage& filter) {
  const auto* gaussian = std::get_if<GaussianStage>(&filter);
  return gaussian != nullptr && gaussian->sigma >= kWideSigma;
}

// Pixels that a filter adds to the reach of its pass.
int narrow_reach(const FilterStage& filter) {
  if (const auto* window = std::get_if<WindowStage>(&filter)) return window->reach;
  if (const auto* box = std::get_if<BoxStage>(&filter)) return box_weights(box->radius).reach();
  const auto* gaussian = std::get_if<GaussianStage>(&filter);
  if (gaussian == nullptr || is_wide(filter)) return 0;
  return gaussian->sigma < kHalvedSigma ? gaussian_weights(gaussian->sigma).reach
                                        : halved_step({}, gaussian->sigma).reach();
}

}  // namespace

PlanBuilder::PlanBuilder(const PlanTarget& target, Size full)
    : target_(target), scale_(target.pixel_scale), size_{target.width, target.height}, full_(full) {
  open_pass();
}

void PlanBuilder::add(const Stage& stage, WorkingSpace space, bool per_channel,
                      const std::string& name) {
  if (join_run(stage, name)) return;
  end_run();
  if (join_run(stage, name)) return;
  name_ = name;
  if (const auto* mixed = std::get_if<MixedStage>(&stage)) return add_mixed(*mixed);
  if (const auto* layer = std::get_if<LayerStage>(&stage)) return add_layer(*layer);
  if (const auto* measured = std::get_if<MeasuredStage>(&stage)) return add_measured(*measured);
  if (const auto* sweep = std::get_if<SweepStage>(&stage)) return add_sweep(*sweep);
  if (const auto* point = std::get_if<PointStage>(&stage)) {
    return add_filter(*point, space, per_channel);
  }
  if (const auto* matrix = std::get_if<ColourMatrix>(&stage)) {
    const bool is_first = pass_.source == Pass::Source::kBytes && pass_.steps.empty();
    if (is_first && space == WorkingSpace::kEncoded) first_ = *matrix;
    return add_filter(matrix_stage(matrix->m), space, matrix->diagonal());
  }
  if (const auto* window = std::get_if<WindowStage>(&stage)) {
    return add_filter(*window, space, per_channel);
  }
  if (const auto* box = std::get_if<BoxStage>(&stage)) return add_filter(*box, space, per_channel);
  add_filter(std::get<GaussianStage>(stage), space, per_channel);
}

void PlanBuilder::add_filter(const FilterStage& filter, WorkingSpace space, bool per_channel) {
  if (pass_steps() + kMostNewSteps > kMaxPassSteps) spill();
  if (const auto* gaussian = std::get_if<GaussianStage>(&filter)) {
    change_space(WorkingSpace::kEncoded);
    return add_gaussian(gaussian->sigma);
  }
  if (const auto* box = std::get_if<BoxStage>(&filter)) {
    change_space(WorkingSpace::kEncoded);
    return add_box(box->radius);
  }
  change_space(space);
  if (const auto* window = std::get_if<WindowStage>(&filter)) return add_window(*window);
  only_tables_ &= per_channel;
  add_point(std::get<PointStage>(filter), per_channel, name_);
}

// A narrow filter lets the original wait in a kept step. A wide one ends the pass: the steps that
// made the original are then run again beside the filtered image, which costs less than an image in
// memory unless they are slow.
void PlanBuilder::add_mixed(const MixedStage& mixed) {
  change_space(WorkingSpace::kEncoded);
  only_tables_ = false;
  int reach = 0;
  bool wide = false;
  for (const FilterStage& filter : mixed.filters) {
    reach += narrow_reach(filter);
    wide |= is_wide(filter);
  }
  const size_t steps = pass_steps() + mixed.filters.size() + kMostNewSteps;
  if (steps > kMaxPassSteps ||
      (wide ? repeated_ns() > kMaxRepeatedNs : pass_reach() + reach > kMaxPassReach)) {
    spill();
  }
  original_ = pass_;
  const size_t passes = program_.passes.size();
  // Rows of bytes and of a grid can be read again at any time.
  const bool turned = pass_.source == Pass::Source::kWarp || (pass_.view && pass_.view->transposed);
  const bool keeps =
      !wide && !(pass_.steps.empty() && !turned && pass_.source != Pass::Source::kSpline);
  if (keeps) add_step(RowStep::Kind::kKeep).lag = reach;
  if (!keeps && !wide && pass_.cut_off.any) ++pass_.cut_off.steps;  // without the cut it would
  int side = static_cast<int>(pass_.steps.size());
  for (const FilterStage& filter : mixed.filters) {
    add_filter(filter, WorkingSpace::kEncoded, false);
  }
  if (program_.passes.size() > passes) side = join_original();
  original_.reset();
  RowStep& step = add_step(RowStep::Kind::kCombine);
  step.combine = mixed.combine;
  step.side = side;
}

// The layer is a branch that begins with another source; the rows so far are the original.
void PlanBuilder::add_layer(const LayerStage& layer) {
  change_space(WorkingSpace::kEncoded);
  only_tables_ = false;
  if (pass_.steps.size() + kMostNewSteps > kMaxPassSteps) spill();
  OtherImage image = {0, 0, target_.width, target_.height, target_.space};
  for (const OtherImage& other : target_.others) {
    if (other.image == layer.image) image = other;
  }
  auto& sources = program_.sources;
  const auto known = std::find(sources.begin(), sources.end(), layer.image);
  const int side = static_cast<int>(pass_.steps.size());
  RowStep& branch = add_step(RowStep::Kind::kLayer);
  branch.source = static_cast<int>(known - sources.begin());
  if (known == sources.end()) sources.push_back(layer.image);
  branch.place = {layer.x, layer.y, layer.x + image.width, layer.y + image.height};
  if (image.space != target_.space) {
    add_point(decode_stage(), true, "to linear light");
    add_point(matrix_stage(conversion(image.space, target_.space).m), false,
              "to " + std::string(name_of(target_.space)));
    add_point(encode_stage(), true, "to encoded values");
  }
  RowStep& step = add_step(RowStep::Kind::kCombine);
  step.combine = layer.combine;
  step.side = side;
}

// Nominal nanoseconds of a pixel when the steps of the pass are run again.
double PlanBuilder::repeated_ns() const {
  double ns = pass_.cut_off.ns;
  for (const RowStep& step : pass_.steps) ns += cost_of(step);
  return ns;
}

// Puts the steps of the pass, which read a filtered image from a temporary, behind those that made
// the original; gives the number of the latter.
int PlanBuilder::join_original() {
  Pass filtered = std::exchange(pass_, std::move(*original_));
  const int side = static_cast<int>(pass_.steps.size());
  RowStep& branch = add_step(RowStep::Kind::kBranch);
  if (filtered.source == Pass::Source::kSpline) {
    branch.spline = std::move(filtered.source_spline);
  } else {
    branch.grid = filtered.source_grid;
  }
  for (RowStep& step : filtered.steps) pass_.steps.push_back(std::move(step));
  return side;
}

void PlanBuilder::add_box(double radius) {
  only_tables_ = false;
  const BoxWeights box = box_weights(radius);
  if (pass_reach() + box.reach() > kMaxPassReach && pass_steps() > 0) spill();
  add_step(RowStep::Kind::kBox).box = box;
}

void PlanBuilder::add_window(const WindowStage& window) {
  only_tables_ = false;
  if (pass_reach() + window.reach > kMaxPassReach && pass_steps() > 0) spill();
  add_step(RowStep::Kind::kWindow).window = window;
}

Program PlanBuilder::finish(const UnitCut& cut) {
  end_run();
  change_space(WorkingSpace::kEncoded);
  pass_.sink = target_.reduce == 0 ? Pass::Sink::kBytes : Pass::Sink::kReduced;
  pass_.sink_shift = target_.reduce;
  pass_.sink_size = {reduced(size_.width, target_.reduce), reduced(size_.height, target_.reduce)};
  if (only_tables_ && target_.reduce == 0 && !pass_.steps.empty()) make_mapped(pass_);
  if (first_ && target_.reduce == 0 && program_.passes.empty()) make_matrix();
  program_.output = pass_.sink_size;
  close_pass();
  cut_to_regions(program_.passes, program_.prefix.temporary);
  for (Pass& pass : program_.passes) lay_out(pass, cut);
  size_counts();
  return std::move(program_);
}

void PlanBuilder::open_pass() {
  pass_ = Pass{};
  pass_.source_size = size_;
}

void PlanBuilder::close_pass() {
  pass_.size = pass_.size_before(pass_.steps.size());
  if (!replays_) tabulate_points(pass_);
  program_.passes.push_back(std::move(pass_));
  open_pass();
}

// A pass that is nothing but the first matrix runs on bytes.
void PlanBuilder::make_matrix() {
  if (pass_.steps.size() != 1 || pass_.steps[0].points.size() != 1) return;
  pass_.matrix = fit_matrix(first_->m);
  if (!pass_.matrix) return;
  pass_.mapped_names = std::move(pass_.steps[0].names);
  pass_.steps.clear();
}

RowStep& PlanBuilder::add_step(RowStep::Kind kind) {
  RowStep& step = pass_.steps.emplace_back();
  step.kind = kind;
  step.size = size_;
  if (kind != RowStep::Kind::kPoints) step.names.push_back(name_);
  return step;
}

void PlanBuilder::change_space(WorkingSpace space) {
  if (space == space_) return;
  space_ = space;
  const bool to_linear = space == WorkingSpace::kLinear;
  add_point(to_linear ? decode_stage() : encode_stage(), true,
            to_linear ? "to linear light" : "to encoded values");
}

void PlanBuilder::add_point(const PointStage& point, bool per_channel, std::string name) {
  if (pass_.steps.empty() || pass_.steps.back().kind != RowStep::Kind::kPoints) {
    add_step(RowStep::Kind::kPoints);
  }
  RowStep& step = pass_.steps.back();
  if (per_channel && step.leading == step.points.size()) ++step.leading;
  step.points.push_back(point);
  step.names.push_back(std::move(name));
}

void PlanBuilder::add_gaussian(double sigma) {
  only_tables_ = false;
  if (sigma >= kWideSigma) return add_wide_gaussian(sigma);
  RowStep step;
  if (sigma >= kHalvedSigma) {
    step = halved_step(size_, sigma);
  } else {
    step.weights = gaussian_weights(sigma);
    step.kind = RowStep::Kind::kGaussian;
    step.size = size_;
  }
  if (pass_reach() + step.reach() > kMaxPassReach) spill();
  step.names.push_back(name_);
  pass_.steps.push_back(std::move(step));
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
  pass_.steps[0].names = {name_};
  close_pass();
  pass_.source = Pass::Source::kSpline;
  pass_.source_spline = expanded(grid, second);
}

// Ends the pass in a temporary of full resolution, so that its units do not drown in overlap.
void PlanBuilder::spill() {
  only_tables_ = false;
  if (pass_.cut_off.any && lies_in_temporary()) {  // the cut has done that
    pass_.cut_off = {};
    return;
  }
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

// A temporary that neither the pass being built nor the original reads.
int PlanBuilder::vacant_temporary(int except) const {
  int temporary = 0;
  while (pass_.reads(temporary) || (original_ && original_->reads(temporary)) ||
         temporary == except || temporary == held_) {
    ++temporary;
  }
  return temporary;
}

void PlanBuilder::reserve(int temporary, size_t bytes) {
  const auto index = static_cast<size_t>(temporary);
  auto& all = program_.temporary_bytes;
  if (all.size() <= index) all.resize(index + 1, 0);
  all[index] = std::max(all[index], bytes);
}

}  // namespace stopbath
