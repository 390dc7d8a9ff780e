// The two parameters of effects that show what is behind the image: a colour and how much of it.
#ifndef STOPBATH_EFFECTS_GROUND_H_
#define STOPBATH_EFFECTS_GROUND_H_

#include <array>
#include <cstdint>

#include "effects/effect.h"

namespace stopbath {

inline constexpr Param kBackgroundParam = {.name = "background",
                                           .type = ParamType::kColor,
                                           .unit = "",
                                           .max = 0xffffff,
                                           .default_value = 0,
                                           .step = 1,
                                           .sentence = "Colour of what the image does not cover."};
inline constexpr Param kOpacityParam = {
    .name = "backgroundOpacity",
    .type = ParamType::kNumber,
    .unit = "",
    .min = 0,
    .max = 1,
    .default_value = 0,
    .step = 0.01,
    .sentence = "Opacity of the background; 0 leaves it transparent."};

constexpr std::array<double, 4> ground_of(double colour, double opacity) {
  const auto rgb = static_cast<uint32_t>(colour);
  return {(rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0, opacity};
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_GROUND_H_
