// Palette:  each pixel becomes the nearest of up to 64 colours, by the squared distance of encoded
// values; the share s of what that is off goes to the pixels that come next. Alpha stays.
#include <memory>

#include "effects/effect.h"
#include "kernels/sweep.h"

namespace stopbath {
namespace {

enum { kColors, kDiffusion };

constexpr int kMostColors = 64;
constexpr int kDistanceBits = 4;  // of a fixed value that distances leave out
constexpr double kUsual[] = {0x000000, 0xffffff, 0xd62828, 0xf7b801, 0x2a9d8f, 0x1d3557};

constexpr Param kParams[] = {
    colors_param("colors", kUsual, 1, kMostColors,
                 "The colours that the result has; the first of equally near ones is taken."),
    {.name = "diffusion",
     .type = ParamType::kNumber,
     .unit = "",
     .default_value = 0.8,
     .step = 0.05,
     .sentence = "Share of the error that is passed on; 0 gives even areas."},
};

struct Colours {
  int groups = 0;                       // of four
  int32_t coarse[3][kMostColors] = {};  // for distances
  int32_t fixed[kMostColors][4] = {};
};

struct NearestColour {
  const Colours* colours;
  int32_t share;  // of 256

  VI32 operator()(VI32 v) const {
    int32_t pixel[4];
    hn::StoreU(v, kI32, pixel);
    const auto place = [&](int c) { return hn::Set(kI32, pixel[c] >> kDistanceBits); };
    const VI32 r = place(0), g = place(1), b = place(2);
    VI32 least = hn::Set(kI32, INT32_MAX), nearest = hn::Zero(kI32);
    VI32 index = hn::Iota(kI32, 0);
    for (int k = 0; k < 4 * colours->groups; k += 4, index = hn::Add(index, hn::Set(kI32, 4))) {
      const auto square = [&](VI32 x, int c) {
        const VI32 d = hn::Sub(x, hn::LoadU(kI32, colours->coarse[c] + k));
        return hn::Mul(d, d);
      };
      const VI32 distance = hn::Add(square(r, 0), hn::Add(square(g, 1), square(b, 2)));
      const auto nearer = hn::Lt(distance, least);
      least = hn::IfThenElse(nearer, distance, least);
      nearest = hn::IfThenElse(nearer, index, nearest);
    }
    int32_t distances[4], indices[4];
    hn::StoreU(least, kI32, distances);
    hn::StoreU(nearest, kI32, indices);
    int best = 0;
    for (int lane = 1; lane < 4; ++lane) {
      const bool equal = distances[lane] == distances[best] && indices[lane] < indices[best];
      if (distances[lane] < distances[best] || equal) best = lane;
    }
    return hn::LoadU(kI32, colours->fixed[indices[best]]);
  }
  VI32 carried(VI32 error) const { return hn::ShiftRight<8>(hn::Mul(error, hn::Set(kI32, share))); }
};

}  // namespace

extern const Effect kPalette;
const Effect kPalette = {
    .name = "palette",
    .title = "Palette",
    .sentence = "Paints the image with a few colours of your own.",
    .category = "stylise",
    .source = "nearest colour; error diffusion after Floyd and Steinberg, 1976",
    .space = WorkingSpace::kEncoded,
    .traits = kSequential,
    .params = kParams,
    .example = "{ effect: 'palette', colors: ['#1d3557', '#f1faee', '#e63946'], diffusion: 0.8 }",
    .is_identity = [](Values) { return false; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const auto list = list_of(v, kColors);
      const auto colours = std::make_shared<Colours>();
      const int count = static_cast<int>(list.size());
      colours->groups = (count + 3) / 4;
      for (int k = 0; k < 4 * colours->groups; ++k) {
        // What fills the last group is as near as the last colour, but comes later.
        const int bits = static_cast<int>(list[static_cast<size_t>(k < count ? k : count - 1)]);
        for (int c = 0; c < 3; ++c) {
          const int fixed = (bits >> (16 - 8 * c) & 255) * kFixedLevel;
          colours->fixed[k][c] = fixed;
          colours->coarse[c][k] = fixed >> kDistanceBits;
        }
        colours->fixed[k][3] = kFixedOne;
      }
      const NearestColour nearest = {.colours = colours.get(),
                                     .share = static_cast<int32_t>(v[kDiffusion] * 256 + 0.5)};
      return make_sweep(nearest, 14 + 3.0 * colours->groups, colours);
    },
};

}  // namespace stopbath
