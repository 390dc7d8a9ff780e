// Luma: a weighted sum of encoded colours by what each primary adds to luminance.
//
// For sRGB the weights of Rec. ITU-R BT.709, for Display P3 the Y row of its matrix to CIE XYZ,
// rounded alike.
#ifndef STOPBATH_EFFECTS_LUMA_H_
#define STOPBATH_EFFECTS_LUMA_H_

#include <array>

#include "base/color_space.h"
#include "effects/colour_matrix.h"
#include "kernels/point.h"

namespace stopbath {

using LumaWeights = std::array<double, 3>;

constexpr LumaWeights luma_weights(ColorSpace space) {
  if (space == ColorSpace::kDisplayP3) return {0.2290, 0.6917, 0.0793};
  return {0.2126, 0.7152, 0.0722};
}

// As W3C Filter Effects rounds them in saturate() and hue-rotate().
constexpr LumaWeights filter_weights(ColorSpace space) {
  if (space == ColorSpace::kDisplayP3) return luma_weights(space);
  return {0.213, 0.715, 0.072};
}

// Every channel becomes the luma.
constexpr ColourMatrix grey_matrix(const LumaWeights& w) {
  return {{{{w[0], w[1], w[2], 0}, {w[0], w[1], w[2], 0}, {w[0], w[1], w[2], 0}}}};
}

struct Luma {
  float r, g, b;

  VF operator()(const Colour& c) const {
    return hn::Add(hn::Mul(c.r, hn::Set(kF32, r)),
                   hn::Add(hn::Mul(c.g, hn::Set(kF32, g)), hn::Mul(c.b, hn::Set(kF32, b))));
  }
};

inline Luma luma_in(ColorSpace space) {
  const LumaWeights w = luma_weights(space);
  return {static_cast<float>(w[0]), static_cast<float>(w[1]), static_cast<float>(w[2])};
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_LUMA_H_
