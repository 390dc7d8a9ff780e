// Turns and projective maps: exact right angles, what they keep, and when two are one.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "plan_runner.h"

using namespace stopbath;

namespace {

Step rotate(double angle, bool expand = true) {
  return make_step("rotate", {{"angle", angle}, {"expand", expand}});
}
Step flip(bool horizontal, bool vertical) {
  return make_step("flip", {{"horizontal", horizontal}, {"vertical", vertical}});
}
Step perspective(const std::vector<double>& corners, bool correct = false) {
  return with_list(make_step("perspective", {{"direction", correct}}), "corners", corners);
}

const std::vector<double> kTilted = {0.1, 0.05, 0.93, 0.12, 0.98, 0.9, 0.04, 0.97};

// Premultiplied: what alpha hides does not count.
double psnr(const Image& a, const Image& b) {
  REQUIRE(a.width == b.width);
  REQUIRE(a.height == b.height);
  double squares = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) {
    const auto shown = [i](const Image& image) {
      return image.bytes[i] * (i % 4 == 3 ? 1 : image.bytes[i | 3] / 255.0);
    };
    const double d = shown(a) - shown(b);
    squares += d * d;
  }
  return squares == 0
             ? 999
             : 10 * std::log10(255.0 * 255 * static_cast<double>(a.bytes.size()) / squares);
}

// Smooth, with background all around.
Image soft_disc(int side) {
  Image image(side, side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double d = std::hypot(x + 0.5 - side / 2.0, y + 0.5 - side / 2.0) / (side / 2.0);
      const double a = std::clamp((0.8 - d) * 4, 0.0, 1.0);
      const uint8_t p[4] = {static_cast<uint8_t>(200 * x / side + 20),
                            static_cast<uint8_t>(180 * y / side + 30), 90,
                            static_cast<uint8_t>(255 * a)};
      std::copy_n(p, 4, image.pixel(x, y));
    }
  }
  return image;
}

int passes(const Chain& chain, const Image& source) {
  const auto plan = compile_plan(chain, {source.width, source.height, 1, 0});
  REQUIRE(plan.ok());
  return plan.value()->pass_count();
}

}  // namespace

TEST_CASE("warp: a quarter turn moves every pixel where it belongs, at every size") {
  for (const auto& [w, h] :
       {std::pair{1, 1}, {3, 5}, {257, 129}, {8193, 3}, {1, 4097}, {640, 33}}) {
    const Image source = make_scene(Scene::kAlpha, w, h);
    const Image turned = run_chain({rotate(90)}, source, {.shuffle_seed = 1});
    REQUIRE(turned.width == h);
    REQUIRE(turned.height == w);
    bool same = true;
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x)
        same &= std::equal(source.pixel(x, y), source.pixel(x, y) + 4, turned.pixel(h - 1 - y, x));
    }
    CHECK(same);
    CHECK(run_chain({rotate(-270)}, source) == turned);
    CHECK(run_chain({rotate(270)}, turned) == source);
  }
}

TEST_CASE("warp: four quarter turns give the image back, and so do two halves") {
  const Image source = make_scene(Scene::kAlpha, 131, 67);
  CHECK(run_chain({rotate(90), rotate(90), rotate(90), rotate(90)}, source) == source);
  Image image = source;
  for (int i = 0; i < 4; ++i) image = run_chain({rotate(90)}, image);
  CHECK(image == source);
  CHECK(run_chain({rotate(180)}, source) == run_chain({flip(true, true)}, source));
  CHECK(run_chain({rotate(180), rotate(180)}, source) == source);
  CHECK(run_chain({rotate(90), flip(true, false)}, source) ==
        run_chain({flip(true, false)}, run_chain({rotate(90)}, source)));
}

TEST_CASE("warp: a turn in the middle of a chain, and before a resize, gives what the steps give") {
  const Image source = make_scene(Scene::kPhoto, 150, 100);
  const Step blur = make_step("gaussian-blur", {{"sigma", 1}});
  const Step wide = make_step("gaussian-blur", {{"sigma", 8}});
  const Step unsharp = make_step("unsharp-mask");
  const Step smaller = make_step("resize", {{"width", 40}});
  for (const Chain& chain : {Chain{blur, rotate(90), blur},
                             {wide, rotate(270), unsharp},
                             {rotate(90), smaller},
                             {smaller, rotate(90)},
                             {rotate(90), unsharp},
                             {rotate(30), unsharp, rotate(90)},
                             {blur, rotate(30), wide}}) {
    Image expected = source;
    for (const Step& step : chain) expected = run_chain({step}, expected);
    const Image got = run_chain(chain, source, {.shuffle_seed = 9});
    CHECK(got == run_chain(chain, source));
    CHECK(psnr(got, expected) >= 45);
  }
}

TEST_CASE("warp: turning there and back loses little") {
  const Image source = soft_disc(160);
  for (const double angle : {1.0, 30.0, 45.0, 77.7}) {
    const Image back =
        run_chain({rotate(-angle, false)}, run_chain({rotate(angle, false)}, source));
    INFO(angle);
    CHECK(psnr(back, source) >= 40);
  }
}

TEST_CASE("warp: an opaque disc on transparent ground shows no dark ring") {
  Image disc(120, 120);
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 120; ++x) {
      const bool inside = (x - 60) * (x - 60) + (y - 60) * (y - 60) < 1600;
      const uint8_t colour[4] = {230, 40, 120, 255}, hidden[4] = {0, 255, 0, 0};
      std::copy_n(inside ? colour : hidden, 4, disc.pixel(x, y));
    }
  }
  for (const Step& step : {rotate(17), rotate(45), perspective(kTilted)}) {
    const Image out = run_chain({step}, disc);
    int worst = 0, soft = 0;
    for (size_t i = 0; i < out.bytes.size(); i += 4) {
      const uint8_t* p = &out.bytes[i];
      soft += p[3] > 0 && p[3] < 255 ? 1 : 0;
      if (p[3] < 16) continue;
      worst = std::max({worst, std::abs(p[0] - 230), std::abs(p[1] - 40), std::abs(p[2] - 120)});
    }
    CHECK(soft > 50);
    CHECK(worst <= 2);
  }
}

TEST_CASE("warp: neighbouring maps are one map, interpolated once") {
  const Image source = soft_disc(160);
  const auto fused = [&](const Chain& chain) {
    CHECK(passes(chain, source) == 1);
    Image expected = source;
    for (const Step& step : chain) expected = run_chain({step}, expected);
    CHECK(psnr(run_chain(chain, source), expected) >= 40);
  };
  fused({rotate(20), rotate(25)});
  fused({perspective(kTilted), rotate(30)});
  fused({rotate(90), flip(true, false), perspective(kTilted), flip(false, true)});
  fused({make_step("crop", {{"x", 10}, {"y", 5}, {"width", 140}, {"height", 150}}), rotate(10)});
  // Turning by an angle and back is no map at all.
  CHECK(psnr(run_chain({rotate(20, false), rotate(-20, false)}, source), source) >= 40);
  // What the first cuts off must not come back.
  CHECK(passes({rotate(20, false), rotate(25)}, source) == 2);
  const Step filled = make_step("rotate", {{"angle", 9}, {"backgroundOpacity", 1}});
  CHECK(passes({rotate(20), filled}, source) == 2);
}

TEST_CASE("warp: what is not covered is background, half covered pixels are between") {
  const Image white = [] {
    Image image(60, 60);
    std::fill(image.bytes.begin(), image.bytes.end(), uint8_t{255});
    return image;
  }();
  const Step blue =
      make_step("rotate", {{"angle", 45}, {"background", 0x0000ff}, {"backgroundOpacity", 1}});
  const Image out = run_chain({blue}, white);
  CHECK(out.width == 85);
  const uint8_t* corner = out.pixel(0, 0);
  CHECK((corner[0] == 0 && corner[1] == 0 && corner[2] == 255 && corner[3] == 255));
  CHECK(out.pixel(42, 42)[0] == 255);
  bool between = false;
  for (size_t i = 0; i < out.bytes.size(); i += 4)
    between |= out.bytes[i] > 40 && out.bytes[i] < 215;
  CHECK(between);
  CHECK(run_chain({rotate(45)}, white).pixel(0, 0)[3] == 0);
}

TEST_CASE("warp: corners that are taken to points are taken back by the correction") {
  const Image source = soft_disc(160);
  const Image back = run_chain({perspective(kTilted), perspective(kTilted, true)}, source);
  CHECK(psnr(back, source) >= 40);
  const std::vector<double> crossed = {0, 0, 1, 1, 1, 0, 0, 1}, flat = {0, 0, 0.5, 0, 1, 0, 0, 1};
  for (const auto& corners : {crossed, flat}) {
    const Step step = perspective(corners);
    std::vector<double> wire = {double(step.effect)};
    wire.push_back(8);
    wire.insert(wire.end(), corners.begin(), corners.end());
    for (size_t i = 1; i < 4; ++i) wire.push_back(step.values[i]);
    const auto chain = parse_chain(wire);
    REQUIRE_FALSE(chain.ok());
    CHECK(chain.status().message().find("convex") != std::string::npos);
  }
}

TEST_CASE("warp: chromatic aberration leaves green, alpha and the centre as they are") {
  const Image source = make_scene(Scene::kPhoto, 121, 81);
  const Image out =
      run_chain({make_step("chromatic-aberration", {{"red", 6}, {"blue", -6}})}, source);
  bool same = true;
  int moved = 0;
  for (size_t i = 0; i < out.bytes.size(); i += 4) {
    same &= out.bytes[i + 1] == source.bytes[i + 1] && out.bytes[i + 3] == source.bytes[i + 3];
    moved += out.bytes[i] != source.bytes[i] ? 1 : 0;
  }
  CHECK(same);
  CHECK(moved > 1000);
  CHECK(std::equal(out.pixel(60, 40), out.pixel(60, 40) + 4, source.pixel(60, 40)));
}

TEST_CASE("pixelate: cells keep the light of a checkerboard: 188, and are even") {
  Image board(128, 70);
  for (int y = 0; y < 70; ++y) {
    for (int x = 0; x < 128; ++x) {
      const uint8_t v = (x + y) % 2 == 0 ? 255 : 0;
      const uint8_t p[4] = {v, v, v, 255};
      std::copy_n(p, 4, board.pixel(x, y));
    }
  }
  const Image out = run_chain({make_step("pixelate", {{"size", 16}})}, board, {.shuffle_seed = 4});
  CHECK(std::abs(out.pixel(40, 30)[0] - 188) <= 1);
  CHECK(std::equal(out.pixel(0, 0), out.pixel(0, 0) + 4 * 128 * 64, out.pixel(0, 0) + 4));
}

TEST_CASE("warp: a level shows what the exact result shows") {
  const Image source =
      run_chain({make_step("gaussian-blur", {{"sigma", 12}})}, make_scene(Scene::kPhoto, 640, 480));
  const Image level = run_chain({}, source, {.reduce = 2});
  for (const Chain& chain : {Chain{rotate(90)}, {rotate(30)}, {perspective(kTilted)}}) {
    const Image exact = run_chain(chain, source, {.reduce = 2});
    const Image coarse = run_chain(chain, level, {.pixel_scale = 0.25});
    CHECK(psnr(exact, coarse) >= 24);
  }
}

TEST_CASE("warp: a crop behind a warp computes only what it shows") {
  const PlanTarget target = {4000, 3000, 1, 0};
  const Step median = make_step("median", {{"radius", 2}});
  const Step crop = make_step("crop", {{"x", 1500}, {"y", 1500}, {"width", 300}, {"height", 200}});
  const auto all = compile_plan({median, rotate(20)}, target);
  const auto part = compile_plan({median, rotate(20), crop}, target);
  REQUIRE(all.ok());
  REQUIRE(part.ok());
  CHECK(part.value()->nominal_cost_ns() < 0.05 * all.value()->nominal_cost_ns());
}
