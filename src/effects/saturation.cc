// Saturation:  out = y + s (in - y),  y = 0.213 r + 0.715 g + 0.072 b,  in encoded values.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    {.name = "amount",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 3,
     .default_value = 1,
     .step = 0.01,
     .sentence = "0 is grey, 1 leaves the image as it is, above 1 colours grow stronger."},
};

struct Saturate {
  float s;

  void operator()(Colour& c, const Place&) const {
    const VF y =
        hn::Add(hn::Add(hn::Mul(c.r, hn::Set(kF32, 0.213f)), hn::Mul(c.g, hn::Set(kF32, 0.715f))),
                hn::Mul(c.b, hn::Set(kF32, 0.072f)));
    const VF amount = hn::Set(kF32, s);
    c.r = hn::Add(y, hn::Mul(amount, hn::Sub(c.r, y)));
    c.g = hn::Add(y, hn::Mul(amount, hn::Sub(c.g, y)));
    c.b = hn::Add(y, hn::Mul(amount, hn::Sub(c.b, y)));
  }
};

}  // namespace

extern const Effect kSaturation;
const Effect kSaturation = {
    .name = "saturation",
    .title = "Saturation",
    .sentence = "Makes colours stronger or weaker without changing their brightness.",
    .category = "colour",
    .source = "W3C Filter Effects Module Level 1, saturate()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint,
    .params = kParams,
    .example = "{ effect: 'saturation', amount: 1.3 }",
    .is_identity = [](Values v) { return v[kAmount] == 1; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return make_point(Saturate{.s = static_cast<float>(v[kAmount])});
    },
};

}  // namespace stopbath
