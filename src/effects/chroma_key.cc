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

// ITU-R BT.709: Cb = (b - y) / 1.8556, Cr = (r - y) / 1.5748.
constexpr double kBlueScale = 1.8556, kRedScale = 1.5748;

struct ChromaKey {
  static constexpr bool kWritesAlpha = true;
  float cb, cr;  // of the key
  float ux, uy;  // its direction, length 1; 0 for a grey key
  float tolerance, w_inverse, spill;

  void operator()(Colour& c, const Place&) const {
    const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
    const VF y = luma_of(c);
    VF b = hn::Mul(hn::Sub(c.b, y), hn::Set(kF32, static_cast<float>(1 / kBlueScale)));
    VF r = hn::Mul(hn::Sub(c.r, y), hn::Set(kF32, static_cast<float>(1 / kRedScale)));
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
    c.r = hn::Add(y, hn::Mul(r, hn::Set(kF32, static_cast<float>(kRedScale))));
    c.b = hn::Add(y, hn::Mul(b, hn::Set(kF32, static_cast<float>(kBlueScale))));
    const VF green = hn::Sub(
        y, hn::Add(hn::Mul(c.r, hn::Set(kF32, 0.2126f)), hn::Mul(c.b, hn::Set(kF32, 0.0722f))));
    c.g = hn::Mul(green, hn::Set(kF32, static_cast<float>(1 / 0.7152)));
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
    .lower = [](Values v, const LowerContext&) -> Stage {
      const double r = channel_of(v[kKey], 0), g = channel_of(v[kKey], 1);
      const double b = channel_of(v[kKey], 2);
      const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const double cb = (b - y) / kBlueScale, cr = (r - y) / kRedScale;
      const double length = std::sqrt(cb * cb + cr * cr);
      const double scale = length > 1e-6 ? 1 / length : 0;
      return make_point(ChromaKey{.cb = static_cast<float>(cb),
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
