// What each kind of step reads of the rows before it, exactly and as a bound.
#include <algorithm>

#include "pipeline/program.h"

namespace stopbath {
namespace {

int at(const std::vector<int32_t>& pixels, int i) { return pixels[static_cast<size_t>(i)]; }

// The last pairs may stand behind the edge, with weights of 0.
Span read_by(const AxisWeights& axis, Span result, int limit) {
  return {at(axis.first, result.begin),
          std::min(at(axis.first, result.end - 1) + 2 * axis.pairs, limit)};
}

// One axis of a step's resize.
struct AxisOf {
  int origin;
  const AxisWeights& weights;
  const std::vector<int32_t>& nearest;
  int shift;
};

Span span_before(const RowStep& step, const AxisOf& axis, Span result, int limit) {
  switch (step.kind) {
    case RowStep::Kind::kCrop:
      return {result.begin + axis.origin, result.end + axis.origin};
    case RowStep::Kind::kResample:
      return read_by(axis.weights, result, limit);
    case RowStep::Kind::kNearest:
      return {at(axis.nearest, result.begin), at(axis.nearest, result.end - 1) + 1};
    case RowStep::Kind::kBlocks:
      return {result.begin << axis.shift, std::min(result.end << axis.shift, limit)};
    default:
      return {std::max(result.begin - step.reach(), 0), std::min(result.end + step.reach(), limit)};
  }
}

}  // namespace

Span columns_before(const RowStep& step, Span columns, int limit) {
  const Resize& r = step.resize;
  return span_before(step, {r.x0, r.along_x, r.columns, r.shift_x}, columns, limit);
}

Span rows_before(const RowStep& step, Span rows, int limit) {
  const Resize& r = step.resize;
  return span_before(step, {r.y0, r.along_y, r.rows, r.shift_y}, rows, limit);
}

double ratio_along(const RowStep& step, bool along_x) {
  const Resize& r = step.resize;
  switch (step.kind) {
    case RowStep::Kind::kResample:
    case RowStep::Kind::kNearest:
      return along_x ? r.along_x.axis.ratio : r.along_y.axis.ratio;
    case RowStep::Kind::kBlocks:
      return 1 << (along_x ? r.shift_x : r.shift_y);
    default:
      return 1;
  }
}

int needed(const RowStep& step, int need, bool along_x) {
  const Resize& r = step.resize;
  const int covered = static_cast<int>(need * ratio_along(step, along_x));
  if (step.kind == RowStep::Kind::kResample) {
    return covered + 2 + 2 * (along_x ? r.along_x.pairs : r.along_y.pairs);
  }
  return covered + (step.kind == RowStep::Kind::kNearest ? 2 : 2 * step.reach());
}

Pass::Form Pass::form_before(size_t i) const {
  if (i == 0) return source == Source::kBytes ? Form::kBytes : Form::kFixed;
  const RowStep& step = steps[i - 1];
  if (step.kind == RowStep::Kind::kLayer) return Form::kBytes;
  if (step.kind == RowStep::Kind::kCrop) return form_before(i - 1);
  if (step.kind == RowStep::Kind::kNearest && form_before(i - 1) == Form::kBytes) {
    return Form::kBytes;
  }
  return step.gives_planes() ? Form::kPlanes : Form::kFixed;
}

}  // namespace stopbath
