// Test images, the same on every build: integer arithmetic only, painted with prime periods so that
// swapped or shifted blocks show.
#ifndef STOPBATH_TESTS_SCENE_H_
#define STOPBATH_TESTS_SCENE_H_

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "base/image_view.h"

namespace stopbath {

struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> bytes;  // RGBA, rows without gaps

  Image() = default;
  Image(int w, int h) : width(w), height(h), bytes(static_cast<size_t>(w) * h * kBytesPerPixel) {}

  uint8_t* pixel(int x, int y) {
    return &bytes[(static_cast<size_t>(y) * width + x) * kBytesPerPixel];
  }
  const uint8_t* pixel(int x, int y) const {
    return &bytes[(static_cast<size_t>(y) * width + x) * kBytesPerPixel];
  }
  ConstImageView view() const {
    return {bytes.data(), width, height, ptrdiff_t{width} * kBytesPerPixel};
  }
  ImageView view() { return {bytes.data(), width, height, ptrdiff_t{width} * kBytesPerPixel}; }
  uint64_t hash() const { return hash_bytes(bytes.data(), bytes.size()); }
  friend bool operator==(const Image&, const Image&) = default;
};

enum class Scene {
  kPhoto,  // gradients, hard shapes and grain, opaque
  kNoise,  // every channel white noise over the full range, opaque
  kAlpha,  // as kPhoto, with holes, soft edges and nearly transparent pixels
};

inline uint32_t mix_bits(uint32_t v) {
  v ^= v >> 16;
  v *= 0x7feb352du;
  v ^= v >> 15;
  v *= 0x846ca68bu;
  return v ^ (v >> 16);
}

inline Image make_scene(Scene scene, int width, int height, uint32_t seed = 1) {
  Image image(width, height);
  const auto clamp = [](int v) { return static_cast<uint8_t>(v < 0 ? 0 : v > 255 ? 255 : v); };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const uint32_t noise = mix_bits(mix_bits(seed * 0x9e3779b9u + static_cast<uint32_t>(y)) +
                                      static_cast<uint32_t>(x));
      uint8_t* p = image.pixel(x, y);
      if (scene == Scene::kNoise) {
        for (int c = 0; c < 3; ++c) p[c] = static_cast<uint8_t>(noise >> (8 * c));
        p[3] = 255;
        continue;
      }
      const int grain = static_cast<int>(noise % 17) - 8;
      const int tile = (x / 13 + y / 7) % 5 == 0 ? 70 : 0;
      const int dx = x % 101 - 50, dy = y % 97 - 48;
      const bool disc = dx * dx + dy * dy < 900;
      p[0] = clamp(x * 251 / (width + 1) + grain + tile);
      p[1] = clamp(y * 241 / (height + 1) + grain - tile / 2 + (disc ? 90 : 0));
      p[2] = clamp((x + 2 * y) % 239 + grain);
      p[3] = 255;
      if (scene == Scene::kAlpha) {
        const int edge = 1200 - dx * dx - dy * dy;
        p[3] = edge < 0 ? 0 : clamp(edge / 3);
        if ((x / 31 + y / 29) % 3 == 0) p[3] = static_cast<uint8_t>((x * 5 + y * 3) % 256);
      }
    }
  }
  return image;
}

// What chains of tests mean by an image: 0 is `source`, 1 a layer of another size.
inline constexpr uint32_t kTestLayer = 1;
inline const Image& image_of(double id, const Image& source) {
  static const Image layer = make_scene(Scene::kAlpha, 91, 57, 5);
  return id == 0 ? source : layer;
}

}  // namespace stopbath

#endif  // STOPBATH_TESTS_SCENE_H_
