// Sharpen:  out = c + k (c - m),  m the mean of the four nearest neighbours, premultiplied.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    {.name = "amount",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 4,
     .default_value = 0.5,
     .step = 0.05,
     .sentence = "Strength; 0 leaves the image as it is."},
};

struct Sharpen {
  float k;

  Colour operator()(const PlanarWindow& w, const Place&) const {
    const Colour c = w.at(0, 0), n = w.at(0, -1), s = w.at(0, 1), e = w.at(1, 0), o = w.at(-1, 0);
    const VF centre = hn::Set(kF32, 1 + k), around = hn::Set(kF32, -k / 4);
    const auto sharp = [&](VF c0, VF n0, VF s0, VF e0, VF o0) {
      const VF sum = hn::Add(hn::Add(n0, s0), hn::Add(e0, o0));
      return hn::Add(hn::Mul(centre, c0), hn::Mul(around, sum));
    };
    return {sharp(c.r, n.r, s.r, e.r, o.r), sharp(c.g, n.g, s.g, e.g, o.g),
            sharp(c.b, n.b, s.b, e.b, o.b), sharp(c.a, n.a, s.a, e.a, o.a)};
  }
};

}  // namespace

extern const Effect kSharpen;
const Effect kSharpen = {
    .name = "sharpen",
    .title = "Sharpen",
    .sentence = "Strengthens the finest detail, with a filter of 3 x 3 pixels.",
    .category = "detail",
    .source = "discrete Laplacian of four neighbours",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'sharpen', amount: 0.8 }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = [](Values) { return 1; },
    .lower = [](Values v, const LowerContext&) -> Stage {
      return make_window<WindowStage::Form::kPremultiplied>(
          Sharpen{.k = static_cast<float>(v[kAmount])}, 1, 4);
    },
};

}  // namespace stopbath
