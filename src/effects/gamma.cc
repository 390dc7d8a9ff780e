// Gamma:  out = in^(1 / gamma),  per channel, in encoded values.
#include "effects/effect.h"
#include "kernels/curves.h"

namespace stopbath {
namespace {

enum { kGammaValue };

constexpr Param kParams[] = {
    number_param("gamma", "", 0.1, 10, 1, 0.01,
                 "Brightness of the middle tones; above 1 is brighter."),
};

struct Power {
  float power;  // 1 / gamma

  void operator()(Colour& c, const Place&) const {
    const VF p = hn::Set(kF32, power);
    c.r = power_of_unit(c.r, p);
    c.g = power_of_unit(c.g, p);
    c.b = power_of_unit(c.b, p);
  }
};

}  // namespace

extern const Effect kGamma;
const Effect kGamma = {
    .name = "gamma",
    .title = "Gamma",
    .sentence = "Brightens or darkens the middle tones; black and white stay.",
    .category = "tone",
    .source = "W3C Filter Effects Module Level 1, feFuncR type=gamma",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel,
    .params = kParams,
    .example = "{ effect: 'gamma', gamma: 1.4 }",
    .is_identity = [](Values v) { return v[kGammaValue] == 1; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return make_point(Power{static_cast<float>(1 / v[kGammaValue])}, PointStage::kCurvedNs);
    },
};

}  // namespace stopbath
