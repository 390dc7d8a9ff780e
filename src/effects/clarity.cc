// Clarity:  out = c + k w (y - m),  y the luma of c, m that of its wide blur, w = 4 y (1 - y):
// local contrast of the middle tones. All channels move together, so that colours keep their
// saturation; alpha stays.
#include <cmath>

#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kAmount, kSigma };

constexpr Param kParams[] = {
    {.name = "amount",
     .type = ParamType::kNumber,
     .unit = "",
     .min = -1,
     .max = 1,
     .default_value = 0.4,
     .step = 0.01,
     .sentence = "Strength; 0 leaves the image as it is, below 0 softens."},
    {.name = "sigma",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 1,
     .max = 200,
     .default_value = 30,
     .step = 1,
     .sentence = "Standard deviation of the blur: the size of what counts as local.",
     .in_pixels = true},
};

struct Clarity {
  Luma luma;
  float k;  // 4 times the amount

  Colour operator()(const Colour& c, const Colour& blurred, const Place&) const {
    const VF y = luma(c);
    const VF middle = hn::Mul(y, hn::Sub(hn::Set(kF32, 1.0f), y));
    const VF difference = hn::Sub(y, luma(blurred));
    const VF change = hn::Mul(hn::Mul(hn::Set(kF32, k), middle), difference);
    return {hn::Add(c.r, change), hn::Add(c.g, change), hn::Add(c.b, change), c.a};
  }
};

}  // namespace

extern const Effect kClarity;
const Effect kClarity = {
    .name = "clarity",
    .title = "Clarity",
    .sentence = "Strengthens or softens the local contrast of the middle tones.",
    .category = "detail",
    .source = "unsharp masking of the luma with a wide radius, weighted by a parabola of the tones",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'clarity', amount: 0.5 }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = [](Values v) { return static_cast<int>(std::ceil(3.25 * v[kSigma])) + 1; },
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const Clarity clarity = {.luma = luma_in(image.space),
                               .k = static_cast<float>(4 * v[kAmount])};
      return MixedStage{.filters = {GaussianStage{.sigma = v[kSigma]}},
                        .combine = make_combine<CombineStage::Form::kPlanar>(clarity, 1.0)};
    },
};

}  // namespace stopbath
