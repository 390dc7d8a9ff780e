// Colours of one space in the coordinates of another.
//
// In linear light:  out = M_to^-1 M_from in,  M the matrices to CIE XYZ. The whites are the same,
// so nothing is adapted; what the other space does not hold lies outside 0..1 and is clamped with
// the rest of its run.
#ifndef STOPBATH_EFFECTS_COLOR_CONVERSION_H_
#define STOPBATH_EFFECTS_COLOR_CONVERSION_H_

#include <span>
#include <vector>

#include "base/color_space.h"
#include "effects/colour_matrix.h"
#include "effects/effect.h"

namespace stopbath {

// Of linear light.
ColourMatrix conversion(ColorSpace from, ColorSpace to);

// Parameters that are colours say sRGB, as everywhere in CSS; puts their nearest 8-bit coordinates
// in `space` in their place. `values` as `Values` describes them.
void convert_colors(std::vector<double>& values, std::span<const Param> params, ColorSpace space);

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_COLOR_CONVERSION_H_
