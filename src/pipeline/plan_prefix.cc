// Where a chain may be cut in two without a byte of its result changing: where rows are fixed, or a
// grid that was filtered, as the passes after read them anyway.
//
// Rows in floats would be rounded in a temporary, so there is no cut behind them. What the builder
// counts of a pass goes on behind a cut, so that it ends passes where it would without.
#include <algorithm>
#include <utility>

#include "pipeline/plan_builder.h"

namespace stopbath {
namespace {

// What a pixel must cost for its result to be kept, nominal nanoseconds: some multiple of writing
// and reading its 8 bytes.
constexpr double kLeastCutNs = 3;
// What all pixels must cost: below it the pass that a cut adds costs more.
constexpr double kLeastPrefixNs = 0.1e6;

// Of a pass whose size is known, before it is cut into units.
double nominal_ns(const Pass& pass, Size size) {
  double ns = cost_of_source(pass) + (pass.sink == Pass::Sink::kCoarse ? 1 : 0);
  for (const RowStep& step : pass.steps) ns += cost_of(step);
  return ns * static_cast<double>(size.area());
}

}  // namespace

// The rows of the pass are those of a temporary.
bool PlanBuilder::lies_in_temporary() const {
  return pass_.source == Pass::Source::kGrid && pass_.steps.empty() && !pass_.view;
}

// A grid is kept for nothing; what needs a temporary of its own has to save more than that.
bool PlanBuilder::prefix_pays() {
  end_run();
  double ns = nominal_ns(pass_, size_);
  for (const Pass& pass : program_.passes) ns += nominal_ns(pass, pass.size);
  const bool expands = pass_.source == Pass::Source::kSpline && pass_.steps.empty();
  if (expands || lies_in_temporary()) {
    free_ns_ = ns;
    return ns >= kLeastPrefixNs;
  }
  return pass_.form_before(pass_.steps.size()) == Pass::Form::kFixed &&
         ns - free_ns_ >= std::max(kLeastPrefixNs, kLeastCutNs * static_cast<double>(size_.area()));
}

bool PlanBuilder::cut_prefix(int steps) {
  end_run();
  const bool expands = pass_.source == Pass::Source::kSpline && pass_.steps.empty();
  if (!expands && !lies_in_temporary()) {
    if (pass_.form_before(pass_.steps.size()) != Pass::Form::kFixed) return false;
    const CutOff cut_off = {true, pass_reach(), pass_steps(), repeated_ns()};
    spill();
    pass_.cut_off = cut_off;
  }
  int& temporary = expands ? pass_.source_spline.grid.temporary : pass_.source_grid.temporary;
  if (std::exchange(replays_, false)) {
    program_.temporary_bytes = {program_.temporary_bytes[static_cast<size_t>(temporary)]};
    program_.passes.clear();
    temporary = 0;
  }
  first_.reset();
  held_ = temporary;
  program_.prefix = {steps, static_cast<int>(program_.passes.size()), temporary};
  return true;
}

}  // namespace stopbath
