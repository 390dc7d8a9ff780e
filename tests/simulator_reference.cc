// Tiny images on purpose, down to one pixel; one is tall enough for flights of several units.
#include "simulator_reference.h"

#include <array>
#include <map>

#include "plan_runner.h"

namespace stopbath::simulator {
namespace {

constexpr std::array<std::pair<int, int>, kSizes> kSides{
    {{1, 1}, {24, 24}, {7, 3}, {13, 21}, {2, 24}, {8, 200}, {1, 17}}};

std::vector<Chain> make_chains() {
  const Step soft = make_step("gaussian-blur", {{"sigma", 1.2}});
  const Step wide = make_step("gaussian-blur", {{"sigma", 8}});
  const Step brighter = make_step("exposure", {{"stops", 0.7}});
  return {{},
          {make_step("invert")},
          {make_step("saturation", {{"amount", 1.7}})},
          {brighter},
          {soft},
          {wide},
          {make_step("levels", {{"gamma", 1.4}}), make_step("vignette")},
          {brighter, wide, make_step("invert")}};
}

Image compute(const Expected& e) {
  const Image& full = source(e.source);
  if (e.exact) return run_chain(chain(e.chain), full, {.reduce = e.reduce});
  const Image level = run_chain({}, full, {.reduce = e.reduce});
  return run_chain(chain(e.chain), level, {.pixel_scale = 1.0 / (1 << e.reduce)});
}

}  // namespace

const Chain& chain(int index) {
  static const std::vector<Chain> chains = make_chains();
  return chains[static_cast<size_t>(index)];
}

const Image& source(const Content& content) {
  static std::map<std::pair<int, int>, Image> images;
  Image& image = images[{content.size, content.scene}];
  if (image.bytes.empty()) {
    const auto [width, height] = kSides[static_cast<size_t>(content.size)];
    image = make_scene(Scene::kAlpha, width, height, static_cast<uint32_t>(content.scene + 1));
  }
  return image;
}

const Image& reference(const Expected& e) {
  static std::map<std::array<int, 5>, Image> results;
  Image& result = results[{e.source.size, e.source.scene, e.chain, e.reduce, e.exact}];
  if (result.bytes.empty()) result = compute(e);
  return result;
}

}  // namespace stopbath::simulator
