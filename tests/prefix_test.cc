// Chains that are cut in two: the bytes are those of the whole chain, whatever follows the cut.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstring>
#include <random>

#include "pipeline/explain.h"
#include "plan_runner.h"
#include "settings.h"

namespace stopbath {
namespace {

using Random = std::mt19937;

// Any effect with any of the settings that tests try.
Step random_step(Random& random) {
  const int effect = static_cast<int>(random() % effects().size());
  std::vector<Setting> settings;
  for (const Param& param : effects()[static_cast<size_t>(effect)].params) {
    const std::vector<Setting> values = values_of(param);
    settings.push_back(random() % 2 == 0 ? setting_of(default_step(effect), settings.size())
                                         : values[random() % values.size()]);
  }
  return step_of(effect, settings);
}

// Steps that make an image of a sensible size of it, after `head`.
Chain random_chain(Random& random, const Chain& head, size_t steps, Size size) {
  Chain chain = head;
  for (int tries = 0; chain.size() < head.size() + steps && tries < 50; ++tries) {
    chain.push_back(random_step(random));
    const auto& values = chain.back().values;
    const Effect& effect = effects()[static_cast<size_t>(chain.back().effect)];
    const auto out = output_size(chain, size);
    if ((effect.check != nullptr && !effect.check(values).empty()) || !out.ok() ||
        out.value().area() > 40'000) {
      chain.pop_back();
    }
  }
  return chain;
}

std::string describe(const Chain& chain) {
  std::string text;
  for (const Step& step : chain) text += describe(step) + "; ";
  return text;
}

bool same(const Image& a, const Image& b) {
  return a.width == b.width && a.height == b.height && a.bytes == b.bytes;
}

// Runs the chain cut behind `steps` and leaves the kept temporary in `kept`; false when there is no
// cut.
bool check_kept(const Chain& chain, int steps, const Image& source, const RunOptions& options,
                std::vector<AlignedBytes>& kept) {
  const auto whole = run_chain(chain, source, options);
  auto compiled =
      compile_plan(chain, target_of(source, options), options.cut, {PrefixUse::Mode::kKeep, steps});
  REQUIRE(compiled.ok());
  Plan& plan = *compiled.value();
  if (plan.prefix().steps == 0) return false;
  CHECK(plan.prefix().steps == steps);
  std::vector<AlignedBytes> temporaries = make_temporaries(plan);
  CHECK(same(run_plan(plan, source, temporaries, options), whole));
  kept.clear();
  kept.push_back(std::move(temporaries[static_cast<size_t>(plan.prefix().temporary)]));
  return true;
}

// The same from what was kept, which stays as it is; false when the chain cannot be cut there.
bool check_resumed(const Chain& chain, int steps, const Image& source, const RunOptions& options,
                   std::vector<AlignedBytes>& kept) {
  const auto whole = run_chain(chain, source, options);
  auto compiled = compile_plan(chain, target_of(source, options), options.cut,
                               {PrefixUse::Mode::kResume, steps});
  REQUIRE(compiled.ok());
  Plan& plan = *compiled.value();
  if (plan.prefix().steps == 0) return false;
  REQUIRE(plan.prefix().temporary == 0);
  REQUIRE(plan.temporary_bytes()[0] <= kept[0].size);
  const std::vector<uint8_t> before(kept[0].data, kept[0].data + kept[0].size);
  for (size_t i = 1; i < plan.temporary_bytes().size(); ++i) {
    kept.emplace_back(plan.temporary_bytes()[i]);
    kept.back().poison();
  }
  CHECK(same(run_plan(plan, source, kept, options), whole));
  CHECK(std::memcmp(before.data(), kept[0].data, before.size()) == 0);
  while (kept.size() > 1) kept.pop_back();
  return true;
}

}  // namespace

TEST_CASE("prefix: any chain, cut anywhere, gives the bytes of the whole, whatever follows",
          "[R49]") {
  Random random(20);
  int cuts = 0, resumed = 0;
  for (int round = 0; round < 150; ++round) {
    const Scene scene = round % 2 == 0 ? Scene::kAlpha : Scene::kPhoto;
    const Image source = make_scene(scene, 90 + round % 7, 60 + round % 5, 3);
    RunOptions options;
    options.reduce = round % 3 == 0 ? 1 : 0;
    options.pixel_scale = round % 4 == 0 ? 0.25 : 1;
    options.shuffle_seed = static_cast<uint32_t>(round);
    options.cut = {2e4, 2, 0};
    const Size size = {source.width, source.height};
    const Chain chain =
        canonical_chain(random_chain(random, {}, 2 + random() % 7, size), options.pixel_scale);
    if (!compile_plan(chain, target_of(source, options)).ok()) continue;
    for (int steps = 1; steps <= static_cast<int>(chain.size()); ++steps) {
      CAPTURE(round, steps, describe(chain));
      std::vector<AlignedBytes> kept;
      if (!check_kept(chain, steps, source, options, kept)) continue;
      ++cuts;
      CHECK(check_resumed(chain, steps, source, options, kept));
      const Chain head(chain.begin(), chain.begin() + steps);
      const Chain other = random_chain(random, head, 1 + random() % 3, size);
      CAPTURE(describe(other));
      if (!compile_plan(other, target_of(source, options)).ok()) continue;
      if (canonical_chain(other, options.pixel_scale).size() != other.size()) continue;
      resumed += check_resumed(other, steps, source, options, kept);
    }
  }
  CHECK(cuts > 150);
  CHECK(resumed > 80);
}

TEST_CASE("prefix: the last cut that saves more than it costs is the best") {
  const PlanTarget target{400, 300};
  const Step blur = make_step("gaussian-blur", {{"sigma", 20}});
  const Step unsharp = make_step("unsharp-mask");
  const Step sharpen = make_step("sharpen");
  const Step levels = make_step("levels", {{"gamma", 1.4}});
  const Step resize = make_step("resize", {{"width", 200}, {"height", 150}});
  const Step turn = make_step("rotate", {{"angle", 90}});
  CHECK(best_prefix({blur, unsharp, levels}, target, 2) == 2);
  CHECK(best_prefix({blur, unsharp, levels}, target, 1) == 1);
  // Floats would be rounded, point effects are not worth it.
  CHECK(best_prefix({blur, sharpen, levels}, target, 2) == 1);
  CHECK(best_prefix({blur, levels, levels, levels}, target, 3) == 1);
  CHECK(best_prefix({levels, blur}, target, 1) == 0);
  CHECK(best_prefix({unsharp, levels}, {20, 20}, 1) == 0);
  // Neighbouring geometry is one mapping, which has no middle.
  CHECK(best_prefix({unsharp, resize, turn, levels}, target, 2) == 1);
  CHECK(best_prefix({unsharp, resize, turn, unsharp, levels}, target, 4) == 4);
}

TEST_CASE("prefix: explain says what is kept while the last step moves") {
  const Chain chain = {make_step("gaussian-blur", {{"sigma", 20}}), make_step("unsharp-mask"),
                       make_step("levels", {{"gamma", 1.4}})};
  const std::string text = explain_prefix(chain, {4000, 3000});
  CAPTURE(text);
  CHECK(
      text.starts_with("While only the last step moves, the first 2 of 3 are kept as 93938 KiB; "));
  CHECK(explain_prefix({chain[2], chain[2]}, {4000, 3000}).empty());
}

TEST_CASE("plan: a matrix behind pixels that a map samples works on what was sampled") {
  const Image source = make_scene(Scene::kAlpha, 40, 30, 3);
  const Step map = make_step("rotate", {{"angle", 10}});
  const Step matrix = make_step("saturation", {{"amount", 1.5}});
  const Image sampled = run_chain({map}, source);
  const Image both = run_chain({map, matrix}, source);
  const Image one_by_one = run_chain({matrix}, sampled);
  REQUIRE(both.bytes.size() == one_by_one.bytes.size());
  int worst = 0;
  for (size_t i = 0; i < both.bytes.size(); ++i) {
    if (both.bytes[i / 4 * 4 + 3] == 255)
      worst = std::max(worst, std::abs(both.bytes[i] - one_by_one.bytes[i]));
  }
  CHECK(worst <= 2);
}

}  // namespace stopbath
