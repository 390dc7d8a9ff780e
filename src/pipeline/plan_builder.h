// Appends the stages of a chain to passes, and closes a pass where the next stage needs the whole
// image.
#ifndef STOPBATH_PIPELINE_PLAN_BUILDER_H_
#define STOPBATH_PIPELINE_PLAN_BUILDER_H_

#include <optional>
#include <vector>

#include "effects/effect.h"
#include "pipeline/program.h"

namespace stopbath {

struct Program {
  std::vector<Pass> passes;
  std::vector<size_t> temporary_bytes;
  Size output;
};

class PlanBuilder {
 public:
  // The result is averaged over blocks of 2^reduce pixels.
  PlanBuilder(Size source, int reduce);

  // Size of the image so far.
  Size size() const { return size_; }
  void add(const Stage& stage, WorkingSpace space, bool per_channel);
  Program finish();

 private:
  void open_pass();
  void close_pass();
  RowStep& add_step(RowStep::Kind kind);
  void change_space(WorkingSpace space);
  void add_point(const PointStage& point, bool per_channel);
  void add_gaussian(double sigma);
  void add_wide_gaussian(double sigma);
  void add_window(const WindowStage& window);
  void add_filter(const FilterStage& filter, WorkingSpace space, bool per_channel);
  void add_mixed(const MixedStage& mixed);
  int join_original();
  void spill();
  int vacant_temporary(int except = -1) const;
  void reserve(int temporary, size_t bytes);

  int reduce_;
  Size size_;
  Pass pass_;
  std::optional<Pass> original_;  // while a copy of the image goes through filters of its own
  Program program_;
  WorkingSpace space_ = WorkingSpace::kEncoded;
  bool only_tables_ = true;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PLAN_BUILDER_H_
