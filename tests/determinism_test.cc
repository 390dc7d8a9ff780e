// The same bytes whatever the order of units, whatever scratch and temporaries held before,
// whatever the build.
//
// The goldens are rewritten by STOPBATH_WRITE_GOLDENS=tests/goldens.inc stopbath_tests "[goldens]".
#include <catch2/catch_test_macros.hpp>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

struct Golden {
  const char* name;
  uint64_t hash;
};

constexpr Golden kGoldens[] = {
#include "goldens.inc"
};

struct Case {
  std::string name;
  Chain chain;
  int width;
  int height;
  int reduce = 0;

  Scene scene = Scene::kAlpha;

  Image run(uint32_t shuffle_seed = 0, const UnitCut& cut = {}) const {
    return run_chain(chain, make_scene(scene, width, height, 7),
                     {.reduce = reduce, .shuffle_seed = shuffle_seed, .cut = cut});
  }
};

// Two of every kind of pass, with wide and narrow blurs before and after point effects.
Chain long_chain() {
  return {make_step("levels", {{"black", 16}, {"white", 240}, {"gamma", 1.2}}),
          make_step("gaussian-blur", {{"sigma", 1.3}}),
          make_step("exposure", {{"stops", 0.5}}),
          make_step("vignette", {{"strength", 0.7}}),
          make_step("gaussian-blur", {{"sigma", 11}}),
          make_step("saturation", {{"amount", 1.6}}),
          make_step("gaussian-blur", {{"sigma", 3}}),
          make_step("gaussian-blur", {{"sigma", 2}}),
          make_step("gaussian-blur", {{"sigma", 0.6}}),
          make_step("invert", {{"amount", 0.9}})};
}

std::vector<Case> cases() {
  std::vector<Case> all;
  const auto add = [&](const std::string& name, const Chain& chain, int w, int h, int reduce = 0) {
    if (!fits(chain, w, h)) return;
    const std::string tail = " / " + std::to_string(w) + "x" + std::to_string(h) +
                             (reduce > 0 ? " / " + std::to_string(reduce) : "");
    all.push_back({name + tail, chain, w, h, reduce});
  };
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    for (const Step& step : settings_of(e)) {
      const bool repeated = !all.empty() && all.back().name.starts_with(describe(step) + " /");
      if (!repeated) add(describe(step), {step}, 257, 129);
    }
    const Step defaults = settings_of(e)[0];
    for (const auto& [w, h] : {std::pair{1, 1}, {3, 5}, {4097, 13}, {1, 4097}}) {
      add(describe(defaults), {defaults}, w, h);
    }
  }
  for (const double sigma : {0.3, 2.4, 2.5, 4.0, 8.0, 40.0}) {
    add(format_number(sigma) + " blur", {make_step("gaussian-blur", {{"sigma", sigma}})}, 601, 333);
  }
  add("long chain", long_chain(), 601, 333);
  add("long chain", long_chain(), 3, 5);
  // Narrow blurs enough for temporaries of full resolution, between wide ones.
  Chain narrow = {make_step("gaussian-blur", {{"sigma", 9}})};
  for (int i = 0; i < 24; ++i) narrow.push_back(make_step("gaussian-blur", {{"sigma", 2.4}}));
  narrow.push_back(make_step("gaussian-blur", {{"sigma", 4}}));
  add("narrow blurs", narrow, 601, 133);
  // Windows of each form after each form of row, enough of them for temporaries of full resolution.
  Chain windows = {make_step("sharpen"),
                   make_step("median"),
                   make_step("median"),
                   make_step("emboss", {{"strength", 0.3}}),
                   make_step("motion-blur"),
                   make_step("edge-detect", {{"gain", 4}}),
                   make_step("gaussian-blur", {{"sigma", 5}})};
  for (int i = 0; i < 2; ++i) windows.push_back(make_step("motion-blur", {{"length", 90}}));
  windows.push_back(make_step("sharpen"));
  add("windows", windows, 601, 133);
  // Filtered images beside their originals: kept rows, coarse grids, one after another, nested.
  Chain mixed = {make_step("saturation", {{"amount", 0.6}}),
                 make_step("unsharp-mask", {{"sigma", 1.5}}),
                 make_step("unsharp-mask", {{"sigma", 12}, {"threshold", 2}}),
                 make_step("median"),
                 make_step("unsharp-mask", {{"sigma", 4}, {"amount", 3}}),
                 make_step("gaussian-blur", {{"sigma", 1}}),
                 make_step("unsharp-mask", {{"sigma", 0.8}, {"amount", 2}})};
  add("mixed", mixed, 601, 133);
  // Every filter that a mixed effect has, after another of them and with long reaches.
  const Chain layers = {make_step("denoise"),
                        make_step("outline", {{"width", 9.5}}),
                        make_step("drop-shadow", {{"offsetX", -50}, {"offsetY", 33}, {"sigma", 1}}),
                        make_step("clarity", {{"sigma", 3}}),
                        make_step("box-blur", {{"radius", 90.5}}),
                        make_step("drop-shadow", {{"offsetY", 60}, {"sigma", 9}}),
                        make_step("shadows-highlights", {{"sigma", 1.5}}),
                        make_step("convolve"),
                        make_step("box-blur", {{"radius", 2}})};
  add("layers", layers, 601, 333);
  // Opaque images take shorter ways through the same arithmetic.
  const size_t opaque = all.size();
  for (const double sigma : {1.0, 2.5, 7.0, 15.0, 30.0, 60.0, 120.0}) {
    add("opaque " + format_number(sigma) + " blur",
        {make_step("gaussian-blur", {{"sigma", sigma}})}, 257, 129);
  }
  add("opaque mixed", mixed, 601, 133);
  for (const int reduce : {1, 2, 3, 4, 5}) add("opaque copy", {}, 257, 129, reduce);
  for (size_t i = opaque; i < all.size(); ++i) all[i].scene = Scene::kPhoto;
  for (const int reduce : {1, 2, 3, 6}) {
    add("copy", {}, 257, 129, reduce);
    add("long chain", long_chain(), 257, 129, reduce);
  }
  return all;
}

}  // namespace

TEST_CASE("plan: bytes do not depend on the order of units or on what scratch held before",
          "[R49]") {
  for (const Case& c : cases()) {
    if (c.width < 500 && c.chain.size() == 1 && c.reduce == 0) continue;
    const Image expected = c.run();
    for (const uint32_t seed : {1u, 2u, 77u}) {
      INFO(c.name << ", seed " << seed);
      CHECK(c.run(seed) == expected);
    }
  }
}

TEST_CASE("plan: bytes do not depend on the size of units [R37]", "[R49]") {
  for (const Case& c : cases()) {
    if (c.width < 500 && c.chain.size() == 1 && c.reduce == 0 && c.scene == Scene::kAlpha) continue;
    const Image expected = c.run();
    // The lowest tiles, many tiles of uneven height, and the whole image in a column of one.
    for (const UnitCut& cut : {UnitCut{1, 1}, UnitCut{0.15e6, 16}, UnitCut{1e12, 1}}) {
      INFO(c.name << ", units of " << cut.unit_ns << " ns for " << cut.workers << " workers");
      CHECK(c.run(3, cut) == expected);
    }
  }
}

TEST_CASE("plan: the short ways of opaque pixels give the bytes of the general way", "[R49]") {
  // Pixels of alpha 100 send all they touch the general way; what lies beyond their reach must
  // not change.
  const Image opaque = make_scene(Scene::kNoise, 640, 96, 3);
  Image spoiled = opaque;
  for (int y = 0; y < 96; y += 2) spoiled.pixel(600, y)[3] = 100;
  const auto same_left_part = [&](const Chain& chain, int reduce, int columns) {
    const Image a = run_chain(chain, opaque, {.reduce = reduce});
    const Image b = run_chain(chain, spoiled, {.reduce = reduce});
    CHECK_FALSE(a == b);
    bool same = true;
    for (int y = 0; y < a.height; ++y) {
      same &= std::equal(a.pixel(0, y), a.pixel(0, y) + 4 * columns, b.pixel(0, y));
    }
    return same;
  };
  for (const double sigma : {1.0, 2.5, 5.0, 8.0, 16.0, 30.0, 60.0}) {
    INFO("sigma " << sigma);
    CHECK(same_left_part({make_step("gaussian-blur", {{"sigma", sigma}})}, 0,
                         600 - static_cast<int>(6 * sigma)));
  }
  for (const int reduce : {1, 2, 3, 4}) {
    INFO("reduce " << reduce);
    CHECK(same_left_part({}, reduce, 600 >> reduce));
  }
}

TEST_CASE("plan: large images are cut into many units", "[R49]") {
  for (const Chain& chain : {Chain{}, {make_step("invert")}, long_chain()}) {
    const auto plan = compile_plan(chain, {4000, 3000, 1, 0});
    REQUIRE(plan.ok());
    CHECK(plan.value()->unit_count(0) >= 8);
    CHECK(plan.value()->unit_count(plan.value()->pass_count() - 1) >= 8);
  }
}

TEST_CASE("plan: every build gives the bytes of the goldens", "[R49][goldens]") {
  const std::vector<Case> all = cases();
  if (const char* path = std::getenv("STOPBATH_WRITE_GOLDENS")) {
    std::FILE* file = std::fopen(path, "w");
    REQUIRE(file != nullptr);
    std::fputs(
        "// Generated: STOPBATH_WRITE_GOLDENS=tests/goldens.inc stopbath_tests \"[goldens]\"\n",
        file);
    for (const Case& c : all) {
      std::fprintf(file, "{\"%s\", 0x%016" PRIx64 "},\n", c.name.c_str(), c.run().hash());
    }
    std::fclose(file);
    SUCCEED("written");
    return;
  }
  REQUIRE(std::size(kGoldens) == all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].name);
    CHECK(all[i].name == kGoldens[i].name);
    CHECK(all[i].run().hash() == kGoldens[i].hash);
  }
}
