// One line for the whole, one for each pass, and indented below it one for each thing that runs.
#include "pipeline/explain.h"

namespace stopbath {
namespace {

std::string size_text(Size size) {
  return std::to_string(size.width) + " x " + std::to_string(size.height);
}

std::string kib(size_t bytes) { return std::to_string((bytes + 1023) / 1024) + " KiB"; }

std::string plural(size_t n, const char* word) {
  return std::to_string(n) + " " + word + (n == 1 ? "" : word[0] == 'p' ? "es" : "s");
}

std::string source_text(const Pass& pass) {
  switch (pass.source) {
    case Pass::Source::kBytes:
      return "the image";
    case Pass::Source::kGrid:
      return "temporary " + std::to_string(pass.source_grid.temporary);
    case Pass::Source::kSpline:
      return "temporary " + std::to_string(pass.source_spline.grid.temporary) +
             " expanded by a spline";
    case Pass::Source::kWarp: {
      const int temporary = pass.source_grid.temporary;
      return (temporary < 0 ? "the image" : "temporary " + std::to_string(temporary)) +
             std::string(" sampled by a map");
    }
  }
  return {};
}

std::string sink_text(const Pass& pass) {
  switch (pass.sink) {
    case Pass::Sink::kBytes:
      return "the result";
    case Pass::Sink::kReduced:
      return "the result, reduced by " + std::to_string(1 << pass.sink_shift);
    case Pass::Sink::kCoarse:
      return "temporary " + std::to_string(pass.sink_grid.temporary) + ", cells of " +
             std::to_string(1 << pass.sink_shift) + " pixels";
    case Pass::Sink::kGrid:
      return "temporary " + std::to_string(pass.sink_grid.temporary);
    case Pass::Sink::kCount:
      return "counts of levels";
    case Pass::Sink::kMeasure:
      return "what all counts tell";
    case Pass::Sink::kSweep:
      return "itself, in order, rows " + std::to_string(pass.strip.begin) + " to " +
             std::to_string(pass.strip.end);
  }
  return {};
}

std::string joined(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string line(const std::string& text) { return "   " + text + "\n"; }

std::string step_text(const RowStep& step) {
  const std::string names = joined(step.names);
  switch (step.kind) {
    case RowStep::Kind::kPoints: {
      if (step.table.empty()) return line("arithmetic: " + names);
      const std::span all(step.names);
      const std::string table = joined(all.subspan(0, step.leading));
      const std::string rest = joined(all.subspan(step.leading));
      const std::string entries = std::to_string(step.table.size() / 3);
      return line("table of " + entries + " values: " + table) +
             (rest.empty() ? "" : line("arithmetic: " + rest));
    }
    case RowStep::Kind::kKeep:
      return line("original kept for " + plural(static_cast<size_t>(step.lag), "row"));
    case RowStep::Kind::kBranch:
      return line("filtered image from a temporary");
    case RowStep::Kind::kLayer:
      return line(
          "layer: " + (step.source == 0 ? "the image" : "source " + std::to_string(step.source)) +
          ", " + size_text({step.place.width(), step.place.height()}) + " pixels at " +
          std::to_string(step.place.x0) + ", " + std::to_string(step.place.y0));
    case RowStep::Kind::kCombine:
      return line("combined with the original: " + names);
    case RowStep::Kind::kMeasured:
      return line("arithmetic by the counts: " + names);
    case RowStep::Kind::kGaussian:
    case RowStep::Kind::kHalved:
    case RowStep::Kind::kBox:
    case RowStep::Kind::kWindow:
      return line("filter: " + names + ", reach " + std::to_string(step.reach()));
    default:
      return line("geometry: " + names);
  }
}

}  // namespace

std::string explain(const Program& program, size_t scratch_bytes) {
  size_t temporaries = 0;
  for (const size_t bytes : program.temporary_bytes) temporaries += bytes;
  std::string out = size_text(program.output) + " pixels in " +
                    plural(program.passes.size(), "pass") + "; " +
                    plural(program.temporary_bytes.size(), "temporary image") + ", " +
                    kib(temporaries) + "; " + kib(scratch_bytes) + " of scratch per worker\n";
  for (size_t i = 0; i < program.passes.size(); ++i) {
    const Pass& pass = program.passes[i];
    const size_t units = static_cast<size_t>(pass.columns) * static_cast<size_t>(pass.rows);
    out += std::to_string(i + 1) + ". " + source_text(pass) + " to " + sink_text(pass) + "; " +
           plural(units, "unit") + " of " + size_text(pass.tile) + ", reach " +
           std::to_string(pass.total_reach()) + "\n";
    if (!pass.names.empty()) out += line("source read through: " + joined(pass.names));
    const std::string whole = joined(pass.mapped_names);
    if (pass.lines) out += line("straight lines on bytes: " + whole);
    if (pass.mapped && !pass.lines) out += line("table of 256 levels: " + whole);
    if (pass.matrix) out += line("matrix on bytes: " + whole);
    for (const RowStep& step : pass.steps) out += step_text(step);
  }
  return out;
}

std::string explain_prefix(const Chain& chain, const PlanTarget& target) {
  const Chain canonical = canonical_chain(chain, target.pixel_scale);
  const int all = static_cast<int>(canonical.size());
  const int steps = best_prefix(canonical, target, all - 1);
  const auto whole = compile_plan(chain, target);
  const auto rest = compile_plan(chain, target, {}, {PrefixUse::Mode::kResume, steps});
  if (steps == 0 || !whole.ok() || !rest.ok() || rest.value()->prefix().steps == 0) return {};
  const double left = rest.value()->nominal_cost_ns() / whole.value()->nominal_cost_ns();
  return "While only the last step moves, the first " + std::to_string(steps) + " of " +
         std::to_string(all) + " are kept as " + kib(rest.value()->temporary_bytes()[0]) + "; " +
         std::to_string(static_cast<int>(100 * left + 0.5)) + " % of the time is left\n";
}

}  // namespace stopbath
