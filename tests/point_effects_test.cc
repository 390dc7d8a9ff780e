// What point effects promise beyond their formulas: their traits are true, flips change nothing,
// and the settings mean what people expect.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>

#include "plan_runner.h"
#include "settings.h"

using namespace stopbath;

namespace {

Image flipped(const Image& in, bool along_x) {
  Image out(in.width, in.height);
  for (int y = 0; y < in.height; ++y) {
    for (int x = 0; x < in.width; ++x) {
      const int to_x = along_x ? in.width - 1 - x : x, to_y = along_x ? y : in.height - 1 - y;
      std::copy_n(in.pixel(x, y), kBytesPerPixel, out.pixel(to_x, to_y));
    }
  }
  return out;
}

// One opaque pixel through a chain.
struct Rgba {
  int r, g, b, a;
  friend bool operator==(const Rgba&, const Rgba&) = default;
};
Rgba pixel(const Chain& chain, Rgba in) {
  Image source(1, 1);
  const uint8_t bytes[4] = {static_cast<uint8_t>(in.r), static_cast<uint8_t>(in.g),
                            static_cast<uint8_t>(in.b), static_cast<uint8_t>(in.a)};
  std::copy_n(bytes, 4, source.pixel(0, 0));
  const uint8_t* out = std::as_const(source = run_chain(chain, source)).pixel(0, 0);
  return {out[0], out[1], out[2], out[3]};
}

template <class Function>
void each_setting(unsigned traits, unsigned without, Function function) {
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    const unsigned own = effects()[static_cast<size_t>(e)].traits;
    if ((own & traits) != traits || (own & without) != 0) continue;
    for (const Step& step : settings_of(e)) {
      INFO(describe(step));
      function(step);
    }
  }
}

}  // namespace

TEST_CASE("point effects: those without a place commute with flips, to the byte") {
  const Image source = make_scene(Scene::kAlpha, 61, 37);
  each_setting(kPoint, kPlaced, [&](const Step& step) {
    const Image out = run_chain({step}, source);
    for (const bool along_x : {true, false}) {
      CHECK(run_chain({step}, flipped(source, along_x)) == flipped(out, along_x));
    }
  });
}

TEST_CASE("point effects: per-channel ones give each channel what it gives alone") {
  const Image source = make_scene(Scene::kNoise, 61, 37);
  Image other = source;
  for (size_t i = 0; i < other.bytes.size(); i += 4) {
    other.bytes[i + 1] = static_cast<uint8_t>(255 - other.bytes[i + 1]);
    other.bytes[i + 2] = 7;
  }
  each_setting(kPerChannel, 0, [&](const Step& step) {
    const Image a = run_chain({step}, source), b = run_chain({step}, other);
    bool same = true;
    for (size_t i = 0; i < a.bytes.size(); i += 4) same &= a.bytes[i] == b.bytes[i];
    CHECK(same);
  });
}

TEST_CASE("point effects: linear maps lower to a matrix, and only they do") {
  for (const Effect& effect : effects()) {
    const Step step = settings_of(find_effect(effect.name)).back();
    INFO(effect.name);
    const bool matrix = std::holds_alternative<ColourMatrix>(effect.lower(step.values, {8, 8}));
    CHECK(matrix == ((effect.traits & kLinearMap) != 0));
  }
}

TEST_CASE("point effects: the filters of style sheets give the values of the standard") {
  const Rgba rose = {200, 100, 50, 255};
  CHECK(pixel({make_step("brightness", {{"amount", 1.25}})}, rose) == Rgba{250, 125, 63, 255});
  CHECK(pixel({make_step("contrast", {{"amount", 1.5}})}, rose) == Rgba{236, 86, 11, 255});
  CHECK(pixel({make_step("grayscale")}, rose) == Rgba{118, 118, 118, 255});
  CHECK(pixel({make_step("sepia")}, rose) == Rgba{165, 147, 114, 255});
  CHECK(pixel({make_step("hue", {{"angle", 90}})}, rose) == Rgba{50, 146, 35, 255});
  CHECK(pixel({make_step("hue", {{"angle", 180}})}, {255, 0, 0, 255}) == Rgba{0, 109, 109, 255});
}

TEST_CASE(
    "point effects: grey stays grey under changes of colour, and the lights keep their luminance") {
  for (const int grey : {0, 1, 77, 128, 254, 255}) {
    const Rgba in = {grey, grey, grey, 255};
    INFO("grey " << grey);
    for (const double amount : {0.0, 0.4, 3.0}) {
      CHECK(pixel({make_step("saturation", {{"amount", amount}})}, in) == in);
    }
    for (const double angle : {-170.0, 33.0, 90.0}) {
      CHECK(pixel({make_step("hue", {{"angle", angle}})}, in) == in);
    }
    CHECK(pixel({make_step("vibrance", {{"amount", 1}})}, in) == in);
    CHECK(pixel({make_step("grayscale")}, in) == in);
    CHECK(pixel({make_step("threshold", {{"level", double(grey)}})}, in) ==
          Rgba{255, 255, 255, 255});
  }
  const auto luminance = [](const Rgba& c) {
    const auto linear = [](int v) { return std::pow((v / 255.0 + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  };
  const Rgba middle = {119, 119, 119, 255};
  const Rgba warm = pixel({make_step("white-balance", {{"temperature", 60}})}, middle);
  CHECK(warm.r > 125);
  CHECK(warm.b < 105);
  const Rgba magenta = pixel({make_step("white-balance", {{"tint", 60}})}, middle);
  CHECK(magenta.g < std::min(magenta.r, magenta.b));
  for (const Rgba& c : {warm, magenta}) {
    CHECK(std::fabs(luminance(c) / luminance(middle) - 1) < 0.02);
  }
}

TEST_CASE("point effects: a chroma key takes the key's colour and leaves others") {
  const Step key = make_step("chroma-key");
  CHECK(pixel({key}, {0x00, 0xb1, 0x40, 255}).a == 0);
  CHECK(pixel({key}, {0x08, 0xa0, 0x48, 128}).a == 0);
  CHECK(pixel({key}, {220, 170, 140, 255}) == Rgba{220, 170, 140, 255});
  CHECK(pixel({key}, {220, 170, 140, 77}).a == 77);
  const Rgba tinted =
      pixel({make_step("chroma-key", {{"spill", 1}, {"tolerance", 0}})}, {90, 140, 90, 255});
  CHECK(tinted.g - tinted.r < 20);
}

TEST_CASE("point effects: a lookup table goes exactly through its colours") {
  const int side = 17;
  const std::vector<double> table = table_of(side, scattered);
  const Step look = with_list(make_step("lut3d"), "table", table);
  for (int i = 0; i < side * side * side; i += 61) {
    const auto bits = static_cast<uint64_t>(table[static_cast<size_t>(i)]);
    const auto level = [&](int at) { return at * 255 / (side - 1); };  // 15.94 levels apart
    const Rgba in = {level(i % side), level(i / side % side), level(i / side / side), 255};
    if (in.r % 255 != 0 || in.g % 255 != 0 || in.b % 255 != 0) continue;
    const Rgba out = pixel({look}, in);
    CHECK(std::abs(out.r - static_cast<int>(std::lround((bits & 65535) / 257.0))) == 0);
    CHECK(std::abs(out.b - static_cast<int>(std::lround((bits >> 32) / 257.0))) == 0);
  }
}

TEST_CASE("point effects: a halftone covers each tone's share of the paper") {
  for (const int grey : {0, 30, 128, 200, 255}) {
    Image paper(320, 320);
    for (size_t i = 0; i < paper.bytes.size(); ++i) {
      paper.bytes[i] = static_cast<uint8_t>(i % 4 == 3 ? 255 : grey);
    }
    for (const double scale : {1.0, 0.25}) {
      const Image out =
          run_chain({make_step("halftone", {{"angle", 20}})}, paper, {.pixel_scale = scale});
      double sum = 0;
      for (size_t i = 0; i < out.bytes.size(); i += 4) sum += out.bytes[i];
      INFO("grey " << grey << ", scale " << scale);
      CHECK(std::fabs(sum / (320 * 320) - grey) < 4);
    }
  }
}

TEST_CASE(
    "point effects: grain has the deviation that is asked for, and each seed its own pattern") {
  Image grey(400, 300);
  for (size_t i = 0; i < grey.bytes.size(); ++i) grey.bytes[i] = i % 4 == 3 ? 255 : 128;
  const auto deviation = [&](const Image& image) {
    double sum = 0, squares = 0;
    const double n = static_cast<double>(image.bytes.size()) / 4;
    for (size_t i = 0; i < image.bytes.size(); i += 4) {
      sum += image.bytes[i];
      squares += double{1} * image.bytes[i] * image.bytes[i];
    }
    CHECK(std::fabs(sum / n - 128) < 1);
    return std::sqrt(squares / n - sum / n * (sum / n));
  };
  const auto grain = [](double size, double seed) {
    return make_step("grain", {{"strength", 16}, {"size", size}, {"seed", seed}});
  };
  for (const double size : {1.0, 1.5, 4.0}) {
    INFO("size " << size);
    CHECK(std::fabs(deviation(run_chain({grain(size, 3)}, grey)) - 16) < 1.5);
  }
  CHECK_FALSE(run_chain({grain(1, 3)}, grey) == run_chain({grain(1, 4)}, grey));
  // A quarter of the width: each pixel is the mean of 16 grains.
  CHECK(std::fabs(deviation(run_chain({grain(1, 3)}, grey, {.pixel_scale = 0.25})) - 4) < 0.5);
  // Grains stand at the same places of a level of half the width.
  const Image full = run_chain({grain(4, 3)}, grey);
  const Image half = run_chain({grain(4, 3)}, grey, {.pixel_scale = 0.5});
  int most = 0;
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 200; ++x) {
      most = std::max(most, std::abs(half.pixel(x, y)[0] - full.pixel(2 * x, 2 * y)[0]));
    }
  }
  CHECK(most == 0);
}
