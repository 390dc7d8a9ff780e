// Appends the stages of a chain to passes, and closes a pass where the next stage needs the whole
// image.
#ifndef STOPBATH_PIPELINE_PLAN_BUILDER_H_
#define STOPBATH_PIPELINE_PLAN_BUILDER_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "effects/effect.h"
#include "pipeline/geometry_run.h"
#include "pipeline/plan.h"
#include "pipeline/program.h"

namespace stopbath {

struct Program {
  std::vector<Pass> passes;
  std::vector<size_t> temporary_bytes;
  Size output;
  std::vector<uint32_t> sources = {0};  // ids of images, the chain's own first
  Prefix prefix;
};

class PlanBuilder {
 public:
  // For a level of an image that has `full` pixels. The target is read until finish().
  PlanBuilder(const PlanTarget& target, Size full);

  // Size of the image so far, of the level and at full resolution.
  Size size() const;
  Size full_size() const { return run_ ? run_->size() : full_; }
  // `name` is what explain() calls the stage.
  void add(const Stage& stage, WorkingSpace space, bool per_channel, const std::string& name);
  Program finish(const UnitCut& cut);

  // See plan_prefix.cc. The passes up to the cut are only looked at and never run.
  void replay() { replays_ = true; }
  // Cutting the chain here saves more than it costs, and changes no byte.
  bool prefix_pays();
  // Ends the first `steps` of the chain here, in a temporary that nothing changes after that. When
  // the builder replays, it is there already: the passes that made it are dropped. False, and
  // nothing is done, where that would change bytes.
  bool cut_prefix(int steps);

 private:
  void open_pass();
  void close_pass();
  RowStep& add_step(RowStep::Kind kind);
  void change_space(WorkingSpace space);
  void add_point(const PointStage& point, bool per_channel, std::string name);
  void make_matrix();
  void add_gaussian(double sigma);
  void add_wide_gaussian(double sigma);
  void add_box(double radius);
  void add_window(const WindowStage& window);
  void add_filter(const FilterStage& filter, WorkingSpace space, bool per_channel);
  void add_mixed(const MixedStage& mixed);
  void add_layer(const LayerStage& layer);
  void add_measured(const MeasuredStage& measured);
  void add_sweep(const SweepStage& sweep);
  void size_counts();
  double repeated_ns() const;
  int join_original();
  void spill();
  bool lies_in_temporary() const;
  int pass_reach() const { return pass_.cut_off.reach + pass_.total_reach(); }
  size_t pass_steps() const { return pass_.cut_off.steps + pass_.steps.size(); }

  // See plan_geometry.cc.
  bool join_run(const Stage& stage, const std::string& name);
  void end_run();
  bool reads_pixels() const;
  void place(const Placement& placement);
  void add_resize(const ResizeStage& resize, Size full);
  void add_warp(const WarpStage& warp, const Placement& source);
  void add_blocks(double& ratio_x, double& ratio_y, double& last_x, double& last_y);
  Size level_of(Size full) const;

  int vacant_temporary(int except = -1) const;
  void reserve(int temporary, size_t bytes);

  // That one stage of a chain adds to a pass, with changes of working space around it.
  static constexpr size_t kMostNewSteps = 4;
  // Of steps that are run twice rather than that their result is kept in a temporary.
  static constexpr double kMaxRepeatedNs = 8;

  const PlanTarget& target_;
  double scale_;  // of the level per pixel
  Size size_;     // without the run
  Size full_;
  std::optional<GeometryRun> run_;  // geometry that may be joined by more
  Pass pass_;
  std::optional<Pass> original_;  // while a copy of the image goes through filters of its own
  Program program_;
  bool replays_ = false;
  int held_ = -1;       // the temporary with the prefix
  double free_ns_ = 0;  // nominal time of what the best cut that costs nothing saves
  WorkingSpace space_ = WorkingSpace::kEncoded;
  bool only_tables_ = true;
  std::optional<ColourMatrix> first_;  // of a chain that begins with one, on encoded values
  std::string name_;                   // of the stage that is being added
  std::string run_names_;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PLAN_BUILDER_H_
