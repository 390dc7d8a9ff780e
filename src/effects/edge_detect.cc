// Edges:  out = g |grad c|,  |grad c| = sqrt(gx^2 + gy^2) / 4 of the Sobel differences, per channel
// or of the luma; premultiplied, alpha stays.
#include "effects/effect.h"
#include "effects/luma.h"

namespace stopbath {
namespace {

enum { kGain, kMonochrome };

constexpr Param kParams[] = {
    {.name = "gain",
     .type = ParamType::kNumber,
     .unit = "",
     .min = 0,
     .max = 8,
     .default_value = 1,
     .step = 0.1,
     .sentence = "Brightness of the edges; 1 draws a step from black to white in white."},
    {.name = "monochrome",
     .type = ParamType::kBoolean,
     .unit = "",
     .default_value = 1,
     .step = 1,
     .sentence = "Edges of the luma in grey instead of edges of each channel."},
};

// (1 2 1) along y of the columns at +1 and -1, and the same turned.
struct Gradient {
  const PlanarWindow& w;

  template <class Pick>
  VF length(Pick pick) const {
    const VF a = pick(w.at(-1, -1)), b = pick(w.at(0, -1)), c = pick(w.at(1, -1));
    const VF d = pick(w.at(-1, 0)), f = pick(w.at(1, 0));
    const VF g = pick(w.at(-1, 1)), h = pick(w.at(0, 1)), i = pick(w.at(1, 1));
    const VF right = hn::Add(hn::Add(c, i), hn::Add(f, f));
    const VF left = hn::Add(hn::Add(a, g), hn::Add(d, d));
    const VF below = hn::Add(hn::Add(g, i), hn::Add(h, h));
    const VF above = hn::Add(hn::Add(a, c), hn::Add(b, b));
    const VF x = hn::Sub(right, left), y = hn::Sub(below, above);
    return hn::Sqrt(hn::Add(hn::Mul(x, x), hn::Mul(y, y)));
  }
};

struct ColourEdges {
  float scale;

  Colour operator()(const PlanarWindow& w, const Place&) const {
    const VF k = hn::Set(kF32, scale);
    const Gradient grad = {w};
    return {hn::Mul(k, grad.length([](const Colour& c) { return c.r; })),
            hn::Mul(k, grad.length([](const Colour& c) { return c.g; })),
            hn::Mul(k, grad.length([](const Colour& c) { return c.b; })), w.at(0, 0).a};
  }
};

struct GreyEdges {
  Luma luma;
  float scale;

  Colour operator()(const PlanarWindow& w, const Place&) const {
    const Gradient grad = {w};
    const VF edge = hn::Mul(hn::Set(kF32, scale), grad.length(luma));
    return {edge, edge, edge, w.at(0, 0).a};
  }
};

}  // namespace

extern const Effect kEdgeDetect;
const Effect kEdgeDetect = {
    .name = "edge-detect",
    .title = "Edge detection",
    .sentence = "Draws edges bright on black, by the length of the Sobel gradient.",
    .category = "detail",
    .source = "Sobel and Feldman, 1968; luma by ITU-R BT.709",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'edge-detect', gain: 2 }",
    .is_identity = [](Values) { return false; },
    .reach = [](Values) { return 1; },
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const float scale = static_cast<float>(v[kGain] / 4);
      if (v[kMonochrome] != 0) {
        return make_window<WindowStage::Form::kPremultiplied>(
            GreyEdges{luma_in(image.space), scale}, 1, 10);
      }
      return make_window<WindowStage::Form::kPremultiplied>(ColourEdges{scale}, 1, 10);
    },
};

}  // namespace stopbath
