// Threshold:  out = 1 where y >= t, else 0,  y = 0.2126 r + 0.7152 g + 0.0722 b,  in encoded
// values.
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kLevel };

constexpr Param kParams[] = {
    number_param("level", "levels", 0, 255, 128, 1,
                 "Luma from which a pixel is white; darker ones are black."),
};

// Grey of exactly the level must be white although its luma is rounded: less than the step between
// two lumas of 8-bit colours that matters.
constexpr float kRounding = 1.0f / 131072;

struct Threshold {
  Luma luma;
  float t;

  void operator()(Colour& c, const Place&) const {
    const auto white = hn::Ge(luma(c), hn::Set(kF32, t - kRounding));
    c.r = c.g = c.b = hn::IfThenElseZero(white, hn::Set(kF32, 1.0f));
  }
};

}  // namespace

extern const Effect kThreshold;
const Effect kThreshold = {
    .name = "threshold",
    .title = "Threshold",
    .sentence = "Leaves only black and white.",
    .category = "tone",
    .source = "luma by ITU-R BT.709 compared with a level",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint,
    .params = kParams,
    .example = "{ effect: 'threshold', level: 110 }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      return make_point(Threshold{luma_in(image.space), static_cast<float>(v[kLevel] / 255)});
    },
};

}  // namespace stopbath
