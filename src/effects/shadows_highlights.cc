// Shadows and highlights:  out = c^e,  e = 2^(h max(2 m - 1, 0) - s max(1 - 2 m, 0)),  m the luma
// of a wide blur: where the surroundings are dark, tones are lifted by s, where they are bright,
// lowered by h. Black and white stay, local contrast too; alpha stays.
#include <cmath>

#include "effects/effect.h"
#include "effects/luma.h"
#include "kernels/curves.h"

namespace stopbath {
namespace {

enum { kShadows, kHighlights, kSigma };

constexpr Param strength(std::string_view name, double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kNumber,
          .unit = "",
          .min = -1,
          .max = 1,
          .default_value = value,
          .step = 0.01,
          .sentence = sentence};
}

constexpr Param kParams[] = {
    strength("shadows", 0.4, "Lifts dark regions; below 0 darkens them."),
    strength("highlights", 0.2, "Lowers bright regions; below 0 brightens them."),
    {.name = "sigma",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 1,
     .max = 200,
     .default_value = 30,
     .step = 1,
     .sentence = "Standard deviation of the blur that tells dark regions from bright ones.",
     .in_pixels = true},
};

struct ShadowsHighlights {
  Luma luma;
  float s, h;

  Colour operator()(const Colour& c, const Colour& blurred, const Place&) const {
    const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
    const VF m = luma(blurred);
    const VF above = hn::Sub(hn::Add(m, m), one);
    const VF lowered = hn::Mul(hn::Set(kF32, h), hn::Max(above, zero));
    const VF lifted = hn::Mul(hn::Set(kF32, s), hn::Min(above, zero));
    // 2^t as 2 (1/2)^(1 - t), t at most 1.
    const VF rest = hn::Sub(one, hn::Add(lowered, lifted));
    const VF half = power_of_unit(hn::Set(kF32, 0.5f), rest);
    const VF e = hn::Add(half, half);
    return {power_of_unit(c.r, e), power_of_unit(c.g, e), power_of_unit(c.b, e), c.a};
  }
};

}  // namespace

extern const Effect kShadowsHighlights;
const Effect kShadowsHighlights = {
    .name = "shadows-highlights",
    .title = "Shadows and highlights",
    .sentence = "Lifts dark regions and lowers bright ones, by what surrounds each pixel.",
    .category = "light",
    .source = "Moroney, Local Color Correction Using Non-Linear Masking, 2000",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'shadows-highlights', shadows: 0.5, highlights: 0.3 }",
    .is_identity = [](Values v) { return v[kShadows] == 0 && v[kHighlights] == 0; },
    .reach = [](Values v) { return static_cast<int>(std::ceil(3.25 * v[kSigma])) + 1; },
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const ShadowsHighlights local = {.luma = luma_in(image.space),
                                       .s = static_cast<float>(v[kShadows]),
                                       .h = static_cast<float>(v[kHighlights])};
      return MixedStage{.filters = {GaussianStage{.sigma = v[kSigma]}},
                        .combine = make_combine<CombineStage::Form::kPlanar>(local, 12)};
    },
};

}  // namespace stopbath
