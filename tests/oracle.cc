// Finds the oracle of an effect and compares pictures with what it says.
#include "oracle.h"

#include <catch2/catch_test_macros.hpp>

#include "effects/registry.h"

namespace stopbath::oracle {

Picture from_image(const Image& image, ColorSpace space) {
  Picture p{image.width, image.height, {}, {}, space};
  for (const uint8_t byte : image.bytes) p.values.push_back(byte / 255.0);
  return p;
}

const Entry* find(std::string_view effect) {
  for (const auto& category :
       {tone_oracles(), colour_oracles(), detail_oracles(), light_oracles(), stylise_oracles(),
        geometry_oracles(), mixed_oracles(), whole_oracles(), blend_oracles()}) {
    for (const Entry& entry : category) {
      if (entry.effect == effect) return &entry;
    }
  }
  return nullptr;
}

const Entry& entry_of(const Step& step) {
  const std::string_view name = effects()[static_cast<size_t>(step.effect)].name;
  INFO("the oracle of " << name);
  const Entry* entry = find(name);
  REQUIRE(entry != nullptr);
  return *entry;
}

Difference compare(const Image& got, const Picture& expected) {
  REQUIRE(got.width == expected.width);
  REQUIRE(got.height == expected.height);
  Difference d;
  double squares = 0, sum = 0;
  for (int y = 0; y < got.height; ++y) {
    for (int x = 0; x < got.width; ++x) {
      if (expected.is_at_jump(x, y)) {
        d.jumps += 1;
        continue;
      }
      const uint8_t* g = got.pixel(x, y);
      const double* e = expected.pixel(x, y);
      for (int c = 0; c < 4; ++c) {
        const double weight = c == 3 ? 1 : e[3];
        const double error = std::fabs(g[c] - 255 * e[c]) * weight;
        sum += error;
        squares += error * error;
        if (error > d.max) d.max = error, d.x = x, d.y = y, d.channel = c;
      }
    }
  }
  const double n = static_cast<double>(got.bytes.size());
  d.mean = sum / n;
  d.psnr = squares > 0 ? 10 * std::log10(255 * 255 * n / squares) : 999;
  d.jumps /= n / 4;
  return d;
}

}  // namespace stopbath::oracle
