// The stages run over a row that holds every level (256) or every fixed value (16321) once.
#include "pipeline/point_tables.h"

#include <algorithm>
#include <span>
#include <utility>

namespace stopbath {
namespace {

// A look-up costs about this much per pixel more than a conversion.
constexpr double kLookUpNs = 1.0;
// Below this many pixels a table of all fixed values costs more than it saves.
constexpr double kLeastPixels = 200'000;

// Four planes of `padded` entries: value i * unit in each colour, alpha 1.
std::vector<float> run_over(std::span<const PointStage> points, int entries, int padded,
                            float unit) {
  // The planes start at a multiple of 64 bytes, as rows do.
  std::vector<float> storage(static_cast<size_t>(padded) * 4 + 16);
  const size_t skip = (64 - reinterpret_cast<uintptr_t>(storage.data()) % 64) % 64 / sizeof(float);
  float* planes = storage.data() + skip;
  for (int i = 0; i < padded; ++i) {
    for (int c = 0; c < 3; ++c) planes[c * padded + i] = static_cast<float>(i) * unit;
    planes[3 * padded + i] = 1.0f;
  }
  const PlanarRow row = {planes, planes + padded, planes + 2 * padded, planes + 3 * padded};
  for (const PointStage& point : points) point.run(point.state, row, padded, 0, 0);
  std::vector<float> table;
  table.reserve(static_cast<size_t>(entries) * 3);
  for (int c = 0; c < 3; ++c)
    table.insert(table.end(), planes + c * padded, planes + c * padded + entries);
  return table;
}

std::vector<float> level_table(std::span<const PointStage> points) {
  return run_over(points, 256, 256, 1.0f / 255.0f);
}

std::vector<float> fixed_table(std::span<const PointStage> points) {
  constexpr int kEntries = kFixedOne + 1;
  return run_over(points, kEntries, padded_pixels(kEntries), 1.0f / kFixedOne);
}

}  // namespace

void tabulate_points(Pass& pass) {
  for (size_t i = 0; i < pass.steps.size(); ++i) {
    RowStep& step = pass.steps[i];
    const std::span leading(step.points.data(), step.leading);
    double ns = 0;
    for (const PointStage& point : leading) ns += point.ns;
    if (ns <= kLookUpNs) continue;
    const Pass::Form form = pass.form_before(i);
    if (form == Pass::Form::kPlanes) continue;
    if (form == Pass::Form::kBytes) {
      step.table = level_table(leading);
      if (step.leading == step.points.size()) step.words = fixed_words(step.tables());
    } else if (static_cast<double>(step.size.area()) >= kLeastPixels) {
      step.table = fixed_table(leading);
    }
  }
}

void make_mapped(Pass& pass) {
  alignas(64) float alpha[256] = {};
  alignas(64) float planes[3][256];
  const std::vector<float> table = level_table(pass.steps[0].points);
  for (size_t c = 0; c < 3; ++c) std::copy_n(table.data() + c * 256, 256, planes[c]);
  std::vector<uint8_t> bytes(256 * 4);
  planar_to_bytes({planes[0], planes[1], planes[2], alpha}, 256, bytes.data());
  ByteTables tables;
  for (size_t i = 0; i < 256; ++i) {
    for (size_t c = 0; c < 3; ++c) tables.rgb[c][i] = bytes[4 * i + c];
  }
  pass.tables = pixel_tables(tables);
  pass.lines = fit_lines(tables, {planes[0], planes[1], planes[2]});
  pass.mapped_names = std::move(pass.steps[0].names);
  pass.steps.clear();
  pass.mapped = true;
}

}  // namespace stopbath
