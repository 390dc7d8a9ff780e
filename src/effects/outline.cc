// Outline:  the image over a layer of one colour, whose alpha is the image's own, dilated by a
// disc: m(p) = max over d of min(a(p + d), clamp(w + 1/2 - |d|)),  w the width of the line.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "effects/effect.h"
#include "effects/under.h"

namespace stopbath {
namespace {

enum { kWidth, kColour, kOpacity };

constexpr int kMaxWidth = 32;

constexpr Param kParams[] = {
    {.name = "width",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 0,
     .max = kMaxWidth,
     .default_value = 3,
     .step = 0.5,
     .sentence = "Width of the line; 0 leaves the image as it is.",
     .in_pixels = true},
    {.name = "color",
     .type = ParamType::kColor,
     .unit = "",
     .max = 0xffffff,
     .default_value = 0xffffff,
     .step = 1,
     .sentence = "Colour of the line."},
    {.name = "opacity",
     .type = ParamType::kNumber,
     .unit = "",
     .default_value = 1,
     .step = 0.01,
     .sentence = "Opacity of the line; 0 leaves the image as it is."},
};

int reach_of(double width) { return static_cast<int>(std::ceil(width + 0.5)) - 1; }

// The largest alphas of a disc, a row of it at a time. The pixels that count fully are a run, whose
// largest value comes from runs of half its length, and so on; those at the rim follow one by one.
struct Dilate {
  double width;

  // How much of the disc's pixel at (dx, dy) counts, fixed.
  int16_t covered(int dx, int dy) const {
    const double d = width + 0.5 - std::sqrt(static_cast<double>(dx * dx + dy * dy));
    return static_cast<int16_t>(std::clamp(d, 0.0, 1.0) * kFixedOne + 0.5);
  }

  void operator()(const WindowRows& rows, int n, int16_t* out, uint8_t* scratch) const {
    const int r = rows.reach;
    const int columns = padded_pixels(n);
    const int stride = padded_pixels(n + 2 * r) + 2 * kRowAlign;
    auto* largest = reinterpret_cast<int16_t*>(scratch);
    auto* alphas = largest + columns;
    auto* run = alphas + stride;
    std::memset(largest, 0, static_cast<size_t>(columns) * 2);
    for (int dy = -r; dy <= r; ++dy) {
      const int16_t* row = rows.fixed[r + dy] - 4 * r;
      int any = 0;
      for (int i = 0; i < n + 2 * r; ++i) any |= alphas[i] = row[4 * i + 3];
      if (any == 0) continue;
      int whole = r;
      while (whole >= 0 && covered(whole, dy) < kFixedOne) --whole;
      if (whole >= 0) add_run(alphas, run, r - whole, 2 * whole + 1, n + 2 * r, columns, largest);
      for (int dx = whole + 1; dx <= r; ++dx) {
        const int16_t weight = covered(dx, dy);
        if (weight == 0) break;
        add(alphas + r - dx, weight, columns, largest);
        add(alphas + r + dx, weight, columns, largest);
      }
    }
    for (int i = 0; i < n; ++i) {
      std::memset(out + 4 * i, 0, 6);
      out[4 * i + 3] = largest[i];
    }
  }

 private:
  static void add(const int16_t* alphas, int16_t weight, int n, int16_t* largest) {
    const VI16 most = hn::Set(kI16, weight);
    for (int i = 0; i < n; i += 8) {
      const VI16 a = hn::Min(hn::LoadU(kI16, alphas + i), most);
      hn::StoreU(hn::Max(hn::LoadU(kI16, largest + i), a), kI16, largest + i);
    }
  }
  // The largest of `length` alphas from i + first on.
  static void add_run(const int16_t* alphas, int16_t* run, int first, int length, int all, int n,
                      int16_t* largest) {
    std::memcpy(run, alphas, static_cast<size_t>(all) * 2);
    int have = 1;
    for (; 2 * have <= length; have *= 2) {
      for (int i = 0; i + have < all; i += 8) {
        const VI16 v = hn::Max(hn::LoadU(kI16, run + i), hn::LoadU(kI16, run + i + have));
        hn::StoreU(v, kI16, run + i);
      }
    }
    add(run + first, kFixedOne, n, largest);
    add(run + first + length - have, kFixedOne, n, largest);
  }
};

}  // namespace

extern const Effect kOutline;
const Effect kOutline = {
    .name = "outline",
    .title = "Outline",
    .sentence = "Draws a line around what is opaque, on transparent ground.",
    .category = "stylise",
    .source = "grey dilation by a disc, Haralick, Sternberg and Zhuang, 1987",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'outline', width: 4, color: '#ffcc00' }",
    .is_identity = [](Values v) { return v[kWidth] == 0 || v[kOpacity] == 0; },
    .reach = [](Values v) { return reach_of(v[kWidth]); },
    .lower = [](Values v, const LowerContext&) -> Stage {
      const int reach = reach_of(v[kWidth]);
      MixedStage mixed;
      mixed.filters.push_back(make_window<WindowStage::Form::kFixed>(
          Dilate{.width = v[kWidth]}, reach, 1 + (2 * reach + 1) * 2.0, 8));
      mixed.combine = make_combine<CombineStage::Form::kPremultiplied>(
          under_with(v[kColour], v[kOpacity]), 1.0);
      return mixed;
    },
};

}  // namespace stopbath
