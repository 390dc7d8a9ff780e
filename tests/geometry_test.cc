// What changes the size of the image: exact moves, resizing, their fusion, levels and refusals.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "oracle.h"
#include "plan_runner.h"

using namespace stopbath;

namespace {

Step crop(double x, double y, double width, double height) {
  return make_step("crop", {{"x", x}, {"y", y}, {"width", width}, {"height", height}});
}
Step flip(bool horizontal, bool vertical) {
  return make_step("flip", {{"horizontal", horizontal}, {"vertical", vertical}});
}
enum { kNearest, kLinear, kMitchell, kLanczos3 };
Step resize(double width, double height, int filter = kLanczos3, bool encoded = false) {
  return make_step("resize", {{"width", width},
                              {"height", height},
                              {"fit", 2},
                              {"filter", filter},
                              {"mixing", encoded ? 1 : 0}});
}
Step blur(double sigma) { return make_step("gaussian-blur", {{"sigma", sigma}}); }

// Each step as a plan of its own, with bytes in between.
Image one_by_one(const Chain& chain, Image image) {
  for (const Step& step : chain) image = run_chain({step}, image);
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  REQUIRE(a.width == b.width);
  REQUIRE(a.height == b.height);
  int most = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i)
    most = std::max(most, std::abs(a.bytes[i] - b.bytes[i]));
  return most;
}

double psnr_to_oracle(const Chain& chain, const Image& source) {
  oracle::Picture expected = oracle::from_image(source);
  for (const Step& step : chain) oracle::entry_of(step).apply(expected, step.values);
  return oracle::compare(run_chain(chain, source), expected).psnr;
}

Image disc_on_hidden_green(int side) {
  Image image(side, side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int dx = 2 * x + 1 - side, dy = 2 * y + 1 - side;
      const bool inside = dx * dx + dy * dy < side * side / 2;
      const uint8_t disc[4] = {230, 40, 120, 255}, ground[4] = {0, 255, 0, 0};
      std::copy_n(inside ? disc : ground, 4, image.pixel(x, y));
    }
  }
  return image;
}

// The worst colour error of visible pixels of such a disc; -1 when no edge is soft.
int worst_colour(const Image& image) {
  int worst = 0, soft = 0;
  for (size_t i = 0; i < image.bytes.size(); i += 4) {
    const uint8_t* p = &image.bytes[i];
    soft += p[3] > 0 && p[3] < 255 ? 1 : 0;
    if (p[3] < 16) continue;
    worst = std::max({worst, std::abs(p[0] - 230), std::abs(p[1] - 40), std::abs(p[2] - 120)});
  }
  return soft > 20 ? worst : -1;
}

}  // namespace

TEST_CASE("geometry: flipping twice gives the image back, at every size") {
  for (const auto& [w, h] : {std::pair{1, 1}, {3, 5}, {257, 129}, {8193, 3}, {1, 4097}}) {
    const Image source = make_scene(Scene::kAlpha, w, h);
    for (const Step& step : {flip(true, false), flip(false, true), flip(true, true)}) {
      const Image once = run_chain({step}, source);
      CHECK(run_chain({step}, once) == source);
      CHECK(run_chain({step, step}, source) == source);
      CHECK((w == 1 || h == 1 || !(once == source)));
    }
  }
}

TEST_CASE("geometry: moves that undo each other leave no pass but a copy") {
  const auto plan = compile_plan(
      {flip(true, false), flip(false, true), flip(true, true), crop(0, 0, 40, 30), resize(40, 30)},
      {40, 30, 1, 0});
  REQUIRE(plan.ok());
  CHECK(plan.value()->pass_count() == 1);
  CHECK(plan.value()->temporary_bytes().empty());
  const Image source = make_scene(Scene::kAlpha, 40, 30);
  CHECK(run_chain({flip(true, false), flip(false, true), flip(true, true), resize(40, 30)},
                  source) == source);
}

TEST_CASE("geometry: flips commute with blurs, within one level") {
  const Image source = make_scene(Scene::kPhoto, 120, 64);
  for (const double sigma : {0.7, 1.5, 3.0, 9.0}) {
    for (const Step& step : {flip(true, false), flip(false, true)}) {
      CHECK(largest_difference(run_chain({step, blur(sigma)}, source),
                               run_chain({blur(sigma), step}, source)) <= 1);
    }
  }
}

TEST_CASE(
    "geometry: resizing is within half a level and rounding of the true filter, above 50 dB") {
  for (const int filter : {kLinear, kMitchell, kLanczos3}) {
    for (const bool encoded : {false, true}) {
      for (const auto& [w, h] :
           {std::pair{200, 90}, {97, 61}, {96, 61}, {61, 200}, {40, 17}, {13, 9}, {3, 2}, {1, 1}}) {
        for (const Scene scene : {Scene::kNoise, Scene::kAlpha}) {
          INFO("filter " << filter << ", encoded " << encoded << ", " << w << "x" << h);
          CHECK(psnr_to_oracle({resize(w, h, filter, encoded)}, make_scene(scene, 97, 61)) >= 50);
        }
      }
    }
  }
}

TEST_CASE("geometry: great reductions and enlargements are right too") {
  const Image wide = make_scene(Scene::kNoise, 4097, 130);
  CHECK(psnr_to_oracle({resize(7, 5)}, wide) >= 50);
  CHECK(psnr_to_oracle({resize(511, 17, kLinear)}, wide) >= 50);
  CHECK(psnr_to_oracle({resize(60, 400)}, wide) >= 50);
  CHECK(psnr_to_oracle({resize(1200, 1)}, make_scene(Scene::kAlpha, 3, 700)) >= 50);
  CHECK(run_chain({resize(1, 1)}, make_scene(Scene::kNoise, 8193, 257)).width == 1);
}

TEST_CASE("geometry: a fine checkerboard keeps its light when it gets smaller: 188, encoded 128") {
  Image board(256, 256);
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      const uint8_t v = (x + y) % 2 == 0 ? 255 : 0;
      const uint8_t p[4] = {v, v, v, 255};
      std::copy_n(p, 4, board.pixel(x, y));
    }
  }
  for (const int filter : {kLinear, kMitchell, kLanczos3}) {
    for (const int side : {64, 100, 16}) {
      const Image light = run_chain({resize(side, side, filter)}, board);
      const Image encoded = run_chain({resize(side, side, filter, true)}, board);
      for (const int at : {side / 2, side / 3}) {
        INFO("filter " << filter << " to " << side);
        CHECK(std::abs(light.pixel(at, at)[0] - 188) <= 2);
        CHECK(std::abs(encoded.pixel(at, at)[0] - 128) <= 2);
        CHECK(light.pixel(at, at)[3] == 255);
      }
    }
  }
}

TEST_CASE("geometry: a constant image stays constant and opaque at every size and filter") {
  Image grey(61, 37);
  for (size_t i = 0; i < grey.bytes.size(); ++i)
    grey.bytes[i] = i % 4 == 3 ? 255 : static_cast<uint8_t>(40 + 70 * (i % 4));
  for (const int filter : {kNearest, kLinear, kMitchell, kLanczos3}) {
    for (const auto& [w, h] : {std::pair{20, 12}, {200, 100}, {1, 1}, {61, 5}}) {
      const Image out = run_chain({resize(w, h, filter)}, grey);
      bool same = true;
      for (size_t i = 0; i < out.bytes.size(); ++i) same &= out.bytes[i] == grey.bytes[i % 4];
      CHECK(same);
    }
  }
}

TEST_CASE("geometry: an opaque disc on transparent ground shows no dark ring after a resize") {
  const Image disc = disc_on_hidden_green(120);
  for (const int filter : {kLinear, kMitchell, kLanczos3}) {
    for (const int side : {50, 75, 300}) {
      const int worst = worst_colour(run_chain({resize(side, side, filter)}, disc));
      INFO("filter " << filter << " to " << side << ": " << worst);
      CHECK(worst >= 0);
      CHECK(worst <= 2);
    }
  }
}

TEST_CASE("geometry: the nearest filter copies pixels, hidden colours included") {
  const Image source = make_scene(Scene::kAlpha, 30, 20);
  const Image twice = run_chain({resize(60, 40, kNearest)}, source);
  bool same = true;
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x)
      same &= std::equal(twice.pixel(x, y), twice.pixel(x, y) + 4, source.pixel(x / 2, y / 2));
  }
  CHECK(same);
  CHECK(run_chain({resize(30, 20, kNearest)}, twice) == source);
  const Chain coloured = {make_step("saturation", {{"amount", 0.5}}), resize(60, 40, kNearest)};
  CHECK(largest_difference(run_chain(coloured, make_scene(Scene::kPhoto, 30, 20)),
                           one_by_one(coloured, make_scene(Scene::kPhoto, 30, 20))) <= 1);
}

TEST_CASE("geometry: sizes follow the fit and the image's proportions") {
  const auto size_of = [](std::initializer_list<std::pair<std::string_view, double>> values) {
    const auto plan = compile_plan({make_step("resize", values)}, {400, 300, 1, 0});
    REQUIRE(plan.ok());
    return std::pair{plan.value()->output_width(), plan.value()->output_height()};
  };
  CHECK(size_of({{"width", 200}}) == std::pair{200, 150});
  CHECK(size_of({{"height", 100}}) == std::pair{133, 100});
  CHECK(size_of({{"width", 200}, {"height", 200}}) == std::pair{200, 150});
  CHECK(size_of({{"width", 200}, {"height", 200}, {"fit", 1}}) == std::pair{200, 200});
  CHECK(size_of({{"width", 200}, {"height", 200}, {"fit", 2}}) == std::pair{200, 200});
  CHECK(size_of({{"width", 1}}) == std::pair{1, 1});
}

TEST_CASE("geometry: exact moves around a resize are one with it") {
  const Image source = make_scene(Scene::kAlpha, 131, 97);
  const auto fused = [&](const Chain& chain, int most) {
    const auto plan = compile_plan(chain, {source.width, source.height, 1, 0});
    REQUIRE(plan.ok());
    CHECK(plan.value()->pass_count() == 1);
    CHECK(largest_difference(run_chain(chain, source), one_by_one(chain, source)) <= most);
  };
  // What comes before only says which pixels the filter reads.
  fused({crop(11, 7, 90, 60), resize(40, 33)}, 0);
  fused({flip(true, true), crop(11, 7, 90, 60), resize(140, 133)}, 0);
  // What follows mirrors the weights, whose rounding is not symmetric.
  fused({resize(60, 44), flip(true, false)}, 1);
  fused({crop(3, 0, 100, 90), flip(false, true), resize(77, 50), crop(5, 6, 40, 30),
         flip(true, true), crop(1, 1, 30, 20)},
        1);
}

TEST_CASE("geometry: in the middle of a chain it gives what the steps give one after another") {
  const Image source = make_scene(Scene::kPhoto, 160, 120);
  const Chain chains[] = {
      {blur(1), crop(20, 10, 100, 90), make_step("sharpen")},
      {blur(6), crop(20, 10, 100, 90), blur(1)},
      {make_step("saturation", {{"amount", 1.5}}), flip(true, false), blur(1)},
      {make_step("sharpen"), resize(70, 60), make_step("median")},
      {blur(5), resize(300, 200), make_step("exposure", {{"stops", 0.5}})},
      {resize(80, 60), make_step("unsharp-mask"), crop(4, 4, 60, 50)},
      {flip(true, true), make_step("unsharp-mask"), blur(8), flip(true, false), resize(50, 50)},
      {resize(200, 150), resize(60, 45), resize(200, 150)},
      {make_step("exposure", {{"stops", 0.3}}), resize(7, 5), make_step("invert")},
  };
  for (const Chain& chain : chains) {
    const Image got = run_chain(chain, source, {.shuffle_seed = 3});
    CHECK(run_chain(chain, source) == got);
    CHECK(largest_difference(got, one_by_one(chain, source)) <= 4);
  }
}

TEST_CASE("geometry: a level of a result has the size of the result's level") {
  const Chain chains[] = {{crop(101, 33, 401, 303)},
                          {resize(333, 0)},
                          {crop(7, 9, 500, 400), resize(1000, 0), flip(true, false)},
                          {resize(701, 603), crop(50, 60, 333, 222), blur(3)}};
  for (const Chain& chain : chains) {
    for (const int reduce : {1, 2, 4, 6}) {
      const auto exact = compile_plan(chain, {643, 481, 1, reduce});
      const auto coarse = compile_plan(
          chain, {reduced(643, reduce), reduced(481, reduce), 1.0 / (1 << reduce), 0, {643, 481}});
      REQUIRE(exact.ok());
      REQUIRE(coarse.ok());
      CHECK(coarse.value()->output_width() == exact.value()->output_width());
      CHECK(coarse.value()->output_height() == exact.value()->output_height());
    }
  }
}

TEST_CASE("geometry: a level shows what the exact result shows") {
  const Image source = run_chain({blur(12)}, make_scene(Scene::kPhoto, 640, 480));
  const Image level = run_chain({}, source, {.reduce = 2});
  const Chain chain = {crop(96, 64, 400, 320), flip(true, false), resize(600, 480)};
  const Image exact = run_chain(chain, source, {.reduce = 2});
  const Image coarse = run_chain(chain, level, {.pixel_scale = 0.25});
  CHECK(largest_difference(exact, coarse) <= 12);
}

TEST_CASE(
    "geometry: a crop outside the image and a result out of bounds are refused before any work") {
  const auto refusal = [](const Chain& chain) {
    const auto plan = compile_plan(chain, {400, 300, 1, 0});
    REQUIRE_FALSE(plan.ok());
    CHECK(plan.status().code() == Code::kInvalidParams);
    return plan.status().message();
  };
  CHECK(refusal({crop(400, 0, 0, 0)}) ==
        "Expected `crop.x` to be below the image's 400 px, got 400");
  CHECK(refusal({crop(10, 0, 391, 0)}) ==
        "Expected `crop.width` to be at most 390 px from `x` on, got 391");
  CHECK(refusal({resize(200, 150), crop(0, 200, 0, 0)}) ==
        "Expected `crop.y` to be below the image's 150 px, got 200");
  CHECK(refusal({resize(65535, 65535)})
            .starts_with("Expected `resize` to give 1 to 65535 pixels a side"));
}

TEST_CASE("geometry: a crop at the end of a chain is all that is computed") {
  const PlanTarget target = {4000, 3000, 1, 0};
  const Chain detail = {make_step("median", {{"radius", 2}}), blur(20), make_step("sharpen")};
  Chain cropped = detail;
  cropped.push_back(crop(1000, 800, 400, 300));
  const auto units = [](const Plan& plan) {
    int sum = 0;
    for (int pass = 0; pass < plan.pass_count(); ++pass) sum += plan.unit_count(pass);
    return sum;
  };
  const auto all = compile_plan(detail, target), part = compile_plan(cropped, target);
  REQUIRE(all.ok());
  REQUIRE(part.ok());
  CHECK(part.value()->nominal_cost_ns() < 0.05 * all.value()->nominal_cost_ns());
  CHECK(units(*part.value()) * 2 < units(*all.value()));
}
