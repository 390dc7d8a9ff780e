// Pixelate:  out(p) = mean of in over the cell of p; cell k of an axis is round(k s) <= x <
// round((k + 1) s).
//
// Means of premultiplied light; a cell that the edge of the image cuts is the mean of what there
// is.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kSize };

constexpr Param kParams[] = {
    {.name = "size",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 1,
     .max = 64,
     .default_value = 12,
     .step = 1,
     .sentence = "Side of a cell; 1 leaves the image as it is.",
     .in_pixels = true},
};

// The cell of a pixel along one axis of `side` pixels.
struct Cell {
  int begin;
  int end;

  Cell(double size, int pixel, int side) {
    auto k = static_cast<int>(pixel / size);
    while (edge(size, k) > pixel) --k;
    while (edge(size, k + 1) <= pixel) ++k;
    begin = edge(size, k);
    end = std::min(edge(size, k + 1), side);
  }
  static int edge(double size, int k) { return static_cast<int>(std::floor(k * size + 0.5)); }
};

struct Pixelate {
  double size;
  int width;
  int height;
};

void run_pixelate(const void* state, const WindowRows& rows, int n, int x0, int y, const PlanarRow&,
                  int16_t* out, uint8_t*) noexcept {
  Pixelate p;
  std::memcpy(&p, state, sizeof(p));
  const Cell high(p.size, y, p.height);
  for (int x = x0; x < x0 + n;) {
    const Cell wide(p.size, x, p.width);
    VI32 sum = hn::Zero(kI32);
    for (int row = high.begin; row < high.end; ++row) {
      const int16_t* pixels = rows.fixed[rows.reach + row - y] + ptrdiff_t{wide.begin - x0} * 4;
      for (int i = 0; i < wide.end - wide.begin; ++i) {
        sum = hn::Add(sum, hn::PromoteTo(kI32, hn::LoadU(kI16Half, pixels + 4 * i)));
      }
    }
    alignas(16) int32_t total[4];
    hn::Store(sum, kI32, total);
    const int count = (high.end - high.begin) * (wide.end - wide.begin);
    int16_t mean[4];
    for (int c = 0; c < 4; ++c) mean[c] = static_cast<int16_t>((total[c] + count / 2) / count);
    for (const int end = std::min(wide.end, x0 + n); x < end; ++x) {
      std::memcpy(out + ptrdiff_t{x - x0} * 4, mean, sizeof(mean));
    }
  }
}

}  // namespace

extern const Effect kPixelate;
const Effect kPixelate = {
    .name = "pixelate",
    .title = "Pixelate",
    .sentence = "Shows the image as a mosaic of square cells.",
    .category = "stylise",
    .source = "means over cells; linear light by IEC 61966-2-1",
    .space = WorkingSpace::kLinear,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'pixelate', size: 16 }",
    .is_identity = [](Values v) { return v[kSize] <= 1; },
    .reach = [](Values v) { return v[kSize] <= 1 ? 0 : static_cast<int>(std::ceil(v[kSize])); },
    .lower = [](Values v, const LowerContext& level) -> Stage {
      const Pixelate pixelate = {v[kSize], level.width, level.height};
      WindowStage stage;
      stage.form = WindowStage::Form::kFixed;
      stage.reach = static_cast<int>(std::ceil(v[kSize]));
      stage.ns = 1 + 0.4 * v[kSize];
      stage.run = &run_pixelate;
      std::memcpy(stage.state, &pixelate, sizeof(pixelate));
      return stage;
    },
};

}  // namespace stopbath
