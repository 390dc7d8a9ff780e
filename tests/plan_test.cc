// What a plan promises whatever its chain: identities, alpha, edges, sizes, reductions, memory.
#include "pipeline/plan.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <string>

#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

constexpr double kSigmas[] = {0.4, 1.0, 2.0, 2.5, 5.0, 8.0, 21.0, 250.0};

Step blur(double sigma) { return make_step("gaussian-blur", {{"sigma", sigma}}); }

int largest_difference(const Image& a, const Image& b) {
  REQUIRE(a.bytes.size() == b.bytes.size());
  int most = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i)
    most = std::max(most, std::abs(a.bytes[i] - b.bytes[i]));
  return most;
}

Image mirrored(const Image& in) {
  Image out(in.width, in.height);
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) {
      std::copy_n(in.pixel(x, y), kBytesPerPixel, out.pixel(in.width - 1 - x, y));
    }
  }
  return out;
}

Image transposed(const Image& in) {
  Image out(in.height, in.width);
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) std::copy_n(in.pixel(x, y), kBytesPerPixel, out.pixel(y, x));
  }
  return out;
}

}  // namespace

TEST_CASE("plan: an empty chain copies every size") {
  for (const auto& [w, h] : {std::pair{1, 1}, {3, 5}, {257, 129}, {4097, 13}, {1, 4097}}) {
    const Image source = make_scene(Scene::kAlpha, w, h);
    CHECK(run_chain({}, source) == source);
  }
}

TEST_CASE("plan: settings that an effect calls its identity change no byte") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  int found = 0;
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    bool has_identity = false;
    for (const Step& step : settings_of(e)) {
      if (!effects()[static_cast<size_t>(e)].is_identity(step.values)) continue;
      INFO(describe(step));
      has_identity = true;
      CHECK(run_chain({step}, source) == source);
    }
    found += has_identity ? 1 : 0;
  }
  CHECK(found >= 5);
}

TEST_CASE("plan: point effects keep alpha") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    for (const Step& step : settings_of(e)) {
      const Effect& effect = effects()[static_cast<size_t>(e)];
      if ((effect.traits & kPoint) == 0 || (effect.traits & kAlpha) != 0) continue;
      INFO(describe(step));
      const Image out = run_chain({step}, source);
      bool same = true;
      for (size_t i = 3; i < out.bytes.size(); i += 4) same &= out.bytes[i] == source.bytes[i];
      CHECK(same);
    }
  }
}

TEST_CASE("plan: inverting twice gives the image back") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  CHECK(run_chain({make_step("invert"), make_step("invert")}, source) == source);
  CHECK(run_chain({make_step("invert")}, run_chain({make_step("invert")}, source)) == source);
}

TEST_CASE("plan: a table of 256 levels gives the bytes of the general path") {
  // Saturation 1 would be dropped; one a hair off keeps the chain off the table and changes
  // nothing.
  const Image source = make_scene(Scene::kNoise, 256, 40);
  const Chain table = {make_step("levels", {{"black", 12}, {"gamma", 1.7}}),
                       make_step("exposure", {{"stops", -0.7}})};
  Chain general = table;
  general.push_back(make_step("saturation", {{"amount", 1 + 1e-9}}));
  CHECK(run_chain(table, source) == run_chain(general, source));
}

TEST_CASE("plan: a blur leaves a constant image as it is, at every sigma and alpha") {
  for (const int alpha : {255, 254, 128, 3, 1, 0}) {
    Image source(130, 67);
    for (size_t i = 0; i < source.bytes.size(); i += 4) {
      source.bytes[i] = 201;
      source.bytes[i + 1] = 7;
      source.bytes[i + 2] = 255;
      source.bytes[i + 3] = static_cast<uint8_t>(alpha);
    }
    for (const double sigma : kSigmas) {
      INFO("alpha " << alpha << ", sigma " << sigma);
      const Image out = run_chain({blur(sigma)}, source);
      // An alpha of one level leaves 64 units for a colour of 256 levels.
      const int tolerance = alpha == 255 ? 0 : alpha >= 128 ? 1 : 4;
      if (alpha == 0) {
        CHECK(out == Image(130, 67));
      } else {
        CHECK(largest_difference(out, source) <= tolerance);
      }
    }
  }
}

TEST_CASE(
    "plan: an opaque disc on transparent ground keeps its colour when blurred, without a dark "
    "ring") {
  Image source(120, 120);
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 120; ++x) {
      const bool inside = (x - 60) * (x - 60) + (y - 60) * (y - 60) < 900;
      const uint8_t disc[4] = {230, 40, 120, 255};
      // The hidden colour of the ground must not bleed in either.
      const uint8_t ground[4] = {0, 255, 0, 0};
      std::copy_n(inside ? disc : ground, 4, source.pixel(x, y));
    }
  }
  for (const double sigma : {0.7, 2.0, 3.0, 6.0, 12.0}) {
    INFO("sigma " << sigma);
    const Image out = run_chain({blur(sigma)}, source);
    int worst = 0;
    int soft = 0;
    for (int y = 0; y < 120; ++y) {
      for (int x = 0; x < 120; ++x) {
        const uint8_t* p = out.pixel(x, y);
        if (p[3] == 0) {
          CHECK((p[0] == 0 && p[1] == 0 && p[2] == 0));
          continue;
        }
        soft += p[3] < 255 ? 1 : 0;
        if (p[3] < 16) continue;
        worst = std::max({worst, std::abs(p[0] - 230), std::abs(p[1] - 40), std::abs(p[2] - 120)});
      }
    }
    CHECK(soft > 100);
    CHECK(worst <= 1);
  }
}

TEST_CASE("plan: a blur commutes with mirroring and transposing, within one level") {
  const Image source = make_scene(Scene::kPhoto, 128, 64);
  for (const double sigma : kSigmas) {
    INFO("sigma " << sigma);
    const Image out = run_chain({blur(sigma)}, source);
    CHECK(largest_difference(run_chain({blur(sigma)}, mirrored(source)), mirrored(out)) <= 1);
    CHECK(largest_difference(run_chain({blur(sigma)}, transposed(source)), transposed(out)) <= 1);
  }
}

TEST_CASE("plan: settings in pixels follow the scale of the level") {
  const Image source = make_scene(Scene::kPhoto, 90, 70);
  CHECK(run_chain({blur(12)}, source, {.pixel_scale = 0.25}) == run_chain({blur(3)}, source));
  CHECK(run_chain({make_step("exposure", {{"stops", 1}})}, source, {.pixel_scale = 0.25}) ==
        run_chain({make_step("exposure", {{"stops", 1}})}, source));
}

TEST_CASE(
    "plan: a reduction is the premultiplied mean of its blocks, also where the image cuts them") {
  const Image source = make_scene(Scene::kAlpha, 257, 131);
  for (int reduce = 1; reduce <= kMaxReduce; ++reduce) {
    const Image out = run_chain({}, source, {.reduce = reduce});
    REQUIRE(out.width == reduced(257, reduce));
    REQUIRE(out.height == reduced(131, reduce));
    double worst = 0;
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        double sum[4] = {};
        int count = 0;
        for (int sy = y << reduce; sy < std::min((y + 1) << reduce, 131); ++sy) {
          for (int sx = x << reduce; sx < std::min((x + 1) << reduce, 257); ++sx, ++count) {
            const uint8_t* p = source.pixel(sx, sy);
            for (int c = 0; c < 3; ++c) sum[c] += p[c] * p[3] / 255.0;
            sum[3] += p[3];
          }
        }
        const double alpha = sum[3] / count;
        for (int c = 0; c < 3; ++c) {
          const double got = out.pixel(x, y)[c] * alpha / 255;
          worst = std::max(worst, std::fabs(got - sum[c] / count));
        }
        worst = std::max(worst, std::fabs(out.pixel(x, y)[3] - alpha));
      }
    }
    INFO("reduce " << reduce);
    CHECK(worst < 0.6);
  }
}

TEST_CASE("plan: a chain that ends in a reduction reduces what the chain gives") {
  const Image source = make_scene(Scene::kAlpha, 130, 67);
  for (const double sigma : {1.0, 6.0}) {
    const Chain chain = {blur(sigma), make_step("saturation", {{"amount", 1.5}})};
    for (const int reduce : {1, 3, 6}) {
      const Image once = run_chain(chain, source, {.reduce = reduce});
      const Image twice = run_chain({}, run_chain(chain, source), {.reduce = reduce});
      INFO("sigma " << sigma << ", reduce " << reduce);
      int worst = 0;
      for (size_t i = 0; i < once.bytes.size(); ++i) {
        if (once.bytes[i | 3] < 32) continue;
        worst = std::max(worst, std::abs(once.bytes[i] - twice.bytes[i]));
      }
      CHECK(worst <= 2);
    }
  }
  const Chain nothing = {make_step("exposure"), blur(0)};
  CHECK(run_chain(nothing, source, {.reduce = 2}) == run_chain({}, source, {.reduce = 2}));
}

TEST_CASE("plan: rows may have gaps, and bytes outside the image are neither used nor written") {
  const int w = 67, h = 33, gap = 20;
  const Image source = make_scene(Scene::kAlpha, w, h);
  const ptrdiff_t stride = w * 4 + gap;
  std::vector<uint8_t> in(static_cast<size_t>(stride) * h, 0x5a), out = in;
  for (int y = 0; y < h; ++y)
    std::copy_n(source.pixel(0, y), w * 4, &in[static_cast<size_t>(y * stride)]);
  const Chain chains[] = {{}, {make_step("invert")}, {blur(1)}, {blur(9), make_step("vignette")}};
  for (const Chain& chain : chains) {
    auto plan = compile_plan(chain, {w, h, 1, 0});
    REQUIRE(plan.ok());
    std::vector<AlignedBytes> temporaries;
    std::vector<uint8_t*> pointers;
    for (const size_t bytes : plan.value()->temporary_bytes()) {
      pointers.push_back(temporaries.emplace_back(bytes).data);
    }
    AlignedBytes scratch(plan.value()->scratch_bytes());
    plan.value()->bind({in.data(), w, h, stride}, {out.data(), w, h, stride}, pointers);
    for (int p = 0; p < plan.value()->pass_count(); ++p) {
      for (int u = 0; u < plan.value()->unit_count(p); ++u)
        plan.value()->run_unit(p, u, scratch.data);
    }
    const Image expected = run_chain(chain, source);
    bool same = true, gaps = true;
    for (int y = 0; y < h; ++y) {
      const uint8_t* row = &out[static_cast<size_t>(y * stride)];
      same &= std::equal(row, row + w * 4, expected.pixel(0, y));
      for (int i = 0; i < gap; ++i) gaps &= row[w * 4 + i] == 0x5a;
    }
    CHECK(same);
    CHECK(gaps);
  }
}

TEST_CASE(
    "plan: a chain of ten steps needs less than three times the image, result and source "
    "included") {
  Chain chain;
  for (int i = 0; i < 5; ++i) {
    chain.push_back(blur(2.5 + 3 * i));
    chain.push_back(make_step("saturation", {{"amount", 1.2}}));
  }
  const int w = 2000, h = 1500;
  auto plan = compile_plan(chain, {w, h, 1, 0});
  REQUIRE(plan.ok());
  size_t bytes = 2 * plan.value()->scratch_bytes();  // two workers
  for (const size_t b : plan.value()->temporary_bytes()) bytes += b;
  CHECK(static_cast<double>(bytes) / (w * h * 4.0) + 2 < 3.1);
  CHECK(plan.value()->scratch_bytes() < 1 << 20);
}

TEST_CASE(
    "plan: a long row of narrow blurs is cut into passes and equals one blur of their variance") {
  const Image source = make_scene(Scene::kPhoto, 300, 120);
  const Chain chain(25, blur(1));
  const auto plan = compile_plan(chain, {source.width, source.height, 1, 0});
  REQUIRE(plan.ok());
  CHECK(plan.value()->pass_count() == 2);
  // Edges are repeated after each blur, so only the inside is that of one blur.
  const Image many = run_chain(chain, source, {.shuffle_seed = 5});
  const Image one = run_chain({blur(5)}, source);
  int worst = 0;
  for (int y = 20; y < 100; ++y) {
    for (int x = 20 * 4; x < 280 * 4; ++x) {
      worst = std::max(worst, std::abs(many.pixel(0, y)[x] - one.pixel(0, y)[x]));
    }
  }
  CHECK(worst <= 2);
  CHECK(run_chain({blur(1), blur(30), blur(1)}, source, {.shuffle_seed = 5}) ==
        run_chain({blur(1), blur(30), blur(1)}, source));
}

TEST_CASE("plan: a size, scale or reduction out of range is refused") {
  for (const PlanTarget& bad : {PlanTarget{0, 1, 1, 0},
                                {1, 65536, 1, 0},
                                {1, 1, 0, 0},
                                {1, 1, 1.5, 0},
                                {1, 1, std::nan(""), 0},
                                {1, 1, 1, -1},
                                {1, 1, 1, 7}}) {
    const auto plan = compile_plan({}, bad);
    REQUIRE_FALSE(plan.ok());
    CHECK(plan.status().code() == Code::kInvalidParams);
    CHECK(plan.status().message().starts_with("Expected "));
  }
}
