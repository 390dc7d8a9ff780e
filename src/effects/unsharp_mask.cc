// Unsharp mask:  out = c + k s(c - m),  m the Gaussian blur of c,  s(d) = d - clamp(d, -t, t),  per
// channel of straight encoded colours; alpha stays.
//
// The threshold t shrinks differences instead of cutting them off: noise below it is left alone,
// and no edge appears where a difference passes it.
#include <cmath>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kSigma, kAmount, kThreshold };

constexpr Param kParams[] = {
    {.name = "sigma",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 0,
     .max = 100,
     .default_value = 2,
     .step = 0.1,
     .sentence = "Standard deviation of the blur; 0 leaves the image as it is.",
     .in_pixels = true},
    {.name = "amount",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 5,
     .default_value = 0.8,
     .step = 0.05,
     .sentence = "Strength; 0 leaves the image as it is."},
    {.name = "threshold",
     .type = ParamType::kNumber,
     .unit = "levels",
     .min = 0,
     .max = 255,
     .default_value = 0,
     .step = 1,
     .sentence = "Differences from the blur up to this are left alone."},
};

constexpr int kGainBits = 12;

struct Unsharp {
  int16_t gain;       // k 2^12
  int16_t threshold;  // fixed units

  VI16 operator()(VI16 c, VI16 m) const {
    const VI16 most = hn::Set(kI16, threshold), least = hn::Neg(most);
    const VI16 d = hn::Sub(c, m);
    const VI16 s = hn::Sub(d, hn::Max(hn::Min(d, most), least));
    const VI16 weights = weight_pair(1 << kGainBits, gain);
    const VI32 rounding = hn::Set(kI32, 1 << (kGainBits - 1));
    const VI32 low = dot2(hn::InterleaveLower(kI16, c, s), weights, rounding);
    const VI32 high = dot2(hn::InterleaveUpper(kI16, c, s), weights, rounding);
    return pack(hn::ShiftRight<kGainBits>(low), hn::ShiftRight<kGainBits>(high));
  }
};

}  // namespace

extern const Effect kUnsharpMask;
const Effect kUnsharpMask = {
    .name = "unsharp-mask",
    .title = "Unsharp mask",
    .sentence = "Sharpens by the difference between the image and its blur, of any width.",
    .category = "detail",
    .source = "unsharp masking of photographic printing; soft threshold after Donoho, 1995",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'unsharp-mask', sigma: 2, amount: 0.8, threshold: 3 }",
    .is_identity =
        [](Values v) { return v[kSigma] == 0 || v[kAmount] == 0 || v[kThreshold] == 255; },
    .reach = [](Values v) { return static_cast<int>(std::ceil(3.25 * v[kSigma])) + 1; },
    .lower = [](Values v, const LowerContext&) -> Stage {
      const Unsharp unsharp = {
          .gain = static_cast<int16_t>(v[kAmount] * (1 << kGainBits) + 0.5),
          .threshold = static_cast<int16_t>(v[kThreshold] * kFixedLevel + 0.5)};
      return MixedStage{.filters = {GaussianStage{.sigma = v[kSigma]}},
                        .combine = make_combine<CombineStage::Form::kFixed>(unsharp, 0.6)};
    },
};

}  // namespace stopbath
