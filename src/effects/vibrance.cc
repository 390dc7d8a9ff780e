// Vibrance:  out = y + (1 + a (1 - s)) (in - y),  s = max - min,  y = 0.2126 r + 0.7152 g + 0.0722
// b, in encoded values.
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    number_param("amount", "", -1, 1, 0, 0.01,
                 "Strength; above 0 pale colours grow stronger, strong ones hardly."),
};

struct Vibrance {
  Luma luma;
  float a;

  void operator()(Colour& c, const Place&) const {
    const VF y = luma(c);
    const VF high = hn::Max(hn::Max(c.r, c.g), c.b), low = hn::Min(hn::Min(c.r, c.g), c.b);
    const VF one = hn::Set(kF32, 1.0f);
    const VF pale = hn::Sub(one, hn::Sub(high, low));
    const VF gain = hn::Add(one, hn::Mul(hn::Set(kF32, a), pale));
    c.r = hn::Add(y, hn::Mul(gain, hn::Sub(c.r, y)));
    c.g = hn::Add(y, hn::Mul(gain, hn::Sub(c.g, y)));
    c.b = hn::Add(y, hn::Mul(gain, hn::Sub(c.b, y)));
  }
};

}  // namespace

extern const Effect kVibrance;
const Effect kVibrance = {
    .name = "vibrance",
    .title = "Vibrance",
    .sentence = "Saturation for pale colours; strong ones and grey stay as they are.",
    .category = "colour",
    .source = "saturation weighted by one minus the range of the channels; luma by ITU-R BT.709",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint,
    .params = kParams,
    .example = "{ effect: 'vibrance', amount: 0.5 }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      return make_point(Vibrance{luma_in(image.space), static_cast<float>(v[kAmount])});
    },
};

}  // namespace stopbath
