// Sepia:  out = in + a (S in - in),  S the matrix of the standard, in encoded values.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kAmount };

constexpr Param kParams[] = {
    share_param("amount", 1, "0 leaves the image as it is, 1 is all sepia."),
};

}  // namespace

extern const Effect kSepia;
const Effect kSepia = {
    .name = "sepia",
    .title = "Sepia",
    .sentence = "Tones the image brown, as an old print.",
    .category = "colour",
    .source = "W3C Filter Effects Module Level 1, sepia()",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'sepia', amount: 0.8 }",
    .is_identity = [](Values v) { return v[kAmount] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      constexpr ColourMatrix kSepiaTone = {
          {{{0.393, 0.769, 0.189, 0}, {0.349, 0.686, 0.168, 0}, {0.272, 0.534, 0.131, 0}}}};
      return mixed(kSepiaTone, v[kAmount]);
    },
};

}  // namespace stopbath
