// Ordered dither:  out = floor((n - 1) in + t(x, y)) / (n - 1),  t = (B(x, y) + 1/2) / side^2,  in
// encoded values.
//
// B is Bayer's matrix of side 2, 4 or 8 in pixels of the result: bit by bit, the bits of x xor y
// and of y interleaved, the lowest become the highest.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kLevels, kPattern };

constexpr std::string_view kPatterns[] = {"2x2", "4x4", "8x8"};

constexpr Param kParams[] = {
    integer_param("levels", "", 2, 32, 2, "Number of values that each channel has left."),
    choice_param("pattern", kPatterns, 2, "Pixels after which the pattern repeats."),
};

struct Dither {
  float steps;  // n - 1
  int bits;     // log2 of the pattern's side

  VF threshold(const Place& p) const {
    const VI32 x = hn::ConvertTo(kI32, p.x), y = hn::ConvertTo(kI32, p.y);
    const VI32 one = hn::Set(kI32, 1), differ = hn::Xor(x, y);
    VI32 order = hn::Zero(kI32);
    for (int bit = 0; bit < bits; ++bit) {
      const VI32 high = hn::And(hn::ShiftRightSame(differ, bit), one);
      const VI32 low = hn::And(hn::ShiftRightSame(y, bit), one);
      order = hn::Or(hn::ShiftLeft<2>(order), hn::Or(hn::Add(high, high), low));
    }
    const float size = static_cast<float>(1 << (2 * bits));
    return hn::Mul(hn::Add(hn::ConvertTo(kF32, order), hn::Set(kF32, 0.5f)),
                   hn::Set(kF32, 1 / size));
  }
  void operator()(Colour& c, const Place& p) const {
    const VF n = hn::Set(kF32, steps), t = threshold(p);
    const auto value = [&](VF v) {
      const VI32 whole = hn::ConvertTo(kI32, hn::Add(hn::Mul(v, n), t));
      return hn::Div(hn::ConvertTo(kF32, whole), n);
    };
    c.r = value(c.r);
    c.g = value(c.g);
    c.b = value(c.b);
  }
};

}  // namespace

extern const Effect kDither;
const Effect kDither = {
    .name = "dither",
    .title = "Dither",
    .sentence = "Leaves a few values per channel and mixes them in a pattern, pixel by pixel.",
    .category = "stylise",
    .source = "Bayer, An optimum method for two-level rendition, 1973",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPlaced,
    .params = kParams,
    .example = "{ effect: 'dither', levels: 3, pattern: '4x4' }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      return make_point(
          Dither{static_cast<float>(v[kLevels] - 1), static_cast<int>(v[kPattern]) + 1}, 3);
    },
};

}  // namespace stopbath
