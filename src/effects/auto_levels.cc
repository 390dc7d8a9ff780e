// Auto levels:  out = clamp((in - b) / (w - b)),  b and w the levels below and above which a share
// s of the pixels lies, of each colour or of all together; in encoded values, alpha stays.
//
// A colour whose levels are all equal stays as it is.
#include <algorithm>
#include <cstring>

#include "effects/effect.h"
#include "kernels/simd.h"

namespace stopbath {
namespace {

enum { kClip, kTogether };

constexpr Param kParams[] = {
    {.name = "clip",
     .type = ParamType::kNumber,
     .unit = "%",
     .min = 0,
     .max = 20,
     .default_value = 0.1,
     .step = 0.1,
     .sentence = "Share of the pixels that may become black, and as many white."},
    {.name = "together",
     .type = ParamType::kBoolean,
     .unit = "",
     .default_value = 1,
     .step = 1,
     .sentence = "One range for the three colours, so that hues stay; otherwise casts go."},
};

struct Clip {
  double share;
  bool together;
};

struct Range {
  int black = 255;
  int white = 0;
};

// The levels beyond which at most `share` of the pixels lie.
Range range_of(const std::array<uint32_t, 256>& counts, double share) {
  double total = 0;
  for (const uint32_t count : counts) total += count;
  Range range;
  double below = 0, above = 0;
  for (int v = 0; v < 256; ++v) {
    below += counts[static_cast<size_t>(v)];
    if (below > share * total) {
      range.black = v;
      break;
    }
  }
  for (int v = 255; v >= 0; --v) {
    above += counts[static_cast<size_t>(v)];
    if (above > share * total) {
      range.white = v;
      break;
    }
  }
  return range;
}

// Gives b and 1 / (w - b) for each colour, in units of the value.
void conclude(const void* state, const LevelCounts& counts,
              std::array<float, kMostMeasured>& out) noexcept {
  Clip clip;
  std::memcpy(&clip, state, sizeof(clip));
  Range ranges[3];
  Range all;
  for (size_t c = 0; c < 3; ++c) {
    ranges[c] = range_of(counts[c], clip.share);
    all = {std::min(all.black, ranges[c].black), std::max(all.white, ranges[c].white)};
  }
  for (size_t c = 0; c < 3; ++c) {
    const Range& r = clip.together ? all : ranges[c];
    const bool flat = r.white <= r.black;
    out[2 * c] = static_cast<float>(flat ? 0 : r.black / 255.0);
    out[2 * c + 1] = static_cast<float>(flat ? 1 : 255.0 / (r.white - r.black));
  }
}

void apply(const float* concluded, const PlanarRow& row, int n) noexcept {
  const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
  float* planes[3] = {row.r, row.g, row.b};
  for (int c = 0; c < 3; ++c) {
    const VF b = hn::Set(kF32, concluded[2 * c]), scale = hn::Set(kF32, concluded[2 * c + 1]);
    for (int x = 0; x < n; x += 4) {
      const VF v = hn::Mul(hn::Sub(hn::Load(kF32, planes[c] + x), b), scale);
      hn::Store(hn::Min(hn::Max(v, zero), one), kF32, planes[c] + x);
    }
  }
}

}  // namespace

extern const Effect kAutoLevels;
const Effect kAutoLevels = {
    .name = "auto-levels",
    .title = "Auto levels",
    .sentence = "Stretches the tones that the image has over the whole range.",
    .category = "tone",
    .source = "linear histogram stretching between two percentiles",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'auto-levels', clip: 0.5 }",
    .is_identity = [](Values) { return false; },
    // Every pixel of the image counts.
    .reach = [](Values) { return 65535; },
    .lower = [](Values v, const LowerContext&) -> Stage {
      MeasuredStage stage;
      const Clip clip = {.share = v[kClip] / 100, .together = v[kTogether] != 0};
      static_assert(sizeof(clip) <= MeasuredStage::kStateBytes);
      std::memcpy(stage.state, &clip, sizeof(clip));
      stage.conclude = &conclude;
      stage.apply = &apply;
      return stage;
    },
};

}  // namespace stopbath
