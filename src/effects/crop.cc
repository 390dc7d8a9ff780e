// Crop:  out(x, y) = in(x + x0, y + y0), exactly.
#include <string>

#include "effects/effect.h"
#include "effects/numbers.h"

namespace stopbath {
namespace {

enum { kX, kY, kWidth, kHeight };

constexpr double kTrials[] = {0, 1, 2};

constexpr Param kParams[] = {
    pixels_param("x", 0, kTrials, "The left edge of what is kept."),
    pixels_param("y", 0, kTrials, "The upper edge of what is kept."),
    pixels_param("width", 0, kTrials,
                 "The width of what is kept; 0 goes on to the right edge of the image."),
    pixels_param("height", 0, kTrials,
                 "The height of what is kept; 0 goes on to the lower edge of the image."),
};

// From `begin` on, `length` pixels, 0: to the end.
std::string outside(const char* begin_name, const char* length_name, double begin, double length,
                    int side) {
  if (begin >= side) {
    return "Expected `crop." + std::string(begin_name) + "` to be below the image's " +
           std::to_string(side) + " px, got " + format_number(begin);
  }
  if (begin + length > side) {
    return "Expected `crop." + std::string(length_name) + "` to be at most " +
           format_number(side - begin) + " px from `" + begin_name + "` on, got " +
           format_number(length);
  }
  return {};
}

}  // namespace

extern const Effect kCrop;
const Effect kCrop = {
    .name = "crop",
    .title = "Crop",
    .sentence = "Keeps a rectangle of the image.",
    .category = "geometry",
    .source = "pixels are copied",
    .space = WorkingSpace::kEncoded,
    .traits = kGeometry,
    .params = kParams,
    .example = "{ effect: 'crop', x: 40, y: 20, width: 300, height: 200 }",
    .is_identity =
        [](Values v) { return v[kX] == 0 && v[kY] == 0 && v[kWidth] == 0 && v[kHeight] == 0; },
    .reach = no_reach,
    .check_size = [](Values v, Size size) -> std::string {
      std::string wrong = outside("x", "width", v[kX], v[kWidth], size.width);
      return wrong.empty() ? outside("y", "height", v[kY], v[kHeight], size.height) : wrong;
    },
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const int x0 = static_cast<int>(v[kX]), y0 = static_cast<int>(v[kY]);
      const int width = v[kWidth] > 0 ? static_cast<int>(v[kWidth]) : image.width - x0;
      const int height = v[kHeight] > 0 ? static_cast<int>(v[kHeight]) : image.height - y0;
      return Placement{.rect = {x0, y0, x0 + width, y0 + height}};
    },
};

}  // namespace stopbath
