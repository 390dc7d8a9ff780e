// Merges runs of linear colour effects into one matrix on their way to the plan builder.
//
// A run in one working space is one stage and is clamped once, at its end: brightness 2 followed by
// brightness 0.5 gives the lights back. Any other effect, and a change of working space, ends it.
#ifndef STOPBATH_PIPELINE_FUSION_H_
#define STOPBATH_PIPELINE_FUSION_H_

#include <optional>
#include <string>

#include "effects/effect.h"
#include "pipeline/plan_builder.h"

namespace stopbath {

class Fusion {
 public:
  explicit Fusion(PlanBuilder& builder) : builder_(builder) {}

  // `name` is what explain() calls the stage.
  void add(const Stage& stage, WorkingSpace space, bool per_channel, std::string name);
  // Hands on what waits; due after the last stage.
  void flush();
  bool waits() const { return run_.has_value(); }

 private:
  PlanBuilder& builder_;
  std::optional<ColourMatrix> run_;
  WorkingSpace space_ = WorkingSpace::kEncoded;
  std::string names_;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_FUSION_H_
