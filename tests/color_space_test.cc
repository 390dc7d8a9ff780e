// Colour spaces: conversions are right, fused and the same everywhere; effects use the primaries
// of the image. `stopbath_tests "[table]"` prints the errors.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "effects/color_conversion.h"
#include "manual_world.h"
#include "oracle.h"
#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

constexpr ColorSpace kSrgb = ColorSpace::kSrgb, kP3 = ColorSpace::kDisplayP3;

Image converted(const Image& source, ColorSpace from, ColorSpace to) {
  return run_chain({}, source, {.space = from, .result = to});
}

// Opaque colours whose channels each take every `step`-th level and 255.
Image lattice(int step) {
  std::vector<uint8_t> levels;
  for (int v = 0; v < 255; v += step) levels.push_back(static_cast<uint8_t>(v));
  levels.push_back(255);
  const auto n = static_cast<int>(levels.size());
  Image out(n * n, n);
  for (int y = 0; y < n; ++y) {
    for (int x = 0; x < n * n; ++x) {
      uint8_t* p = out.pixel(x, y);
      p[0] = levels[static_cast<size_t>(x % n)];
      p[1] = levels[static_cast<size_t>(x / n)];
      p[2] = levels[static_cast<size_t>(y)];
      p[3] = 255;
    }
  }
  return out;
}

int largest_difference(const Image& a, const Image& b) {
  int most = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i)
    most = std::max(most, std::abs(int{a.bytes[i]} - int{b.bytes[i]}));
  return most;
}

oracle::Difference error_of(const Image& source, ColorSpace from, ColorSpace to) {
  oracle::Picture expected = oracle::from_image(source, from);
  oracle::convert(expected, to);
  return oracle::compare(converted(source, from, to), expected);
}

// What depends on the primaries, or has parameters that are colours.
const std::set<std::string_view> kKnowPrimaries = {
    "saturation",   "vibrance",    "hue",           "grayscale", "duotone",
    "gradient-map", "threshold",   "white-balance", "clarity",   "shadows-highlights",
    "chroma-key",   "edge-detect", "halftone",      "palette",   "outline"};

}  // namespace

TEST_CASE("color spaces: the matrices to and from XYZ undo each other and share their white") {
  for (const ColorSpace space : {kSrgb, kP3}) {
    const Matrix3 product = xyz_to_linear(space) * linear_to_xyz(space);
    for (size_t i = 0; i < 9; ++i) CHECK(std::fabs(product[i] - (i % 4 == 0 ? 1 : 0)) < 1e-14);
    // D65: x = 0.3127, y = 0.3290.
    const Matrix3 xyz = linear_to_xyz(space);
    CHECK(std::fabs(xyz[0] + xyz[1] + xyz[2] - 0.3127 / 0.3290) < 1e-12);
    CHECK(std::fabs(xyz[3] + xyz[4] + xyz[5] - 1) < 1e-12);
  }
}

TEST_CASE("color spaces: conversions are within 0.6 of a level of the true values") {
  for (const auto& [from, to] : {std::pair{kSrgb, kP3}, {kP3, kSrgb}}) {
    for (const Image& source : {lattice(9), make_scene(Scene::kAlpha, 67, 41)}) {
      const oracle::Difference d = error_of(source, from, to);
      INFO(d.max << " levels at " << d.x << ", " << d.y << ", channel " << d.channel);
      CHECK(d.max <= 0.6);
    }
  }
}

TEST_CASE("color spaces: known colours of CSS Color 4 convert to what the standard says") {
  Image pixel(1, 1);
  const auto check = [&](ColorSpace from, ColorSpace to, std::array<int, 3> in,
                         std::array<int, 3> out) {
    for (size_t c = 0; c < 3; ++c) pixel.bytes[c] = static_cast<uint8_t>(in[c]);
    pixel.bytes[3] = 255;
    const Image got = converted(pixel, from, to);
    for (size_t c = 0; c < 3; ++c) CHECK(got.bytes[c] == out[c]);
    CHECK(got.bytes[3] == 255);
  };
  // color(display-p3 0.9175 0.2003 0.1386) is red of sRGB.
  check(kSrgb, kP3, {255, 0, 0}, {234, 51, 35});
  check(kSrgb, kP3, {255, 255, 255}, {255, 255, 255});
  check(kSrgb, kP3, {128, 128, 128}, {128, 128, 128});
  // What sRGB does not hold is clamped, channel by channel.
  check(kP3, kSrgb, {255, 0, 0}, {255, 0, 0});
  check(kP3, kSrgb, {0, 255, 0}, {0, 255, 0});
}

// Eight bits of Display P3 are too coarse for the dark channel of a strong colour: rounding the
// others there moves it by up to 8 levels, however exact the conversions are.
TEST_CASE("color spaces: there and back moves no byte by more than rounding in between does") {
  const Image source = lattice(3);
  const Image back = converted(converted(source, kSrgb, kP3), kP3, kSrgb);
  oracle::Picture truth = oracle::from_image(source);
  oracle::convert(truth, kP3);
  for (double& v : truth.values) v = std::floor(v * 255 + 0.5) / 255;
  oracle::convert(truth, kSrgb);
  int most_inherent = 0;
  size_t moved = 0, moved_more = 0;
  for (size_t i = 0; i < source.bytes.size(); ++i) {
    const int inherent =
        std::abs(static_cast<int>(std::lround(truth.values[i] * 255)) - int{source.bytes[i]});
    const int own = std::abs(int{back.bytes[i]} - int{source.bytes[i]});
    most_inherent = std::max(most_inherent, inherent);
    moved += own > 0;
    moved_more += own > 1;
  }
  const double n = static_cast<double>(source.bytes.size());
  std::printf(
      "srgb -> display-p3 -> srgb: bytes move by at most %d (in double precision %d), "
      "%.2f %% move, %.3f %% by more than 1\n",
      largest_difference(source, back), most_inherent, 100.0 * moved / n, 100.0 * moved_more / n);
  CHECK(largest_difference(source, back) <= most_inherent);
  CHECK(static_cast<double>(moved_more) / n < 0.02);
  // Grey stays as it is.
  Image greys(256, 1);
  for (int x = 0; x < 256; ++x) {
    for (int c = 0; c < 4; ++c) greys.pixel(x, 0)[c] = static_cast<uint8_t>(c == 3 ? 255 : x);
  }
  CHECK(converted(converted(greys, kSrgb, kP3), kP3, kSrgb) == greys);
}

TEST_CASE(
    "color spaces: a conversion joins the linear effects before it and is clamped with them") {
  const Image source = make_scene(Scene::kPhoto, 67, 41);
  const auto plan = compile_plan({make_step("exposure", {{"stops", 0.5}})},
                                 {.width = 4000, .height = 3000, .space = kP3, .result = kSrgb});
  REQUIRE(plan.ok());
  CHECK(plan.value()->explain().find("exposure + to srgb") != std::string::npos);
  // In one run: a colour beyond sRGB that a later matrix would bring back is not lost on the way.
  const Chain dim = {make_step("exposure", {{"stops", -1}})};
  oracle::Picture expected = oracle::from_image(source, kP3);
  oracle::entry_of(dim[0]).apply(expected, dim[0].values);
  oracle::convert(expected, kSrgb);
  CHECK(oracle::compare(run_chain(dim, source, {.space = kP3, .result = kSrgb}), expected).max <=
        0.7);
  // Nothing is converted where nothing changes.
  CHECK(converted(source, kP3, kP3) == source);
}

TEST_CASE("color spaces: conversions do not depend on the order of units") {
  const Chain chain = {make_step("gaussian-blur", {{"sigma", 9}}), make_step("vibrance")};
  const Image source = make_scene(Scene::kAlpha, 301, 233);
  const RunOptions plain = {.space = kSrgb, .result = kP3};
  RunOptions shuffled = plain;
  shuffled.shuffle_seed = 5;
  CHECK(run_chain(chain, source, plain) == run_chain(chain, source, shuffled));
}

TEST_CASE("color spaces: effects that know the primaries are within their bounds in Display P3") {
  for (const std::string_view name : kKnowPrimaries) {
    for (const Step& step : settings_of(find_effect(name))) {
      INFO(describe(step));
      const Step own = oracle::in_space(step, kP3);
      for (const Scene scene : {Scene::kPhoto, Scene::kAlpha}) {
        const Image source = make_scene(scene, 67, 41);
        oracle::Picture expected = oracle::from_image(source, kP3);
        oracle::entry_of(step).apply(expected, own.values);
        const auto d = oracle::compare(run_chain({step}, source, {.space = kP3}), expected);
        INFO("worst at " << d.x << ", " << d.y << ", channel " << d.channel << ": " << d.max);
        CHECK(d.max <= oracle::entry_of(step).bound);
      }
    }
  }
}

TEST_CASE("color spaces: other effects give the same bytes whatever the primaries are") {
  const Image source = make_scene(Scene::kAlpha, 67, 41);
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    const Effect& effect = effects()[static_cast<size_t>(e)];
    const bool has_colours = std::any_of(
        effect.params.begin(), effect.params.end(),
        [](const Param& p) { return p.type == ParamType::kColor || p.type == ParamType::kColors; });
    bool differs = false;
    for (const Step& step : settings_of(e)) {
      if (!fits({step}, source.width, source.height)) continue;
      differs |= !(run_chain({step}, source, {.space = kP3}) == run_chain({step}, source));
    }
    INFO(effect.name);
    if (kKnowPrimaries.contains(effect.name)) {
      CHECK(differs);
    } else if (!has_colours) {
      CHECK_FALSE(differs);
    }
  }
}

TEST_CASE("color spaces: grey stays grey, and colours of parameters are the same colours") {
  Image grey(2, 1);
  for (size_t i = 0; i < 8; ++i) grey.bytes[i] = i % 4 == 3 ? 255 : 77;
  for (const std::string_view name : {"saturation", "hue", "vibrance", "grayscale"}) {
    const Step step =
        name == "hue" ? make_step(name, {{"angle", 120}}) : make_step(name, {{"amount", 0.7}});
    INFO(name);
    CHECK(run_chain({step}, grey, {.space = kP3}) == grey);
  }
  // A sheet of the palette's only colour, painted in Display P3 and shown in sRGB.
  const Step paint = with_list(make_step("palette"), "colors", {0x2a9d8f});
  const Image shown = run_chain({paint}, grey, {.space = kP3, .result = kSrgb});
  CHECK(std::abs(shown.bytes[0] - 0x2a) <= 1);
  CHECK(std::abs(shown.bytes[1] - 0x9d) <= 1);
  CHECK(std::abs(shown.bytes[2] - 0x8f) <= 1);
}

TEST_CASE("color spaces: a result is in the space that was asked for, else in the image's own") {
  ManualWorld w(1);
  ImageRecord& photo = *w.pipeline.images().find(w.photo);
  photo.space = kP3;
  REQUIRE(w.pipeline.render(w.photo, {}, {}, w.now).ok());
  REQUIRE(w.pipeline.render(w.photo, {}, {.space = kSrgb}, w.now).ok());
  w.step();
  while (w.begin(0)) w.finish(0);
  std::vector<ColorSpace> spaces;
  for (const Event& event : w.events) {
    REQUIRE(event.image != 0);
    spaces.push_back(w.pipeline.images().find(event.image)->space);
  }
  CHECK(spaces == std::vector{kP3, kSrgb});
}
