// From a chain to passes: drop what changes nothing, insert changes of working space, split at wide
// blurs.
#include "pipeline/plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "effects/registry.h"
#include "kernels/transfer.h"
#include "pipeline/executor.h"
#include "pipeline/point_tables.h"
#include "pipeline/wide_blur.h"

namespace stopbath {
namespace {

// Of the narrow blurs in one pass together, pixels: ten of the widest fit.
constexpr int kMaxPassReach = 80;

class ChainPlan final : public Plan {
 public:
  ChainPlan(std::vector<Pass> passes, std::vector<size_t> temporaries, int width, int height)
      : passes_(std::move(passes)),
        temporary_bytes_(std::move(temporaries)),
        width_(width),
        height_(height) {
    for (const Pass& p : passes_) {
      scratch_ = std::max(scratch_, p.scratch);
      cost_ns_ += p.ns_per_pixel * p.width * p.height;
    }
  }

  int pass_count() const override { return static_cast<int>(passes_.size()); }
  int unit_count(int pass) const override { return at(pass).columns * at(pass).rows; }
  int output_width() const override { return width_; }
  int output_height() const override { return height_; }
  size_t scratch_bytes() const override { return scratch_; }
  std::span<const size_t> temporary_bytes() const override { return temporary_bytes_; }
  double nominal_cost_ns() const override { return cost_ns_; }

  void bind(ConstImageView source, ImageView destination,
            std::span<uint8_t* const> temporaries) override {
    memory_ = {source, destination, {temporaries.begin(), temporaries.end()}};
  }
  void run_unit(int pass, int unit, uint8_t* scratch) const noexcept override {
    run_pass_unit(at(pass), memory_, unit, scratch);
  }

 private:
  const Pass& at(int pass) const { return passes_[static_cast<size_t>(pass)]; }

  std::vector<Pass> passes_;
  std::vector<size_t> temporary_bytes_;
  int width_;
  int height_;
  size_t scratch_ = 0;
  double cost_ns_ = 0;
  Memory memory_;
};

// Appends stages to the pass being built and closes it where a wide blur needs the whole image.
class Builder {
 public:
  explicit Builder(const PlanTarget& target) : target_(target) { open_pass(); }

  void add(const Stage& stage, WorkingSpace space, bool per_channel) {
    if (const auto* gaussian = std::get_if<GaussianStage>(&stage)) {
      only_tables_ = false;
      change_space(WorkingSpace::kEncoded);
      add_gaussian(gaussian->sigma);
      return;
    }
    only_tables_ &= per_channel;
    change_space(space);
    add_point(std::get<PointStage>(stage), per_channel);
  }

  std::unique_ptr<Plan> finish() {
    change_space(WorkingSpace::kEncoded);
    pass_.sink = target_.reduce == 0 ? Pass::Sink::kBytes : Pass::Sink::kReduced;
    pass_.sink_shift = target_.reduce;
    pass_.sink_width = reduced(target_.width, target_.reduce);
    pass_.sink_height = reduced(target_.height, target_.reduce);
    if (only_tables_ && target_.reduce == 0 && !pass_.steps.empty()) make_mapped(pass_);
    const int width = pass_.sink_width, height = pass_.sink_height;
    close_pass();
    return std::make_unique<ChainPlan>(std::move(passes_), std::move(temporaries_), width, height);
  }

 private:
  void open_pass() {
    pass_ = Pass{};
    pass_.width = target_.width;
    pass_.height = target_.height;
  }
  void close_pass() {
    tabulate_points(pass_);
    lay_out(pass_);
    passes_.push_back(std::move(pass_));
    open_pass();
  }

  void change_space(WorkingSpace space) {
    if (space == space_) return;
    space_ = space;
    add_point(space == WorkingSpace::kLinear ? decode_stage() : encode_stage(), true);
  }

  void add_point(const PointStage& point, bool per_channel) {
    if (pass_.steps.empty() || pass_.steps.back().kind != RowStep::Kind::kPoints) {
      pass_.steps.emplace_back();
    }
    RowStep& step = pass_.steps.back();
    if (per_channel && step.leading == step.points.size()) ++step.leading;
    step.points.push_back(point);
  }

  void add_gaussian(double sigma) {
    if (sigma < kWideSigma) {
      RowStep step;
      step.kind = RowStep::Kind::kGaussian;
      step.weights = gaussian_weights(sigma);
      if (pass_.total_reach() + step.weights.reach > kMaxPassReach) spill();
      pass_.steps.push_back(std::move(step));
      return;
    }
    const CoarseGrid grid = coarse_grid(target_.width, target_.height, sigma);
    const int first = other_temporary(), second = 1 - first;
    reserve(first, grid.bytes);
    reserve(second, grid.bytes);
    to_coarse(grid, first, pass_);
    close_pass();
    pass_ = filter_coarse(grid, first, second);
    close_pass();
    from_coarse(grid, second, pass_);
  }

  // Ends the pass in a temporary of full resolution, so that its units do not drown in overlap.
  void spill() {
    const int temporary = other_temporary();
    const int stride = padded_pixels(target_.width) + kRowAlign;
    reserve(temporary, static_cast<size_t>(stride) * static_cast<size_t>(target_.height) * 8 + 64);
    pass_.sink = Pass::Sink::kGrid;
    pass_.sink_temporary = temporary;
    pass_.sink_stride = stride;
    pass_.sink_width = target_.width;
    pass_.sink_height = target_.height;
    close_pass();
    pass_.source = Pass::Source::kGrid;
    pass_.source_temporary = temporary;
    pass_.source_stride = stride;
  }

  // One of two temporaries: the one that the pass being built does not read.
  int other_temporary() const { return pass_.source_temporary == 0 ? 1 : 0; }

  void reserve(int temporary, size_t bytes) {
    const auto index = static_cast<size_t>(temporary);
    if (temporaries_.size() <= index) temporaries_.resize(index + 1, 0);
    temporaries_[index] = std::max(temporaries_[index], bytes);
  }

  PlanTarget target_;
  Pass pass_;
  std::vector<Pass> passes_;
  std::vector<size_t> temporaries_;
  WorkingSpace space_ = WorkingSpace::kEncoded;
  bool only_tables_ = true;
};

Status refuse(const std::string& what, double got) {
  return Status(Code::kInvalidParams, "Expected " + what + ", got " + std::to_string(got));
}

}  // namespace

Result<std::unique_ptr<Plan>> compile_plan(const Chain& chain, const PlanTarget& target) {
  const auto side_ok = [](int side) { return side >= 1 && side <= kMaxSide; };
  if (!side_ok(target.width)) return refuse("a width from 1 to 65535", target.width);
  if (!side_ok(target.height)) return refuse("a height from 1 to 65535", target.height);
  if (!(target.pixel_scale > 0 && target.pixel_scale <= 1)) {
    return refuse("a pixel scale above 0 and at most 1", target.pixel_scale);
  }
  if (target.reduce < 0 || target.reduce > kMaxReduce)
    return refuse("a reduction from 0 to 6", target.reduce);

  Builder builder(target);
  const LowerContext level = {target.width, target.height};
  for (const Step& step : chain) {
    const Effect& effect = effects()[static_cast<size_t>(step.effect)];
    std::vector<double> values = step.values;
    for (size_t i = 0; i < values.size(); ++i) {
      if (effect.params[i].in_pixels) values[i] *= target.pixel_scale;
    }
    if (effect.is_identity(values)) continue;
    builder.add(effect.lower(values, level), effect.space, effect.per_channel);
  }
  return builder.finish();
}

}  // namespace stopbath
