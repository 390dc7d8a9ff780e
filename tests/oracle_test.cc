// The fast core against the slow oracle. `stopbath_tests "[table]"` prints the errors.
#include "oracle.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <map>
#include <string>

#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

const std::map<Scene, std::string> kScenes = {
    {Scene::kPhoto, "photo"}, {Scene::kNoise, "noise"}, {Scene::kAlpha, "alpha"}};

oracle::Difference difference(const Chain& chain, const Image& source) {
  oracle::Picture expected = oracle::from_image(source);
  for (const Step& step : chain) oracle::entry_of(step).apply(expected, step.values);
  return oracle::compare(run_chain(chain, source), expected);
}

// Rounding to 8 bits alone makes half a level.
void check_close(const Chain& chain, const Image& source, double most) {
  if (!fits(chain, source.width, source.height)) return;
  const oracle::Difference d = difference(chain, source);
  INFO(source.width << "x" << source.height << ", worst at " << d.x << ", " << d.y << ", channel "
                    << d.channel << ": " << d.max << " levels, " << d.psnr << " dB");
  CHECK(d.max <= most);
  if (source.width > 8) CHECK(d.jumps < 0.02);
}

}  // namespace

TEST_CASE("oracle: every effect is within its bound of the true value at all its settings") {
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    for (const Step& step : settings_of(e)) {
      INFO(describe(step));
      const double bound = oracle::entry_of(step).bound;
      for (const auto& [scene, name] : kScenes) {
        INFO(name);
        check_close({step}, make_scene(scene, 67, 41), bound);
      }
      check_close({step}, make_scene(Scene::kNoise, 1, 1), bound);
      check_close({step}, make_scene(Scene::kNoise, 3, 5), bound);
    }
  }
}

TEST_CASE(
    "oracle: a blur is within a level and rounding of the true Gaussian on photos and alpha") {
  for (const double sigma : {0.2, 0.7, 1.0, 2.0, 2.49, 2.5, 3.0, 4.5, 7.9, 8.0, 12.0, 16.0, 30.0}) {
    INFO("sigma " << sigma);
    for (const Scene scene : {Scene::kPhoto, Scene::kAlpha}) {
      check_close({make_step("gaussian-blur", {{"sigma", sigma}})}, make_scene(scene, 103, 61),
                  1.4);
    }
  }
}

TEST_CASE("oracle: a blur of white noise stays within 2.2 levels and above 54.9 dB") {
  for (const double sigma : {1.0, 2.0, 2.5, 3.0, 4.0, 6.9, 7.0, 10.0, 14.0, 28.0}) {
    const auto d = difference({make_step("gaussian-blur", {{"sigma", sigma}})},
                              make_scene(Scene::kNoise, 131, 97));
    INFO("sigma " << sigma << ": " << d.max << " levels, " << d.psnr << " dB");
    CHECK(d.max <= 2.2);
    CHECK(d.psnr >= 54.9);
  }
}

TEST_CASE("oracle: blurs of images smaller than the filter are right") {
  for (const auto& [sigma, most] : {std::pair{0.5, 1.0}, {2.0, 2.6}, {10.0, 1.0}, {250.0, 1.0}}) {
    for (const auto& [w, h] : {std::pair{1, 1}, {3, 5}, {33, 2}, {1, 40}}) {
      INFO("sigma " << sigma);
      check_close({make_step("gaussian-blur", {{"sigma", sigma}})}, make_scene(Scene::kNoise, w, h),
                  most);
    }
  }
}

TEST_CASE("oracle: chains are within a level and rounding of their effects one after another") {
  const Chain mixed = {
      make_step("levels", {{"black", 20}, {"white", 230}, {"gamma", 1.3}}),
      make_step("gaussian-blur", {{"sigma", 1.5}}), make_step("exposure", {{"stops", 0.4}}),
      make_step("vignette", {{"strength", 0.8}}), make_step("saturation", {{"amount", 1.4}})};
  const Chain wide = {make_step("saturation", {{"amount", 0.3}}),
                      make_step("gaussian-blur", {{"sigma", 9}}), make_step("invert"),
                      make_step("gaussian-blur", {{"sigma", 3}}),
                      make_step("gaussian-blur", {{"sigma", 1}})};
  for (const auto& [scene, name] : kScenes) {
    if (scene == Scene::kNoise) continue;
    INFO(name);
    check_close(mixed, make_scene(scene, 97, 71), 1.5);
    check_close(wide, make_scene(scene, 97, 71), 1.2);
  }
}

TEST_CASE("oracle: blurs are right across the borders of units") {
  const Image source = make_scene(Scene::kPhoto, 1100, 210);
  check_close({make_step("gaussian-blur", {{"sigma", 2}})}, source, 1.2);
  check_close(
      {make_step("saturation", {{"amount", 0.5}}), make_step("gaussian-blur", {{"sigma", 3}}),
       make_step("gaussian-blur", {{"sigma", 1}})},
      source, 1.0);
}

TEST_CASE("oracle: curves tabulated over fixed values are as good as curves computed") {
  const Chain chain = {make_step("gaussian-blur", {{"sigma", 1}}),
                       make_step("exposure", {{"stops", -0.8}}),
                       make_step("levels", {{"gamma", 1.4}})};
  for (const Scene scene : {Scene::kPhoto, Scene::kAlpha}) {
    check_close(chain, make_scene(scene, 601, 333), 1.0);  // large enough for tables
    check_close(chain, make_scene(scene, 101, 33), 1.0);   // too small
  }
}

// One line per effect: the worst of its settings and scenes.
TEST_CASE("oracle: the table of errors", "[.table]") {
  std::printf("%-22s %6s %6s %6s %6s   %s\n", "levels of 255", "bound", "max", "mean", "dB",
              "worst at");
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    oracle::Difference worst;
    double mean = 0;
    std::string where;
    for (const Step& step : settings_of(e)) {
      for (const auto& [scene, name] : kScenes) {
        const auto d = difference({step}, make_scene(scene, 131, 97));
        mean = std::max(mean, d.mean);
        if (d.max < worst.max) continue;
        worst = d;
        where = describe(step) + ", " + name;
      }
    }
    const Effect& effect = effects()[static_cast<size_t>(e)];
    std::printf("%-22s %6.2f %6.3f %6.3f %6.1f   %s\n", std::string(effect.name).c_str(),
                oracle::find(effect.name)->bound, worst.max, mean, worst.psnr, where.c_str());
  }
}
