// Posterise:  out = min(floor(n in), n - 1) / (n - 1),  per channel, in encoded values.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kLevels };

constexpr Param kParams[] = {
    integer_param("levels", "", 2, 32, 5, "Number of values that each channel has left."),
};

// Where n times a level is whole, that value and not the one below must come out.
constexpr float kRounding = 1.0f / 131072;

struct Posterize {
  float n;

  VF value(VF v) const {
    const VF scaled = hn::Add(hn::Mul(v, hn::Set(kF32, n)), hn::Set(kF32, kRounding));
    const VF whole = hn::ConvertTo(kF32, hn::ConvertTo(kI32, scaled));  // towards 0
    const VF most = hn::Set(kF32, n - 1);
    return hn::Div(hn::Min(whole, most), most);
  }
  void operator()(Colour& c, const Place&) const {
    c.r = value(c.r);
    c.g = value(c.g);
    c.b = value(c.b);
  }
};

}  // namespace

extern const Effect kPosterize;
const Effect kPosterize = {
    .name = "posterize",
    .title = "Posterise",
    .sentence = "Leaves a few values per channel, as a screen print does.",
    .category = "stylise",
    .source = "W3C Filter Effects Module Level 1, feFuncR type=discrete with equal steps",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel,
    .params = kParams,
    .example = "{ effect: 'posterize', levels: 4 }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return make_point(Posterize{static_cast<float>(v[kLevels])}, PointStage::kCurvedNs);
    },
};

}  // namespace stopbath
