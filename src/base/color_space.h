// The colour spaces of images, as the web platform names them.
//
// Both have the transfer curve of IEC 61966-2-1 and the white of D65; they differ in their
// primaries. Matrices are those of CSS Color Module Level 4, section 17, from linear light to CIE
// XYZ and back.
#ifndef STOPBATH_BASE_COLOR_SPACE_H_
#define STOPBATH_BASE_COLOR_SPACE_H_

#include <cstdint>
#include <string_view>

#include "base/matrix3.h"

namespace stopbath {

// In the order of `colorSpaces` in web/src/native-engine.ts.
enum class ColorSpace : uint8_t { kSrgb, kDisplayP3 };
inline constexpr int kColorSpaces = 2;

constexpr std::string_view name_of(ColorSpace space) {
  return space == ColorSpace::kDisplayP3 ? "display-p3" : "srgb";
}

constexpr Matrix3 linear_to_xyz(ColorSpace space) {
  if (space == ColorSpace::kDisplayP3) {
    return {{608311.0 / 1250200, 189793.0 / 714400, 198249.0 / 1000160,  //
             35783.0 / 156275, 247089.0 / 357200, 198249.0 / 2500400,    //
             0, 32229.0 / 714400, 5220557.0 / 5000800}};
  }
  return {{506752.0 / 1228815, 87881.0 / 245763, 12673.0 / 70218,  //
           87098.0 / 409605, 175762.0 / 245763, 12673.0 / 175545,  //
           7918.0 / 409605, 87881.0 / 737289, 1001167.0 / 1053270}};
}

constexpr Matrix3 xyz_to_linear(ColorSpace space) {
  if (space == ColorSpace::kDisplayP3) {
    return {{446124.0 / 178915, -333277.0 / 357830, -72051.0 / 178915,  //
             -14852.0 / 17905, 63121.0 / 35810, 423.0 / 17905,          //
             11844.0 / 330415, -50337.0 / 660830, 316169.0 / 330415}};
  }
  return {{12831.0 / 3959, -329.0 / 214, -1974.0 / 3959,              //
           -851781.0 / 878810, 1648619.0 / 878810, 36519.0 / 878810,  //
           705.0 / 12673, -2585.0 / 12673, 705.0 / 667}};
}

}  // namespace stopbath

#endif  // STOPBATH_BASE_COLOR_SPACE_H_
