// Blend:  a layer s over the backdrop b, both straight, s with its alpha times the opacity:
//   m  = (1 - ab) s + ab B(b, s)            B the blend mode
//   ao = as Fa + ab Fb                      Fa, Fb of the operator
//   out = (as Fa m + ab Fb b) / ao
//
// Encoded values, as in CSS and canvas. Each factor of Porter and Duff is linear in the other
// alpha: Fa = p + q ab, Fb = r + t as.
#include <cmath>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kImage, kMode, kOperator, kOpacity, kX, kY };

enum Mode {
  kNormal,
  kMultiply,
  kScreen,
  kOverlay,
  kDarken,
  kLighten,
  kColorDodge,
  kColorBurn,
  kHardLight,
  kSoftLight,
  kDifference,
  kExclusion,
  kHue,
  kSaturation,
  kColor,
  kLuminosity,
};

constexpr std::string_view kModes[] = {"normal",     "multiply",   "screen",      "overlay",
                                       "darken",     "lighten",    "color-dodge", "color-burn",
                                       "hard-light", "soft-light", "difference",  "exclusion",
                                       "hue",        "saturation", "color",       "luminosity"};

constexpr std::string_view kOperators[] = {
    "source-over", "destination-over", "source-in",   "destination-in",
    "source-out",  "destination-out",  "source-atop", "destination-atop",
    "xor",         "lighter",          "copy",        "clear"};

struct Factors {
  float p, q, r, t;
};

// In the order of kOperators.
constexpr Factors kFactors[] = {{1, 0, 1, -1},  {1, -1, 1, 0}, {0, 1, 0, 0},  {0, 0, 0, 1},
                                {1, -1, 0, 0},  {0, 0, 1, -1}, {0, 1, 1, -1}, {1, -1, 0, 1},
                                {1, -1, 1, -1}, {1, 0, 1, 0},  {1, 0, 0, 0},  {0, 0, 0, 0}};

constexpr double kPlaces[] = {-30, 0, 41};

constexpr Param kParams[] = {
    image_param("image", "The layer; left out, the image that the chain began with."),
    choice_param("mode", kModes, 0,
                 "How the colours of the layer and of the image below are mixed."),
    choice_param("operator", kOperators, 0, "Which parts of the two remain, by their alphas."),
    share_param("opacity", 1, "Opacity of the layer."),
    pixels_param("x", -65535, kPlaces,
                 "Left edge of the layer on the image; outside, the layer is transparent."),
    pixels_param("y", -65535, kPlaces, "Upper edge of the layer on the image."),
};

VF number(float v) { return hn::Set(kF32, v); }

VF screen(VF b, VF s) { return hn::Sub(hn::Add(b, s), hn::Mul(b, s)); }

VF hard_light(VF b, VF s) {
  const VF twice = hn::Add(s, s);
  return hn::IfThenElse(hn::Le(s, number(0.5f)), hn::Mul(b, twice),
                        screen(b, hn::Sub(twice, number(1))));
}

VF soft_light(VF b, VF s) {
  const VF change = hn::Sub(hn::Add(s, s), number(1));
  const VF curve =
      hn::Mul(hn::Add(hn::Mul(hn::Sub(hn::Mul(number(16), b), number(12)), b), number(4)), b);
  const VF lighter = hn::IfThenElse(hn::Le(b, number(0.25f)), curve, hn::Sqrt(b));
  const VF towards = hn::IfThenElse(hn::Le(s, number(0.5f)), hn::Mul(b, b), lighter);
  // Below a half  b - (1 - 2 s) b (1 - b) = b + (2 s - 1) (b - b^2).
  const VF span = hn::IfThenElse(hn::Le(s, number(0.5f)), hn::Sub(b, towards), hn::Sub(towards, b));
  return hn::Add(b, hn::Mul(change, span));
}

// b / (1 - s), at most 1; 0 for b = 0 and 1 for s = 1.
VF dodge(VF b, VF s) {
  return hn::Min(hn::Div(b, hn::Max(hn::Sub(number(1), s), number(1e-30f))), number(1));
}

VF separable(Mode mode, VF b, VF s) {
  switch (mode) {
    case kMultiply:
      return hn::Mul(b, s);
    case kScreen:
      return screen(b, s);
    case kOverlay:
      return hard_light(s, b);
    case kDarken:
      return hn::Min(b, s);
    case kLighten:
      return hn::Max(b, s);
    case kColorDodge:
      return dodge(b, s);
    case kColorBurn:
      return hn::Sub(number(1), dodge(hn::Sub(number(1), b), hn::Sub(number(1), s)));
    case kHardLight:
      return hard_light(b, s);
    case kSoftLight:
      return soft_light(b, s);
    case kDifference:
      return hn::AbsDiff(b, s);
    case kExclusion:
      return hn::Sub(hn::Add(b, s), hn::Mul(number(2), hn::Mul(b, s)));
    default:
      return s;
  }
}

VF lum(const Colour& c) {
  return hn::Add(hn::Mul(number(0.3f), c.r),
                 hn::Add(hn::Mul(number(0.59f), c.g), hn::Mul(number(0.11f), c.b)));
}

VF least(const Colour& c) { return hn::Min(c.r, hn::Min(c.g, c.b)); }
VF most(const Colour& c) { return hn::Max(c.r, hn::Max(c.g, c.b)); }

template <class Function>
Colour each(const Colour& c, Function f) {
  return {f(c.r), f(c.g), f(c.b), c.a};
}

// The colour moved to a luminosity, then drawn towards it as far as it leaves 0..1.
Colour with_lum(const Colour& c, VF l) {
  const VF d = hn::Sub(l, lum(c));
  const Colour moved = each(c, [&](VF v) { return hn::Add(v, d); });
  const VF zero = hn::Zero(kF32), one = number(1);
  const VF own = lum(moved), low = least(moved), high = most(moved);
  const auto below = hn::Lt(low, zero), above = hn::Gt(high, one);
  const VF tiny = number(1e-30f);
  const VF up = hn::IfThenElse(below, hn::Div(own, hn::Max(hn::Sub(own, low), tiny)), one);
  const VF down =
      hn::IfThenElse(above, hn::Div(hn::Sub(one, own), hn::Max(hn::Sub(high, own), tiny)), one);
  const VF scale = hn::Mul(up, down);
  return each(moved, [&](VF v) { return hn::Add(own, hn::Mul(hn::Sub(v, own), scale)); });
}

// The colour with its channels spread over 0..s; grey becomes black.
Colour with_sat(const Colour& c, VF s) {
  const VF low = least(c), range = hn::Sub(most(c), low);
  const VF scale = hn::IfThenElse(hn::Gt(range, hn::Zero(kF32)), hn::Div(s, range), hn::Zero(kF32));
  return each(c, [&](VF v) { return hn::Mul(hn::Sub(v, low), scale); });
}

VF sat(const Colour& c) { return hn::Sub(most(c), least(c)); }

struct Blend {
  static constexpr bool kWritesAlpha = true;
  Mode mode;
  float opacity;
  Factors factors;

  Colour mixed(const Colour& b, const Colour& s) const {
    switch (mode) {
      case kHue:
        return with_lum(with_sat(s, sat(b)), lum(b));
      case kSaturation:
        return with_lum(with_sat(b, sat(s)), lum(b));
      case kColor:
        return with_lum(s, lum(b));
      case kLuminosity:
        return with_lum(b, lum(s));
      default:
        return {separable(mode, b.r, s.r), separable(mode, b.g, s.g), separable(mode, b.b, s.b),
                s.a};
    }
  }

  Colour operator()(const Colour& b, const Colour& s, const Place&) const {
    const VF as = hn::Mul(s.a, number(opacity)), ab = b.a;
    const auto factor = [](float constant, float slope, VF a) {
      return hn::Add(number(constant), hn::Mul(number(slope), a));
    };
    const VF share = hn::Mul(as, factor(factors.p, factors.q, ab));
    const VF rest = hn::Mul(ab, factor(factors.r, factors.t, as));
    // Only `lighter` may exceed 1; colours are clamped where it does.
    const VF a = hn::Min(hn::Add(share, rest), number(1));
    const VF inverse =
        hn::IfThenElse(hn::Gt(a, hn::Zero(kF32)), hn::Div(number(1), a), hn::Zero(kF32));
    const Colour m = mixed(b, s);
    const auto channel = [&](VF below, VF layer, VF blended) {
      const VF c = hn::Add(layer, hn::Mul(ab, hn::Sub(blended, layer)));
      return hn::Mul(hn::Add(hn::Mul(share, c), hn::Mul(rest, below)), inverse);
    };
    return {channel(b.r, s.r, m.r), channel(b.g, s.g, m.g), channel(b.b, s.b, m.b), a};
  }
};

// What an invisible layer leaves: the whole image, for operators whose Fb is then 1.
bool keeps_image(Values v) { return kFactors[static_cast<size_t>(v[kOperator])].r == 1; }

int rounded(double v) { return static_cast<int>(std::floor(v + 0.5)); }

}  // namespace

extern const Effect kBlend;
const Effect kBlend = {
    .name = "blend",
    .title = "Blend",
    .sentence = "Lays another image over the image, or the image as it was.",
    .category = "light",
    .source = "W3C Compositing and Blending Level 1; operators: Porter and Duff, 1984",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPlaced | kAlpha,
    .params = kParams,
    .example = "{ effect: 'blend', mode: 'soft-light', opacity: 0.8 }",
    .is_identity = [](Values v) { return v[kOpacity] == 0 && keeps_image(v); },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const auto mode = static_cast<Mode>(v[kMode]);
      const Blend blend = {mode, static_cast<float>(v[kOpacity]),
                           kFactors[static_cast<size_t>(v[kOperator])]};
      return LayerStage{
          .image = static_cast<uint32_t>(v[kImage]),
          .x = rounded(v[kX]),
          .y = rounded(v[kY]),
          .combine = make_combine<CombineStage::Form::kPlanar>(blend, mode >= kHue ? 9 : 5)};
    },
};

}  // namespace stopbath
