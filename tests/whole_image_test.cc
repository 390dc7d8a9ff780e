// What effects promise that look at the whole image, however it is cut into units and strips.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>

#include "pipeline/plan.h"
#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

Image ramp(int w, int h, int from, int to) {
  Image image(w, h);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const auto v = static_cast<uint8_t>(from + (to - from) * x / (w - 1));
      const uint8_t pixel[4] = {v, v, v, 255};
      std::copy_n(pixel, 4, image.pixel(x, y));
    }
  }
  return image;
}

double mean_of(const Image& image, int x0, int x1) {
  double sum = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = x0; x < x1; ++x) sum += image.pixel(x, y)[0];
  }
  return sum / (image.height * (x1 - x0));
}

}  // namespace

TEST_CASE("auto levels: the darkest level becomes black and the lightest white") {
  const Image out = run_chain({make_step("auto-levels", {{"clip", 0}})}, ramp(200, 30, 60, 190));
  CHECK(out.pixel(0, 0)[0] == 0);
  CHECK(out.pixel(199, 29)[0] == 255);
  const Image even = ramp(20, 20, 77, 77);
  CHECK(run_chain({make_step("auto-levels")}, even) == even);
}

TEST_CASE("auto levels: what counts is the image at that place of the chain, before a crop too") {
  const Image source = ramp(2000, 400, 60, 190);
  const Chain chain = {make_step("invert"), make_step("auto-levels", {{"clip", 0}}),
                       make_step("crop", {{"width", 10}, {"height", 10}})};
  const Image out = run_chain(chain, source, {.shuffle_seed = 4});
  CHECK(out.pixel(0, 0)[0] == 255);
  CHECK(out.pixel(9, 0)[0] >= 253);
}

TEST_CASE("auto levels: what alpha 0 hides does not count") {
  Image source = ramp(64, 8, 60, 190);
  const uint8_t hidden[4] = {0, 255, 0, 0};
  for (int y = 0; y < 8; ++y) std::copy_n(hidden, 4, source.pixel(5, y));
  const Image out = run_chain({make_step("auto-levels", {{"clip", 0}})}, source);
  CHECK(out.pixel(0, 0)[1] == 0);
  CHECK(out.pixel(63, 0)[1] == 255);
}

TEST_CASE("error diffusion: two levels keep the mean of every tone") {
  const Image source = ramp(512, 256, 0, 255);
  const Image out = run_chain({make_step("error-diffusion")}, source);
  for (int x = 0; x < 512; x += 32) {
    INFO("columns from " << x);
    CHECK(std::fabs(mean_of(out, x, x + 32) - mean_of(source, x, x + 32)) < 2);
  }
}

TEST_CASE("palette: the result has colours of the palette alone, and alpha stays") {
  const Image source = make_scene(Scene::kPhoto, 101, 67);
  const Step step = with_list(make_step("palette"), "colors", {0x102030, 0xf0e0d0, 0xff0000});
  const Image out = run_chain({step}, source);
  std::set<int> colours;
  for (size_t i = 0; i < out.bytes.size(); i += 4) {
    colours.insert(out.bytes[i] << 16 | out.bytes[i + 1] << 8 | out.bytes[i + 2]);
    CHECK(out.bytes[i + 3] == source.bytes[i + 3]);
  }
  CHECK(std::ranges::includes(std::set{0x102030, 0xf0e0d0, 0xff0000}, colours));
  CHECK(colours.size() == 3);
}

TEST_CASE("sweeps: strips of rows, one after the other, are one sweep", "[R49]") {
  // Large enough for many strips; the top rows do not know how many rows follow.
  const Image source = make_scene(Scene::kPhoto, 1200, 900);
  Image top(1200, 40);
  std::copy_n(source.bytes.begin(), top.bytes.size(), top.bytes.begin());
  for (const Step& step : {make_step("error-diffusion", {{"levels", 4}}), make_step("palette")}) {
    const auto plan = compile_plan({step}, {1200, 900, 1, 0});
    REQUIRE(plan.ok());
    CHECK(plan.value()->pass_count() > 5);
    const Image all = run_chain({step}, source, {.shuffle_seed = 8});
    const Image few = run_chain({step}, top);
    CHECK(std::equal(few.bytes.begin(), few.bytes.end(), all.bytes.begin()));
  }
}

TEST_CASE("sweeps: two of them and measured effects fit into the passes of a plan") {
  const Chain chain = {make_step("auto-levels"), make_step("error-diffusion"),
                       make_step("gaussian-blur", {{"sigma", 3}}), make_step("auto-levels"),
                       make_step("palette")};
  CHECK(compile_plan(chain, {8000, 6000, 1, 0}).ok());
  const Image source = make_scene(Scene::kAlpha, 301, 155);
  CHECK(run_chain(chain, source, {.shuffle_seed = 6}) == run_chain(chain, source));
}
