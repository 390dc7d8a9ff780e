// Drop shadow:  the image over a layer of one colour, whose alpha is the image's own, moved by an
// offset of whole pixels and blurred by a Gaussian. Outside the image, alpha is that of its edge.
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "effects/effect.h"
#include "effects/under.h"

namespace stopbath {
namespace {

enum { kOffsetX, kOffsetY, kSigma, kColour, kOpacity };

constexpr Param offset(std::string_view name, double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kNumber,
          .unit = "px",
          .min = -kMaxWindowReach,
          .max = kMaxWindowReach,
          .default_value = value,
          .step = 1,
          .sentence = sentence,
          .in_pixels = true};
}

constexpr Param kParams[] = {
    offset("offsetX", 6, "How far the shadow is to the right."),
    offset("offsetY", 6, "How far the shadow is below."),
    {.name = "sigma",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 0,
     .max = 100,
     .default_value = 4,
     .step = 0.5,
     .sentence = "Standard deviation of the shadow's blur; 0 is a hard shadow.",
     .in_pixels = true},
    {.name = "color",
     .type = ParamType::kColor,
     .unit = "",
     .max = 0xffffff,
     .default_value = 0x000000,
     .step = 1,
     .sentence = "Colour of the shadow."},
    {.name = "opacity",
     .type = ParamType::kNumber,
     .unit = "",
     .default_value = 0.5,
     .step = 0.01,
     .sentence = "Opacity of the shadow; 0 leaves the image as it is."},
};

struct Shift {
  int dx, dy;

  void operator()(const WindowRows& rows, int n, int16_t* out, uint8_t*) const {
    std::memcpy(out, rows.fixed[rows.reach - dy] - 4 * dx, static_cast<size_t>(n) * 8);
  }
};

Shift shift_of(Values v) {
  return {.dx = static_cast<int>(std::floor(v[kOffsetX] + 0.5)),
          .dy = static_cast<int>(std::floor(v[kOffsetY] + 0.5))};
}

int reach_of(const Shift& shift) { return std::max(std::abs(shift.dx), std::abs(shift.dy)); }

}  // namespace

extern const Effect kDropShadow;
const Effect kDropShadow = {
    .name = "drop-shadow",
    .title = "Drop shadow",
    .sentence = "Lays a soft shadow under what is opaque, on transparent ground.",
    .category = "stylise",
    .source = "W3C Filter Effects feDropShadow, in encoded values",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'drop-shadow', offsetX: 8, offsetY: 8, sigma: 6, opacity: 0.6 }",
    .is_identity = [](Values v) { return v[kOpacity] == 0; },
    .reach =
        [](Values v) {
          return static_cast<int>(std::ceil(3.25 * v[kSigma])) + 1 + reach_of(shift_of(v));
        },
    .lower = [](Values v, const LowerContext&) -> Stage {
      MixedStage mixed;
      if (v[kSigma] > 0) mixed.filters.push_back(GaussianStage{.sigma = v[kSigma]});
      const Shift shift = shift_of(v);
      if (reach_of(shift) > 0) {
        mixed.filters.push_back(
            make_window<WindowStage::Form::kFixed>(shift, reach_of(shift), 0.3));
      }
      mixed.combine = make_combine<CombineStage::Form::kPremultiplied>(
          under_with(v[kColour], v[kOpacity]), 1.0);
      return mixed;
    },
};

}  // namespace stopbath
