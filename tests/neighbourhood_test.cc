// What effects promise that read the pixels around a pixel: alpha, edges, symmetry, memory.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <vector>

#include "pipeline/plan.h"
#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

// A filtered image and the one it was made from, put together: in every way that a plan can do it.
std::vector<Step> mixed_steps() {
  return {make_step("unsharp-mask", {{"sigma", 1.2}, {"amount", 1.5}}),
          make_step("unsharp-mask", {{"sigma", 6}, {"amount", 1.5}}),
          make_step("unsharp-mask", {{"sigma", 40}, {"amount", 0.7}, {"threshold", 4}})};
}

// An opaque disc of one colour; the ground is transparent and hides another colour.
Image disc() {
  Image source(120, 120);
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 120; ++x) {
      const bool inside = (x - 60) * (x - 60) + (y - 60) * (y - 60) < 900;
      const uint8_t colour[4] = {230, 40, 120, 255};
      const uint8_t ground[4] = {0, 255, 0, 0};
      std::copy_n(inside ? colour : ground, 4, source.pixel(x, y));
    }
  }
  return source;
}

}  // namespace

TEST_CASE("mixed: alpha stays as it is") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  for (const Step& step : mixed_steps()) {
    INFO(describe(step));
    const Image out = run_chain({step}, source);
    bool same = true;
    for (size_t i = 3; i < out.bytes.size(); i += 4) same &= out.bytes[i] == source.bytes[i];
    CHECK(same);
    CHECK_FALSE(out == source);
  }
}

TEST_CASE("mixed: an opaque disc on transparent ground keeps its colour up to its edge") {
  const Image source = disc();
  for (const Step& step : mixed_steps()) {
    INFO(describe(step));
    const Image out = run_chain({step}, source);
    int worst = 0;
    for (int y = 0; y < 120; ++y) {
      for (int x = 0; x < 120; ++x) {
        if (source.pixel(x, y)[3] == 0) continue;
        for (int c = 0; c < 4; ++c) {
          worst = std::max(worst, std::abs(out.pixel(x, y)[c] - source.pixel(x, y)[c]));
        }
      }
    }
    CHECK(worst <= 1);
  }
}

TEST_CASE("mixed: the original is the image at that place of the chain, wherever units meet") {
  // The same chain with an image between its steps; bytes in between round to half a level.
  const Image source = make_scene(Scene::kPhoto, 1100, 210);
  const Chain before[] = {{},
                          {make_step("invert")},
                          {make_step("gaussian-blur", {{"sigma", 3}}), make_step("saturation")},
                          {make_step("gaussian-blur", {{"sigma", 1}})},
                          {make_step("median", {{"radius", 3}})}};
  for (const Chain& first : before) {
    for (Step step : mixed_steps()) {
      step.values[1] = 0.5;
      Chain chain = first;
      chain.push_back(step);
      INFO(first.size() << " steps before " << describe(step));
      const Image whole = run_chain(chain, source, {.shuffle_seed = 9});
      const Image parts = run_chain({step}, run_chain(first, source));
      int worst = 0;
      for (size_t i = 0; i < whole.bytes.size(); ++i) {
        worst = std::max(worst, std::abs(whole.bytes[i] - parts.bytes[i]));
      }
      CHECK(worst <= 2);
    }
  }
}

TEST_CASE("mixed: a blur, its tones and a sharpening keep three small grids and no image") {
  const Chain chain = {make_step("gaussian-blur", {{"sigma", 2}}),
                       make_step("levels", {{"black", 20}}),
                       make_step("unsharp-mask", {{"sigma", 2}})};
  const int w = 2000, h = 1500;
  const auto plan = compile_plan(chain, {w, h, 1, 0});
  REQUIRE(plan.ok());
  CHECK(plan.value()->pass_count() == 5);
  size_t bytes = 0;
  for (const size_t b : plan.value()->temporary_bytes()) bytes += b;
  CHECK(static_cast<double>(bytes) / (w * h * 4.0) < 1.6);
}

TEST_CASE("mixed: long rows of them stay within the limits of a pass and of scratch") {
  const Image source = make_scene(Scene::kPhoto, 200, 90);
  for (const double sigma : {1.5, 9.0}) {
    Chain chain;
    for (int i = 0; i < kMaxSteps / 2; ++i) {
      chain.push_back(make_step("unsharp-mask", {{"sigma", sigma}, {"amount", 0.1}}));
      chain.push_back(make_step("saturation", {{"amount", 0.99}}));
    }
    const Image out = run_chain(chain, source, {.shuffle_seed = 3});
    CHECK(out == run_chain(chain, source));
  }
}
