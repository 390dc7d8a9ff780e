// Chroma key:  alpha' = alpha f((d - t) / w),  f(x) = x^2 (3 - 2 x) of x in 0..1,  d the distance
// of Cb, Cr from the key's, in encoded values.
//
// Spill: of the part of (Cb, Cr) that points along the key's, the share p is taken away; luma
// stays.
#include <cmath>

#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kKey, kTolerance, kSoftness, kSpill };

constexpr Param kParams[] = {
    color_param("key", 0x00b140, "Colour of the ground that becomes transparent."),
    share_param("tolerance", 0.12, "Distance up to which a colour counts as the key."),
    number_param("softness", "", 0.01, 1, 0.1, 0.01,
                 "Width of the transition to opaque, as a distance of colours."),
    share_param("spill", 0.5, "Share of the key's tint that is taken out of what remains."),
};

// Cb = (b - y) / blue, Cr = (r - y) / red, each from -1/2 to 1/2: by 1.8556 and 1.5748 in ITU-R
// BT.709.
struct Scales {
  double blue, red;
};
constexpr Scales scales_of(const LumaWeights& w) { return {2 * (1 - w[2]), 2 * (1 - w[0])}; }

struct ChromaKey {
  static constexpr bool kWritesAlpha = true;
  Luma luma;
  float per_green;  // 1 / luma.g
  float blue_scale, red_scale;
  float per_blue, per_red;
  float cb, cr;  // of the key
  float ux, uy;  // its direction, length 1; 0 for a grey key
  float tolerance, w_inverse, spill;

  void operator()(Colour& c, const Place&) const {
    const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
    const VF y = luma(c);
    VF b = hn::Mul(hn::Sub(c.b, y), hn::Set(kF32, per_blue));
    VF r = hn::Mul(hn::Sub(c.r, y), hn::Set(kF32, per_red));
    const VF db = hn::Sub(b, hn::Set(kF32, cb)), dr = hn::Sub(r, hn::Set(kF32, cr));
    const VF d = hn::Sqrt(hn::Add(hn::Mul(db, db), hn::Mul(dr, dr)));
    const VF ramp = hn::Mul(hn::Sub(d, hn::Set(kF32, tolerance)), hn::Set(kF32, w_inverse));
    const VF t = hn::Min(hn::Max(ramp, zero), one);
    c.a = hn::Mul(c.a, hn::Mul(hn::Mul(t, t), hn::Sub(hn::Set(kF32, 3.0f), hn::Add(t, t))));
    const VF x = hn::Set(kF32, ux), z = hn::Set(kF32, uy);
    const VF along = hn::Max(hn::Add(hn::Mul(b, x), hn::Mul(r, z)), zero);
    const VF taken = hn::Mul(along, hn::Set(kF32, spill));
    b = hn::Sub(b, hn::Mul(taken, x));
    r = hn::Sub(r, hn::Mul(taken, z));
    c.r = hn::Add(y, hn::Mul(r, hn::Set(kF32, red_scale)));
    c.b = hn::Add(y, hn::Mul(b, hn::Set(kF32, blue_scale)));
    const VF green = hn::Sub(
        y, hn::Add(hn::Mul(c.r, hn::Set(kF32, luma.r)), hn::Mul(c.b, hn::Set(kF32, luma.b))));
    c.g = hn::Mul(green, hn::Set(kF32, per_green));
  }
};

}  // namespace

extern const Effect kChromaKey;
const Effect kChromaKey = {
    .name = "chroma-key",
    .title = "Chroma key",
    .sentence = "Makes a ground of one colour transparent, and takes its tint out of the rest.",
    .category = "colour",
    .source = "distance in Cb and Cr of ITU-R BT.709, smoothstep transition",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kAlpha,
    .params = kParams,
    .example = "{ effect: 'chroma-key', key: '#00b140', tolerance: 0.15 }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const double r = channel_of(v[kKey], 0), g = channel_of(v[kKey], 1);
      const double b = channel_of(v[kKey], 2);
      const LumaWeights w = luma_weights(image.space);
      const Scales scales = scales_of(w);
      const double y = w[0] * r + w[1] * g + w[2] * b;
      const double cb = (b - y) / scales.blue, cr = (r - y) / scales.red;
      const double length = std::sqrt(cb * cb + cr * cr);
      const double scale = length > 1e-6 ? 1 / length : 0;
      return make_point(ChromaKey{.luma = luma_in(image.space),
                                  .per_green = static_cast<float>(1 / w[1]),
                                  .blue_scale = static_cast<float>(scales.blue),
                                  .red_scale = static_cast<float>(scales.red),
                                  .per_blue = static_cast<float>(1 / scales.blue),
                                  .per_red = static_cast<float>(1 / scales.red),
                                  .cb = static_cast<float>(cb),
                                  .cr = static_cast<float>(cr),
                                  .ux = static_cast<float>(cb * scale),
                                  .uy = static_cast<float>(cr * scale),
                                  .tolerance = static_cast<float>(v[kTolerance]),
                                  .w_inverse = static_cast<float>(1 / v[kSoftness]),
                                  .spill = static_cast<float>(v[kSpill])},
                        PointStage::kCurvedNs);
    },
};

}  // namespace stopbath
