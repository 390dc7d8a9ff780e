// Runs plans in a test: any order of units, any stride, scratch and temporaries filled with a
// pattern of NaNs before.
#ifndef STOPBATH_TESTS_PLAN_RUNNER_H_
#define STOPBATH_TESTS_PLAN_RUNNER_H_

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <initializer_list>
#include <new>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "effects/registry.h"
#include "pipeline/plan.h"
#include "scene.h"

namespace stopbath {

struct AlignedBytes {
  explicit AlignedBytes(size_t size)
      : data(static_cast<uint8_t*>(::operator new (size + 1, std::align_val_t{64}))), size(size) {}
  AlignedBytes(AlignedBytes&& other) noexcept
      : data(std::exchange(other.data, nullptr)), size(other.size) {}
  AlignedBytes& operator=(AlignedBytes&&) = delete;
  ~AlignedBytes() { ::operator delete (data, std::align_val_t{64}); }

  // 0xff bytes are NaN as floats, -1 as fixed values.
  void poison() { std::memset(data, 0xff, size); }

  uint8_t* data;
  size_t size;
};

struct RunOptions {
  int reduce = 0;
  double pixel_scale = 1;
  uint32_t shuffle_seed = 0;  // 0: units in order, scratch never poisoned
  UnitCut cut = {};
  ColorSpace space = ColorSpace::kSrgb;
  std::optional<ColorSpace> layer_space = {};  // of the image that steps name; none: the same
  std::optional<ColorSpace> result = {};       // none: the same
};

// One step with defaults, some of them replaced.
inline Step make_step(std::string_view effect,
                      std::initializer_list<std::pair<std::string_view, double>> values = {}) {
  REQUIRE(find_effect(effect) >= 0);
  Step step = default_step(find_effect(effect));
  const Effect& e = effects()[static_cast<size_t>(step.effect)];
  for (const auto& [name, value] : values) {
    bool found = false;
    for (size_t i = 0; i < e.params.size(); ++i) {
      if (e.params[i].name == name) step.values[i] = value, found = true;
    }
    REQUIRE(found);
  }
  return step;
}

// The same step with the numbers of one of its lists replaced.
inline Step with_list(const Step& step, std::string_view name, const std::vector<double>& numbers) {
  const auto params = effects()[static_cast<size_t>(step.effect)].params;
  Step out{step.effect, {step.values.begin(), step.values.begin() + ptrdiff_t(params.size())}};
  bool found = false;
  for (size_t i = 0; i < params.size(); ++i) {
    if (!is_list(params[i].type)) continue;
    found |= params[i].name == name;
    put_list(out.values, i, params[i].name == name ? numbers : list_of(step.values, i));
  }
  REQUIRE(found);
  return out;
}

// The target of a plan whose steps may name the test layer.
inline PlanTarget target_of(int width, int height, double pixel_scale = 1, int reduce = 0) {
  const Image& layer = image_of(kTestLayer, {});
  return {.width = width,
          .height = height,
          .pixel_scale = pixel_scale,
          .reduce = reduce,
          .others = {{kTestLayer, 1, layer.width, layer.height}}};
}

// Whether the settings of a chain fit an image of this size, as those of a crop may not.
inline bool fits(const Chain& chain, int width, int height) {
  return compile_plan(chain, target_of(width, height)).ok();
}

// The temporaries of a plan, poisoned.
inline std::vector<AlignedBytes> make_temporaries(const Plan& plan) {
  std::vector<AlignedBytes> temporaries;
  for (const size_t bytes : plan.temporary_bytes()) {
    temporaries.emplace_back(bytes);
    temporaries.back().poison();
  }
  return temporaries;
}

inline Image run_plan(Plan& plan, const Image& source, std::vector<AlignedBytes>& temporaries,
                      const RunOptions& options = {}) {
  Image out(plan.output_width(), plan.output_height());
  std::memset(out.bytes.data(), 0xa5, out.bytes.size());
  std::vector<uint8_t*> pointers;
  for (const AlignedBytes& temporary : temporaries) pointers.push_back(temporary.data);
  AlignedBytes scratch(plan.scratch_bytes());
  std::vector<ConstImageView> sources;
  for (const uint32_t id : plan.sources()) sources.push_back(image_of(id, source).view());
  plan.bind_sources(sources, out.view(), pointers);
  uint32_t state = options.shuffle_seed;
  for (int pass = 0; pass < plan.pass_count(); ++pass) {
    std::vector<int> order(static_cast<size_t>(plan.unit_count(pass)));
    std::iota(order.begin(), order.end(), 0);
    if (options.shuffle_seed != 0) {
      for (size_t i = order.size(); i > 1; --i) {
        state = mix_bits(state + 0x9e3779b9u);
        std::swap(order[i - 1], order[state % i]);
      }
    }
    for (const int unit : order) {
      if (options.shuffle_seed != 0) scratch.poison();
      plan.run_unit(pass, unit, scratch.data);
    }
  }
  return out;
}

inline PlanTarget target_of(const Image& source, const RunOptions& options) {
  PlanTarget target = target_of(source.width, source.height, options.pixel_scale, options.reduce);
  target.space = options.space;
  target.others[0].space = options.layer_space.value_or(options.space);
  target.result = options.result.value_or(options.space);
  return target;
}

inline Image run_chain(const Chain& chain, const Image& source, const RunOptions& options = {}) {
  auto compiled = compile_plan(chain, target_of(source, options), options.cut);
  INFO(compiled.status().message());
  REQUIRE(compiled.ok());
  std::vector<AlignedBytes> temporaries = make_temporaries(*compiled.value());
  return run_plan(*compiled.value(), source, temporaries, options);
}

}  // namespace stopbath

#endif  // STOPBATH_TESTS_PLAN_RUNNER_H_
