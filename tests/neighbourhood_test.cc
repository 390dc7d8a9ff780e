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
  std::vector<Step> steps = mixed_steps();
  for (const char* name : {"clarity", "shadows-highlights", "denoise"}) {
    steps.push_back(make_step(name));
  }
  for (const Step& step : steps) {
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
  std::vector<Step> steps = mixed_steps();
  steps.push_back(make_step("clarity", {{"amount", 1}}));
  steps.push_back(make_step("denoise"));
  for (const Step& step : steps) {
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

TEST_CASE("mixed: a blur, its tones and a sharpening keep three small grids at most and no image") {
  const int w = 2000, h = 1500;
  for (const double sigma : {2.0, 6.9, 7.0, 30.0}) {
    const Chain chain = {make_step("gaussian-blur", {{"sigma", sigma}}),
                         make_step("levels", {{"black", 20}}),
                         make_step("unsharp-mask", {{"sigma", sigma}})};
    const auto plan = compile_plan(chain, {w, h, 1, 0});
    REQUIRE(plan.ok());
    const bool in_memory = sigma >= 7;
    CHECK(plan.value()->pass_count() == (in_memory ? 5 : 1));
    size_t bytes = 0;
    for (const size_t b : plan.value()->temporary_bytes()) bytes += b;
    CHECK(static_cast<double>(bytes) / (w * h * 4.0) < (in_memory ? 0.5 : 1e-9));
  }
}

TEST_CASE("gaussian blur: a medium one is the same for any units, edge and alpha [R49]") {
  constexpr Size kSizes[] = {{1, 1}, {2, 1}, {1, 2}, {3, 5}, {4, 4}, {37, 21}, {1100, 150}};
  for (const double sigma : {2.0, 3.3, 6.99}) {
    for (const auto [width, height] : kSizes) {
      for (const Scene kind : {Scene::kPhoto, Scene::kAlpha}) {
        const Image source = make_scene(kind, width, height);
        for (const Chain& before : {Chain{}, Chain{make_step("saturation")}}) {
          INFO(width << " x " << height << ", sigma " << sigma << ", " << before.size());
          Chain chain = before;
          chain.push_back(make_step("gaussian-blur", {{"sigma", sigma}}));
          const Image one = run_chain(chain, source, {.cut = {.unit_ns = 1e12, .workers = 1}});
          CHECK(run_chain(chain, source, {.shuffle_seed = 5, .cut = {.unit_ns = 1}}) == one);
        }
      }
    }
  }
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

TEST_CASE("box blur, convolve: an opaque disc on transparent ground has no dark ring") {
  const Image source = disc();
  for (const Step& step :
       {make_step("box-blur", {{"radius", 1.5}}), make_step("box-blur"),
        make_step("box-blur", {{"radius", 30}}),
        with_list(make_step("convolve"), "kernel", {1, 2, 1, 2, 4, 2, 1, 2, 1})}) {
    INFO(describe(step));
    const Image out = run_chain({step}, source);
    int worst = 0, soft = 0;
    for (int y = 0; y < 120; ++y) {
      for (int x = 0; x < 120; ++x) {
        const uint8_t* p = out.pixel(x, y);
        soft += p[3] > 0 && p[3] < 255 ? 1 : 0;
        if (p[3] < 16) continue;
        worst = std::max({worst, std::abs(p[0] - 230), std::abs(p[1] - 40), std::abs(p[2] - 120)});
      }
    }
    CHECK(soft > 50);
    CHECK(worst <= 1);
  }
}

TEST_CASE("layers: nothing lies under opaque pixels, and a layer shows where alpha is 0") {
  const Image photo = make_scene(Scene::kPhoto, 61, 37);
  const Image shape = disc();
  for (const Step& step : {make_step("drop-shadow", {{"color", 0x1e90ff}, {"opacity", 1}}),
                           make_step("outline", {{"color", 0x1e90ff}, {"width", 10}})}) {
    INFO(describe(step));
    CHECK(run_chain({step}, photo) == photo);
    const Image out = run_chain({step}, shape);
    CHECK(std::equal(out.pixel(60, 60), out.pixel(61, 60), shape.pixel(60, 60)));
    // Below and right of the disc, a few pixels away from it.
    const uint8_t* p = out.pixel(84, 84);
    CHECK(p[3] > 200);
    CHECK((p[0] == 0x1e && p[1] == 0x90 && p[2] == 0xff));
  }
}

TEST_CASE("convolve: a kernel of another shape is refused before any work") {
  for (const size_t numbers : {9u, 12u, 24u, 25u, 49u}) {
    std::vector<double> wire = {static_cast<double>(find_effect("convolve"))};
    wire.push_back(static_cast<double>(numbers));
    wire.insert(wire.end(), numbers, 1.0);
    wire.insert(wire.end(), {1, 0});
    const Result<Chain> chain = parse_chain(wire);
    CHECK(chain.ok() == (numbers != 12 && numbers != 24));
    if (!chain.ok()) {
      CHECK(chain.status().message() ==
            "Expected `convolve.kernel` to be 9, 25 or 49 numbers, got " + std::to_string(numbers));
    }
  }
}

TEST_CASE("convolve: the number at the right weighs the pixel at the right") {
  Image source(9, 9);
  for (size_t i = 3; i < source.bytes.size(); i += 4) source.bytes[i] = 255;
  source.pixel(5, 4)[0] = 200;
  const Step step = with_list(make_step("convolve"), "kernel", {0, 0, 0, 0, 0, 1, 0, 0, 0});
  const Image out = run_chain({step}, source);
  CHECK(out.pixel(4, 4)[0] == 200);
  CHECK(out.pixel(5, 4)[0] == 0);
}
