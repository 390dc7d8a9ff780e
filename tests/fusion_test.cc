// What the plan compiler merges and drops, and how it says so.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>

#include "kernels/byte_matrix.h"
#include "plan_runner.h"

using namespace stopbath;

namespace {

Step with_amount(std::string_view effect, double amount) {
  return make_step(effect, {{"amount", amount}});
}

std::string explained(const Chain& chain, PlanTarget target = {4000, 3000, 1, 0}) {
  const auto plan = compile_plan(chain, target);
  REQUIRE(plan.ok());
  return plan.value()->explain();
}

}  // namespace

TEST_CASE(
    "fusion: a run of linear colour effects keeps what lies beyond black and white between them") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  const Chain there_and_back = {with_amount("brightness", 4), with_amount("brightness", 0.25)};
  CHECK(run_chain(there_and_back, source) == source);
  const Chain stops = {make_step("exposure", {{"stops", 3}}),
                       make_step("exposure", {{"stops", -3}})};
  CHECK(run_chain(stops, source) == source);
  // Anything else ends the run, and values are clamped there.
  Chain broken = there_and_back;
  broken.insert(broken.begin() + 1, make_step("gamma", {{"gamma", 1.0001}}));
  CHECK_FALSE(run_chain(broken, source) == source);
  // So does another working space.
  const Chain spaces = {with_amount("brightness", 4), make_step("exposure", {{"stops", 0.001}}),
                        with_amount("brightness", 0.25)};
  CHECK_FALSE(run_chain(spaces, source) == source);
}

TEST_CASE("fusion: a run is the product of its matrices, the first one applied first") {
  const Image source = make_scene(Scene::kNoise, 61, 37);
  const Step swap =
      with_list(make_step("color-matrix"), "matrix", {0, 1, 0, 0.1, 0, 0, 1, -0.2, 1, 0, 0, 0});
  const Step shade =
      with_list(make_step("color-matrix"), "matrix", {0.5, 0, 0, 0, 0, 2, 0, 0.25, 0.5, 0, 1, 0});
  const Step both = with_list(make_step("color-matrix"), "matrix",
                              {0, 0.5, 0, 0.05, 0, 0, 2, -0.15, 1, 0.5, 0, 0.05});
  CHECK(run_chain({swap, shade}, source) == run_chain({both}, source));
  CHECK_FALSE(run_chain({shade, swap}, source) == run_chain({both}, source));
}

TEST_CASE("fusion: steps that change nothing leave no trace in the plan") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  const Chain bare = {with_amount("saturation", 1.4), make_step("hue", {{"angle", 20}})};
  Chain padded = bare;
  padded.insert(padded.begin() + 1, make_step("gaussian-blur", {{"sigma", 0}}));
  padded.insert(padded.begin(), make_step("curves"));
  padded.push_back(make_step("levels"));
  CHECK(explained(padded) == explained(bare));
  CHECK(run_chain(padded, source) == run_chain(bare, source));
  const auto canonical = canonical_chain(padded, 1);
  REQUIRE(canonical.size() == bare.size());
  for (size_t i = 0; i < bare.size(); ++i) {
    CHECK(canonical[i].effect == bare[i].effect);
    CHECK(canonical[i].values == bare[i].values);
  }
  CHECK(explained({make_step("invert"), make_step("invert")}) == explained({}));
}

TEST_CASE("byte matrix: every result is within 0.05 of a level and rounding of the true one") {
  const std::array<std::array<double, 4>, 3> matrix = {
      {{3.9, -2.1, -0.8, 0.01}, {0.213, 0.715, 0.072, 0}, {-1, 0, 0.333, 0.7}}};
  const auto fitted = fit_matrix(matrix);
  REQUIRE(fitted);
  const Image source = make_scene(Scene::kAlpha, 257, 64);
  Image out(257, 64);
  for (int y = 0; y < 64; ++y) map_matrix(source.pixel(0, y), 257, *fitted, out.pixel(0, y));
  double worst = 0;
  bool alpha = true;
  for (size_t i = 0; i < out.bytes.size(); i += 4) {
    for (size_t c = 0; c < 3; ++c) {
      double sum = 255 * matrix[c][3];
      for (size_t k = 0; k < 3; ++k) sum += matrix[c][k] * source.bytes[i + k];
      worst = std::fmax(worst, std::fabs(out.bytes[i + c] - std::fmin(std::fmax(sum, 0), 255)));
    }
    alpha &= out.bytes[i + 3] == source.bytes[i + 3];
  }
  CHECK(worst <= 0.55);
  CHECK(alpha);
}

TEST_CASE("byte matrix: weights of 4 and more and offsets beyond 16 are left to floats") {
  std::array<std::array<double, 4>, 3> matrix = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}};
  CHECK(fit_matrix(matrix));
  matrix[1][2] = -4;
  CHECK_FALSE(fit_matrix(matrix));
  matrix[1][2] = 0;
  matrix[2][3] = 16.5;
  CHECK_FALSE(fit_matrix(matrix));
  // The general way must hold there too: a scene through weights of 8.
  const Image source = make_scene(Scene::kNoise, 33, 9);
  const Step steep =
      with_list(make_step("color-matrix"), "matrix", {8, -7, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
  const Image out = run_chain({steep}, source);
  for (size_t i = 0; i < out.bytes.size(); i += 4) {
    const int red = std::min(std::max(8 * source.bytes[i] - 7 * source.bytes[i + 1], 0), 255);
    CHECK(out.bytes[i] == red);
  }
}

TEST_CASE("explain: a plan says what runs together, in passes, with reach and bytes") {
  const auto has = [](const std::string& text, std::string_view part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  const Step contrast = with_amount("contrast", 1.2), saturation = with_amount("saturation", 1.2);
  const Step sepia = with_amount("sepia", 0.5), levels = make_step("levels", {{"gamma", 1.2}});
  const std::string nothing = explained({});
  has(nothing, "4000 x 3000 pixels in 1 pass; 0 temporary images, 0 KiB; ");
  has(nothing, " KiB of scratch per worker\n1. the image to the result; ");
  has(explained({contrast, make_step("exposure", {{"stops", 1}})}),
      "table of 256 levels: contrast, to linear light, exposure, to encoded values\n");
  has(explained({contrast, with_amount("brightness", 1.1)}),
      "straight lines on bytes: contrast + brightness\n");
  has(explained({saturation, sepia}), "matrix on bytes: saturation + sepia\n");
  const std::string long_chain =
      explained({levels, saturation, sepia, make_step("gaussian-blur", {{"sigma", 12}}),
                 make_step("vignette"), make_step("sharpen")});
  has(long_chain, "in 3 passes; 2 temporary images, ");
  has(long_chain, "1. the image to temporary 0, cells of 4 pixels; ");
  has(long_chain, "table of 256 values: levels\n   arithmetic: saturation + sepia\n");
  has(long_chain, "   filter: gaussian-blur, reach ");
  has(long_chain, "3. temporary 1 expanded by a spline to the result; ");
  has(long_chain, "values: to linear light\n   arithmetic: vignette, to encoded values\n");
  has(long_chain, "   filter: sharpen, reach 1\n");
  has(explained({make_step("unsharp-mask")}), "combined with the original: unsharp-mask\n");
  has(explained({make_step("flip"), levels}, {400, 300, 1, 2}), "source read through: flip\n");
  has(explained({levels}, {400, 300, 1, 2}), "100 x 75 pixels in 1 pass");
}
