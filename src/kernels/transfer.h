// Changes of working space as point stages: from encoded sRGB to linear light and back.
#ifndef STOPBATH_KERNELS_TRANSFER_H_
#define STOPBATH_KERNELS_TRANSFER_H_

#include "kernels/curves.h"
#include "kernels/point.h"

namespace stopbath {

struct DecodeSrgb {
  void operator()(Colour& c, const Place&) const {
    c.r = srgb_to_linear(c.r);
    c.g = srgb_to_linear(c.g);
    c.b = srgb_to_linear(c.b);
  }
};

struct EncodeSrgb {
  void operator()(Colour& c, const Place&) const {
    c.r = linear_to_srgb(c.r);
    c.g = linear_to_srgb(c.g);
    c.b = linear_to_srgb(c.b);
  }
};

inline PointStage decode_stage() { return make_point(DecodeSrgb{}, PointStage::kCurvedNs); }
inline PointStage encode_stage() { return make_point(EncodeSrgb{}, PointStage::kCurvedNs); }

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_TRANSFER_H_
