// A layer of one colour under an image:  out = c + (1 - a) m q,  a the image's alpha, m the alpha
// of the layer, q its colour and opacity; all premultiplied, in fixed form.
#ifndef STOPBATH_EFFECTS_UNDER_H_
#define STOPBATH_EFFECTS_UNDER_H_

#include "effects/fixed_alpha.h"

namespace stopbath {

struct Under {
  int16_t colour[8];  // of two pixels, in units of 1/32768

  VI16 operator()(VI16 c, VI16 m) const {
    const VI16 layer = hn::MulFixedPoint15(alphas_of(m), hn::LoadU(kI16, colour));
    return hn::Add(c, hn::Sub(layer, hn::MulFixedPoint15(layer, as_factor(alphas_of(c)))));
  }
};

// `rgb` is 0xRRGGBB, `opacity` 0..1.
inline Under under_with(double rgb, double opacity) {
  const int bits = static_cast<int>(rgb);
  const int levels[4] = {bits >> 16, bits >> 8 & 255, bits & 255, 255};
  Under under;
  for (int i = 0; i < 8; ++i) {
    const double share = levels[i % 4] / 255.0 * opacity * 32768 + 0.5;
    under.colour[i] = static_cast<int16_t>(share > 32767 ? 32767 : share);
  }
  return under;
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_UNDER_H_
