// The transfer curves of IEC 61966-2-1 in every colour channel.
#include "kernels/transfer.h"

#include "kernels/curves.h"

namespace stopbath {
namespace {

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

}  // namespace

PointStage decode_stage() { return make_point(DecodeSrgb{}, PointStage::kCurvedNs); }
PointStage encode_stage() { return make_point(EncodeSrgb{}, PointStage::kCurvedNs); }

}  // namespace stopbath
