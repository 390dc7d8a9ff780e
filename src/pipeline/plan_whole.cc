// The passes of effects that look at the whole image.
#include <algorithm>

#include "pipeline/plan_builder.h"

namespace stopbath {
namespace {

// Of a nominal machine; a sweep is cut into strips of rows that can be cancelled one by one.
constexpr double kStripNs = 1.5e6;
// Two sweeps and what is between them stay below kMaxPasses.
constexpr int kMostStrips = 100;

}  // namespace

// The image is counted, then the steps that made it run again, before what uses the counts.
void PlanBuilder::add_measured(const MeasuredStage& measured) {
  change_space(WorkingSpace::kEncoded);
  only_tables_ = false;
  if (pass_steps() + kMostNewSteps > kMaxPassSteps || repeated_ns() > kMaxRepeatedNs) spill();
  original_ = pass_;
  const int counts = vacant_temporary();
  pass_.sink = Pass::Sink::kCount;
  pass_.sink_grid.temporary = counts;
  pass_.sink_size = size_;
  close_pass();
  const int concluded = vacant_temporary(counts);
  pass_.sink = Pass::Sink::kMeasure;
  pass_.counts = counts;
  pass_.sink_grid.temporary = concluded;
  pass_.sink_size = {1, 1};
  pass_.measured = measured;
  close_pass();
  reserve(counts, sizeof(LevelCounts));
  reserve(concluded, sizeof(float) * kMostMeasured);
  pass_ = std::move(*original_);
  original_.reset();
  RowStep& step = add_step(RowStep::Kind::kMeasured);
  step.measured = measured;
  step.grid.temporary = concluded;
}

// Each unit has counts of its own; how many there are is known when passes are cut.
void PlanBuilder::size_counts() {
  auto& passes = program_.passes;
  for (size_t i = 0; i + 1 < passes.size(); ++i) {
    if (passes[i].sink != Pass::Sink::kCount) continue;
    passes[i + 1].count_units = passes[i].columns * passes[i].rows;
    reserve(passes[i].sink_grid.temporary,
            sizeof(LevelCounts) * static_cast<size_t>(passes[i + 1].count_units));
  }
}

// Works in place on a temporary of full resolution, a strip of rows after the other.
void PlanBuilder::add_sweep(const SweepStage& sweep) {
  change_space(WorkingSpace::kEncoded);
  if (pass_.cut_off.any || !lies_in_temporary()) spill();
  if (pass_.source_grid.temporary == held_) spill();  // a copy
  const int carry = vacant_temporary();
  reserve(carry, (static_cast<size_t>(size_.width) + 2) * 4 * sizeof(int32_t) * 2);
  const double total = sweep.ns * static_cast<double>(size_.area());
  const int strips =
      std::clamp(static_cast<int>(total / kStripNs), 1, std::min(kMostStrips, size_.height));
  for (int i = 0; i < strips; ++i) {
    Pass strip;
    strip.source = Pass::Source::kGrid;
    strip.sink = Pass::Sink::kSweep;
    strip.source_grid = strip.sink_grid = pass_.source_grid;
    strip.source_size = strip.size = strip.sink_size = size_;
    strip.sweep = sweep;
    strip.carry = carry;
    const auto row = [&](int k) { return static_cast<int>(int64_t{size_.height} * k / strips); };
    strip.strip = {row(i), row(i + 1)};
    program_.passes.push_back(std::move(strip));
  }
}

}  // namespace stopbath
