// Blending with another image: every mode with every operator, wherever the layer lies, and the
// sources of a plan.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "oracle.h"
#include "plan_runner.h"

using namespace stopbath;

namespace {

const Effect& blend() { return effects()[static_cast<size_t>(find_effect("blend"))]; }

Step layer_step(double mode, double op, double opacity = 1, double x = 0, double y = 0) {
  return make_step("blend", {{"image", kTestLayer},
                             {"mode", mode},
                             {"operator", op},
                             {"opacity", opacity},
                             {"x", x},
                             {"y", y}});
}

double choice_of(size_t param, std::string_view name) {
  const auto choices = blend().params[param].choices;
  const auto found = std::find(choices.begin(), choices.end(), name);
  REQUIRE(found != choices.end());
  return static_cast<double>(found - choices.begin());
}
double mode_of(std::string_view name) { return choice_of(1, name); }
double operator_of(std::string_view name) { return choice_of(2, name); }

double worst(const Step& step, const Image& source) {
  oracle::Picture expected = oracle::from_image(source);
  oracle::entry_of(step).apply(expected, step.values);
  return oracle::compare(run_chain({step}, source, {.shuffle_seed = 4}), expected).max;
}

// The layer's visible bytes are there, from (x0, y0) on as far as the image goes.
bool shows_layer(const Image& out, int x0, int y0) {
  const Image& layer = image_of(kTestLayer, out);
  for (int y = 0; y < layer.height && y + y0 < out.height; ++y) {
    for (int x = 0; x < layer.width && x + x0 < out.width; ++x) {
      const uint8_t *got = out.pixel(x + x0, y + y0), *own = layer.pixel(x, y);
      const int bytes = own[3] > 0 ? 3 : 0;
      if (got[3] != own[3] || !std::equal(got, got + bytes, own)) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("blend: every mode with every operator is within its bound of the standard's formulas") {
  const auto modes = blend().params[1].choices, operators = blend().params[2].choices;
  REQUIRE(modes.size() == 16);
  REQUIRE(operators.size() == 12);
  for (size_t mode = 0; mode < modes.size(); ++mode) {
    for (size_t op = 0; op < operators.size(); ++op) {
      INFO(modes[mode] << " " << operators[op]);
      for (const Scene scene : {Scene::kNoise, Scene::kAlpha}) {
        const Step step =
            layer_step(double(mode), double(op), scene == Scene::kNoise ? 1 : 0.63, 7, -5);
        CHECK(worst(step, make_scene(scene, 103, 61)) <= 0.51);
      }
    }
  }
}

TEST_CASE("blend: the standard's own examples of a pixel come out") {
  // Half transparent red over opaque blue, and both half transparent.
  double below[4] = {0, 0, 1, 1};
  const double red[4] = {1, 0, 0, 0.5};
  oracle::blend_pixel(below, red, "normal", "source-over");
  CHECK(below[0] == 0.5);
  CHECK(below[2] == 0.5);
  CHECK(below[3] == 1);
  double both[4] = {0, 0, 1, 0.5};
  oracle::blend_pixel(both, red, "normal", "xor");
  CHECK(both[3] == 0.5);
  CHECK(both[0] == 0.5);
}

TEST_CASE("blend: the layer may lie anywhere, also beside the image") {
  const Image source = make_scene(Scene::kAlpha, 140, 66);
  for (const double x : {-200.0, -91.0, -90.0, -17.0, 0.0, 60.0, 139.0, 140.0, 65535.0}) {
    for (const double y : {-57.0, -56.0, -1.0, 0.0, 33.0, 65.0, 66.0}) {
      INFO("at " << x << ", " << y);
      CHECK(worst(layer_step(mode_of("multiply"), operator_of("source-over"), 1, x, y), source) <=
            0.51);
    }
  }
  const Image photo = make_scene(Scene::kPhoto, 140, 66);
  CHECK(run_chain({layer_step(0, operator_of("source-over"), 1, 140, 0)}, photo) == photo);
  const Image gone = run_chain({layer_step(0, operator_of("copy"), 1, 140, 0)}, source);
  for (const uint8_t byte : gone.bytes) REQUIRE(byte == 0);
}

TEST_CASE("blend: copy gives the layer's bytes where it lies") {
  const Image source = make_scene(Scene::kNoise, 120, 80);
  CHECK(shows_layer(run_chain({layer_step(0, operator_of("copy"), 1, 10, 20)}, source), 10, 20));
}

TEST_CASE("blend: without an image the layer is what the chain began with, not what it became") {
  const Image source = make_scene(Scene::kPhoto, 130, 70);
  const Chain back = {make_step("invert"), make_step("blend", {{"operator", operator_of("copy")}})};
  CHECK(run_chain(back, source) == source);
  // After a filter whose rows are fixed, and after one that ends the pass.
  for (const double sigma : {1.5, 9.0}) {
    const Chain blurred = {make_step("gaussian-blur", {{"sigma", sigma}}),
                           make_step("blend", {{"operator", operator_of("copy")}})};
    CHECK(run_chain(blurred, source, {.shuffle_seed = 2}) == source);
  }
}

TEST_CASE("blend: it joins geometry, filters and other layers in one plan") {
  const Image source = make_scene(Scene::kAlpha, 301, 155);
  const Step over = layer_step(mode_of("screen"), 0, 0.8, 20, 11);
  const Chain parts[] = {
      {make_step("crop", {{"x", 30}, {"width", 200}}), over},
      {over, make_step("rotate", {{"angle", 90}})},
      {make_step("flip"), over, make_step("median"), make_step("blend", {{"mode", 1}}), over},
      {make_step("auto-levels"), over, make_step("gaussian-blur", {{"sigma", 7}}), over,
       make_step("unsharp-mask", {{"sigma", 9}})},
      {over, make_step("palette"), over},
  };
  for (const Chain& chain : parts) {
    INFO(chain.size() << " steps");
    const Image expected = run_chain(chain, source);
    CHECK(run_chain(chain, source, {.shuffle_seed = 5}) == expected);
    CHECK(run_chain(chain, source, {.shuffle_seed = 6, .cut = {1, 1}}) == expected);
    // A crop at the end leaves the bytes of what it keeps.
    Chain part = chain;
    part.push_back(make_step("crop", {{"x", 40}, {"y", 9}, {"width", 50}, {"height", 60}}));
    const Image cut = run_chain(part, source);
    bool same = true;
    for (int y = 0; y < 60; ++y) {
      same &= std::equal(cut.pixel(0, y), cut.pixel(0, y) + 200, expected.pixel(40, y + 9));
    }
    CHECK(same);
  }
}

TEST_CASE("blend: a plan reads each of its sources once, and refuses what it was not told of") {
  const Step over = layer_step(1, 0);
  const auto plan =
      compile_plan({over, make_step("invert"), over, make_step("blend")}, target_of(100, 80));
  REQUIRE(plan.ok());
  CHECK(std::ranges::equal(plan.value()->sources(), std::vector<uint32_t>{0, kTestLayer}));
  CHECK(plan.value()->explain().find("layer: source 1, 91 x 57 pixels at 0, 0") !=
        std::string::npos);
  const auto unknown = compile_plan({over}, {100, 80});
  CHECK(unknown.status().code() == Code::kInvalidParams);
  // A layer that is not seen is not read.
  const auto unseen = compile_plan({layer_step(1, 0, 0)}, {100, 80});
  REQUIRE(unseen.ok());
  CHECK(unseen.value()->sources().size() == 1);
}

TEST_CASE("blend: a layer of another colour space is converted to that of the image") {
  const Image& layer = image_of(kTestLayer, {});
  const Image source(layer.width, layer.height);
  const Image out = run_chain({layer_step(0, operator_of("copy"))}, source,
                              {.layer_space = ColorSpace::kDisplayP3});
  const Image converted =
      run_chain({}, layer, {.space = ColorSpace::kDisplayP3, .result = ColorSpace::kSrgb});
  bool same = true;
  for (size_t i = 0; i < out.bytes.size(); i += 4) {
    same &= out.bytes[i + 3] == converted.bytes[i + 3];
    same &=
        out.bytes[i + 3] == 0 || std::equal(&out.bytes[i], &out.bytes[i] + 3, &converted.bytes[i]);
  }
  CHECK(same);
  CHECK_FALSE(shows_layer(out, 0, 0));
}

TEST_CASE("blend: at a level the layer lies where it does at full size") {
  const Image source = make_scene(Scene::kPhoto, 120, 80);
  const Image out =
      run_chain({layer_step(0, operator_of("copy"), 1, 33, 14)}, source, {.pixel_scale = 0.5});
  CHECK(shows_layer(out, 17, 7));
  CHECK(out.pixel(16, 7)[3] == 0);
}
