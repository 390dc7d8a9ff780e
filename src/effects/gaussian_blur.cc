// Gaussian blur:  out(p) = sum over q of G(p - q) in(q),  G(x, y) = exp(-(x^2 + y^2) / (2 sigma^2))
// / norm.
//
// Mixes premultiplied encoded values, as CSS and SVG do; pixels outside the image repeat the edge.
#include <cmath>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kSigma };

constexpr Param kParams[] = {
    {.name = "sigma",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 0,
     .max = 250,
     .default_value = 2,
     .step = 0.1,
     .sentence = "Standard deviation of the blur; 0 leaves the image as it is.",
     .in_pixels = true},
};

}  // namespace

extern const Effect kGaussianBlur;
const Effect kGaussianBlur = {
    .name = "gaussian-blur",
    .title = "Gaussian blur",
    .sentence = "Softens the image with a bell-shaped filter; the time does not depend on sigma.",
    .category = "detail",
    .source =
        "Gaussian filter; coarse grid and cubic B-spline after Unser, Aldroubi and Eden, 1993",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'gaussian-blur', sigma: 8 }",
    .is_identity = [](Values v) { return v[kSigma] == 0; },
    .reach = [](Values v) { return static_cast<int>(std::ceil(3.25 * v[kSigma])) + 1; },
    .lower = [](Values v, const LowerContext&) -> Stage {
      return GaussianStage{.sigma = v[kSigma]};
    },
};

}  // namespace stopbath
