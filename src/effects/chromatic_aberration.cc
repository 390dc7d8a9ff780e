// Lateral chromatic aberration:  out_c(p) = in_c(m + (p - m) (1 - d_c / r)),  m the centre, r its
// distance to a corner, d_c how far channel c is moved outwards there; green and alpha stay.
//
// Mixes premultiplied encoded values; pixels outside the image repeat its edge.
#include <cmath>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kRed, kBlue };

constexpr Param shift(std::string_view name, double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kNumber,
          .unit = "px",
          .min = -50,
          .max = 50,
          .default_value = value,
          .step = 0.5,
          .sentence = sentence,
          .in_pixels = true};
}

constexpr Param kParams[] = {
    shift("red", 3, "How far red is moved outwards in the corners; below 0 inwards."),
    shift("blue", -3, "How far blue is moved outwards in the corners; below 0 inwards."),
};

}  // namespace

extern const Effect kChromaticAberration;
const Effect kChromaticAberration = {
    .name = "chromatic-aberration",
    .title = "Chromatic aberration",
    .sentence = "Gives the image the coloured edges of a simple lens, or takes them away.",
    .category = "geometry",
    .source = "radial scaling per channel; cubic convolution: Keys, 1981",
    .space = WorkingSpace::kEncoded,
    .traits = kGeometry,
    .params = kParams,
    .example = "{ effect: 'chromatic-aberration', red: 6, blue: -6 }",
    .is_identity = [](Values v) { return v[kRed] == 0 && v[kBlue] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const double r = 0.5 * std::sqrt(static_cast<double>(image.width) * image.width +
                                       static_cast<double>(image.height) * image.height);
      WarpStage warp;
      warp.size = {image.width, image.height};
      warp.repeats_edge = true;
      warp.channel_scale = {1 - v[kRed] / r, 1, 1 - v[kBlue] / r};
      return warp;
    },
};

}  // namespace stopbath
