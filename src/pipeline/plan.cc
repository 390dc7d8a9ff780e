// From a chain to a program: settings are scaled to the level, and what changes nothing is dropped.
#include "pipeline/plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "effects/color_conversion.h"
#include "effects/numbers.h"
#include "effects/registry.h"
#include "pipeline/executor.h"
#include "pipeline/explain.h"
#include "pipeline/fusion.h"
#include "pipeline/plan_builder.h"

namespace stopbath {
namespace {

// Of a whole plan, at its nominal cost.
constexpr double kBriefNs = 5000;

class ChainPlan final : public Plan {
 public:
  explicit ChainPlan(Program program) : program_(std::move(program)) {
    for (const Pass& p : program_.passes) {
      scratch_ = std::max(scratch_, p.scratch);
      cost_ns_ += p.cost_ns;
    }
  }

  int pass_count() const override { return static_cast<int>(program_.passes.size()); }
  int unit_count(int pass) const override { return at(pass).columns * at(pass).rows; }
  int output_width() const override { return program_.output.width; }
  int output_height() const override { return program_.output.height; }
  size_t scratch_bytes() const override { return scratch_; }
  bool brief() const override { return cost_ns_ < kBriefNs; }
  std::span<const uint32_t> sources() const override { return program_.sources; }
  std::span<const size_t> temporary_bytes() const override { return program_.temporary_bytes; }
  const Prefix& prefix() const override { return program_.prefix; }
  double nominal_cost_ns() const override { return cost_ns_; }
  std::string explain() const override { return stopbath::explain(program_, scratch_); }

  void bind_sources(std::span<const ConstImageView> sources, ImageView destination,
                    std::span<uint8_t* const> temporaries) override {
    memory_ = {
        {sources.begin(), sources.end()}, destination, {temporaries.begin(), temporaries.end()}};
    for (Pass& pass : program_.passes) {
      for (RowStep& step : pass.steps) {
        if (step.kind != RowStep::Kind::kResample) continue;
        fill_weights(step.resize.along_x);
        fill_weights(step.resize.along_y);
      }
    }
  }
  void run_unit(int pass, int unit, uint8_t* scratch) const noexcept override {
    run_pass_unit(at(pass), memory_, unit, scratch);
  }

 private:
  const Pass& at(int pass) const { return program_.passes[static_cast<size_t>(pass)]; }

  Program program_;
  size_t scratch_ = 0;
  double cost_ns_ = 0;
  Memory memory_;
};

Status refuse(const std::string& what, double got) {
  return Status(Code::kInvalidParams, "Expected " + what + ", got " + format_number(got));
}

// What the workers' fixed limits allow.
Status check_limits(const Plan& plan) {
  if (plan.scratch_bytes() > kScratchBytes) {
    return refuse("a chain that works in " + std::to_string(kScratchBytes >> 10) +
                      " KiB of scratch per worker",
                  static_cast<double>(plan.scratch_bytes() >> 10));
  }
  if (plan.pass_count() > kMaxPasses) {
    return refuse("a chain of at most " + std::to_string(kMaxPasses) + " passes",
                  plan.pass_count());
  }
  return {};
}

Size full_size(const PlanTarget& target) {
  if (target.full.area() > 0) return target.full;
  const auto full = [&](int side) {
    return static_cast<int>(std::min(side / target.pixel_scale + 0.5, double{kMaxSide}));
  };
  return {full(target.width), full(target.height)};
}

Size size_of(const Stage& stage, Size before) {
  if (const auto* placement = std::get_if<Placement>(&stage)) return placement->size();
  if (const auto* resize = std::get_if<ResizeStage>(&stage)) {
    return {resize->window.width(), resize->window.height()};
  }
  const auto* warp = std::get_if<WarpStage>(&stage);
  return warp != nullptr ? warp->size : before;
}

// Every image that the step names is one of the target's.
Status check_images(const Step& step, const PlanTarget& target) {
  for (const uint32_t image : images_of(step)) {
    const auto same = [image](const OtherImage& other) { return other.image == image; };
    if (std::any_of(target.others.begin(), target.others.end(), same)) continue;
    return refuse("an image that the chain may read", image);
  }
  return {};
}

// The stage of an effect with geometry on an image of this size, when all sizes are allowed.
Result<Stage> lower_geometry(const Effect& effect, Values values, Size before) {
  if (effect.check_size != nullptr) {
    const std::string sentence = effect.check_size(values, before);
    if (!sentence.empty()) return Status(Code::kInvalidParams, sentence);
  }
  Stage stage = effect.lower(values, {before.width, before.height});
  const Size size = size_of(stage, before);
  if (size.width >= 1 && size.width <= kMaxSide && size.height >= 1 && size.height <= kMaxSide &&
      size.area() * kBytesPerPixel <= kMaxImageBytes) {
    return stage;
  }
  return Status(Code::kInvalidParams, "Expected `" + std::string(effect.name) + "` to give 1 to " +
                                          std::to_string(kMaxSide) + " pixels a side and at most " +
                                          std::to_string(kMaxImageBytes >> 20) + " MiB, got " +
                                          std::to_string(size.width) + " x " +
                                          std::to_string(size.height) + " pixels");
}

}  // namespace

Result<Size> output_size(const Chain& chain, Size source) {
  Size size = source;
  for (const Step& step : chain) {
    const Effect& effect = effects()[static_cast<size_t>(step.effect)];
    if ((effect.traits & kGeometry) == 0 || effect.is_identity(step.values)) continue;
    const Result<Stage> stage = lower_geometry(effect, step.values, size);
    if (!stage.ok()) return stage.status();
    size = size_of(stage.value(), size);
  }
  return size;
}

namespace {

// The first steps of a canonical chain on their way to a builder.
class Lowering {
 public:
  Lowering(const Chain& canonical, const PlanTarget& target)
      : chain_(canonical),
        target_(target),
        scale_(target.pixel_scale),
        builder_(target, full_size(target)),
        fusion_(builder_) {}

  PlanBuilder& builder() { return builder_; }
  bool done() const { return next_ == chain_.size(); }
  int steps() const { return static_cast<int>(next_); }

  Status add_next() {
    const Step& step = chain_[next_++];
    const Effect& effect = effects()[static_cast<size_t>(step.effect)];
    std::vector<double> values = scaled_values(step, scale_);
    convert_colors(values, effect.params, target_.space);
    const std::string name(effect.name);
    if ((effect.traits & kGeometry) != 0) {
      const Result<Stage> stage = lower_geometry(effect, values, builder_.full_size());
      if (!stage.ok()) return stage.status();
      fusion_.add(stage.value(), effect.space, false, name);
      return {};
    }
    if (Status status = check_images(step, target_); !status.ok()) return status;
    const LowerContext level = {builder_.size().width, builder_.size().height, target_.space};
    fusion_.add(effect.lower(values, level), effect.space, (effect.traits & kPerChannel) != 0,
                name);
    return {};
  }
  // What comes next joins nothing that came before.
  bool between_stages() const {
    const auto moves = [this](size_t i) {
      return (effects()[static_cast<size_t>(chain_[i].effect)].traits & kGeometry) != 0;
    };
    return next_ > 0 && !fusion_.waits() && (done() || !moves(next_ - 1) || !moves(next_));
  }
  Program finish(const UnitCut& cut) {
    if (target_.result != target_.space) {
      fusion_.add(conversion(target_.space, target_.result), WorkingSpace::kLinear, false,
                  "to " + std::string(name_of(target_.result)));
    }
    fusion_.flush();
    return builder_.finish(cut);
  }

 private:
  const Chain& chain_;
  const PlanTarget& target_;
  double scale_;
  PlanBuilder builder_;
  Fusion fusion_;
  size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<Plan>> compile_plan(const Chain& chain, const PlanTarget& target,
                                           const UnitCut& cut, const PrefixUse& prefix) {
  const auto side_ok = [](int side) { return side >= 1 && side <= kMaxSide; };
  if (!side_ok(target.width)) return refuse("a width from 1 to 65535", target.width);
  if (!side_ok(target.height)) return refuse("a height from 1 to 65535", target.height);
  if (!(target.pixel_scale > 0 && target.pixel_scale <= 1)) {
    return refuse("a pixel scale above 0 and at most 1", target.pixel_scale);
  }
  if (target.reduce < 0 || target.reduce > kMaxReduce)
    return refuse("a reduction from 0 to 6", target.reduce);

  const Chain canonical = canonical_chain(chain, target.pixel_scale);
  Lowering lowering(canonical, target);
  const bool resumes = prefix.mode == PrefixUse::Mode::kResume;
  if (resumes) lowering.builder().replay();
  bool is_cut = prefix.mode == PrefixUse::Mode::kNone;
  while (!lowering.done()) {
    if (Status status = lowering.add_next(); !status.ok()) return status;
    if (is_cut || lowering.steps() != prefix.steps) continue;
    is_cut = lowering.between_stages() && lowering.builder().cut_prefix(prefix.steps);
    if (!is_cut && resumes) break;
  }
  if (!is_cut && resumes) return compile_plan(chain, target, cut);
  std::unique_ptr<Plan> plan = std::make_unique<ChainPlan>(lowering.finish(cut));
  if (Status status = check_limits(*plan); !status.ok()) {
    if (plan->prefix().steps > 0) return compile_plan(chain, target, cut);
    return status;
  }
  return plan;
}

int best_prefix(const Chain& canonical, const PlanTarget& target, int most) {
  Lowering lowering(canonical, target);
  lowering.builder().replay();
  int best = 0;
  while (!lowering.done() && lowering.steps() < most) {
    if (!lowering.add_next().ok()) return 0;
    if (lowering.between_stages() && lowering.builder().prefix_pays()) best = lowering.steps();
  }
  return best;
}

}  // namespace stopbath
