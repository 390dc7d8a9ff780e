// To add an effect: write its file, add its line to the list below. Nothing else.
#include "effects/registry.h"

#include <string>

#include "base/hash.h"
#include "effects/numbers.h"

#define STOPBATH_EFFECTS(X) \
  X(kGaussianBlur)          \
  X(kLevels)                \
  X(kExposure)              \
  X(kSaturation)            \
  X(kVignette)              \
  X(kInvert)                \
  X(kSharpen)               \
  X(kMedian)                \
  X(kMotionBlur)            \
  X(kEdgeDetect)            \
  X(kEmboss)                \
  X(kUnsharpMask)           \
  X(kColorMatrix)           \
  X(kCurves)                \
  X(kBrightness)            \
  X(kContrast)              \
  X(kGamma)                 \
  X(kWhiteBalance)          \
  X(kHue)                   \
  X(kVibrance)              \
  X(kChannelMixer)          \
  X(kGrayscale)             \
  X(kSepia)                 \
  X(kDuotone)               \
  X(kGradientMap)           \
  X(kThreshold)             \
  X(kPosterize)             \
  X(kLut3d)                 \
  X(kDither)                \
  X(kGrain)                 \
  X(kChromaKey)             \
  X(kResize)                \
  X(kCrop)                  \
  X(kFlip)                  \
  X(kBoxBlur)               \
  X(kClarity)               \
  X(kShadowsHighlights)     \
  X(kDropShadow)            \
  X(kOutline)               \
  X(kDenoise)               \
  X(kConvolve)              \
  X(kHalftone)              \
  X(kRotate)                \
  X(kPerspective)           \
  X(kChromaticAberration)   \
  X(kPixelate)              \
  X(kAutoLevels)            \
  X(kErrorDiffusion)        \
  X(kPalette)               \
  X(kBlend)

namespace stopbath {

#define STOPBATH_DECLARE(name) extern const Effect name;
STOPBATH_EFFECTS(STOPBATH_DECLARE)
#undef STOPBATH_DECLARE

std::span<const Effect> effects() {
#define STOPBATH_ENTRY(name) name,
  static const Effect kTable[] = {STOPBATH_EFFECTS(STOPBATH_ENTRY)};
#undef STOPBATH_ENTRY
  return kTable;
}

int find_effect(std::string_view name) {
  const auto all = effects();
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

uint32_t descriptor_hash() {
  std::string text;
  for (const Effect& e : effects()) {
    text.append(e.name).append(e.space == WorkingSpace::kLinear ? "|linear|" : "|encoded|");
    for (const Param& p : e.params) {
      text.append(p.name).append(p.unit).append(p.in_pixels ? "*" : "");
      text += static_cast<char>('0' + static_cast<int>(p.type));
      const double lengths[] = {static_cast<double>(p.least_length),
                                static_cast<double>(p.most_length)};
      for (const double v : {p.min, p.max, p.default_value, lengths[0], lengths[1]})
        text.append(format_number(v)).append(",");
      for (const double v : p.default_list) text.append(format_number(v)).append(",");
      for (const std::string_view choice : p.choices) text.append(choice).append(";");
    }
    text += '\n';
  }
  const uint64_t hash = hash_bytes(text.data(), text.size());
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

}  // namespace stopbath
