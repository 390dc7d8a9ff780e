// Resize:  out(x) = sum over j of k((j + 0.5 - c(x)) / s) in(j) / norm,  c(x) = (x + 0.5) r,  s =
// max(r, 1), along x and along y; r source pixels per result pixel, k the filter.
//
// Mixes premultiplied values, in linear light by default: a fine pattern keeps its brightness.
#include <algorithm>
#include <cmath>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kWidth, kHeight, kFit, kFilter, kMixing };
enum Fit { kInside, kCover, kFill };

constexpr std::string_view kFits[] = {"inside", "cover", "fill"};
constexpr std::string_view kFilters[] = {"nearest", "linear", "mitchell", "lanczos3"};
constexpr std::string_view kMixings[] = {"linear-light", "encoded"};

constexpr double kTrials[] = {0, 24, 150};

constexpr Param kParams[] = {
    pixels_param("width", 0, kTrials,
                 "Width of the result; 0 follows the height and the image's proportions."),
    pixels_param("height", 0, kTrials,
                 "Height of the result; 0 follows the width and the image's proportions."),
    choice_param(
        "fit", kFits, kInside,
        "With both sides given: the whole image inside them, the middle of the image that covers "
        "them, or the image stretched to them."),
    choice_param(
        "filter", kFilters, 3,
        "The filter between pixels; all but nearest are widened where the image gets smaller."),
    choice_param(
        "mixing", kMixings, 0,
        "Whether light or encoded values are mixed; light keeps the brightness of fine patterns."),
};

int rounded(double side) { return std::max(1, static_cast<int>(std::floor(side + 0.5))); }

ResizeStage resize_of(Values v, Size image) {
  const double w = image.width, h = image.height;
  double x = v[kWidth] / w, y = v[kHeight] / h;  // scales
  if (x == 0) x = y;
  if (y == 0) y = x;
  const auto fit = static_cast<Fit>(v[kFit]);
  if (fit == kInside) x = y = std::min(x, y);
  if (fit == kCover) x = y = std::max(x, y);
  // A given side is met exactly.
  const auto side = [](double given, double scaled) {
    const double kept = std::fabs(given - scaled) < 0.5 ? given : scaled;
    return static_cast<int>(std::min(rounded(kept) * 1.0, 1e6));
  };
  ResizeStage stage;
  stage.size = {side(v[kWidth], w * x), side(v[kHeight], h * y)};
  stage.window = {0, 0, stage.size.width, stage.size.height};
  if (fit == kCover && v[kWidth] > 0 && v[kHeight] > 0) {
    const int width = static_cast<int>(v[kWidth]), height = static_cast<int>(v[kHeight]);
    const int x0 = (stage.size.width - width) / 2, y0 = (stage.size.height - height) / 2;
    stage.window = {x0, y0, x0 + width, y0 + height};
  }
  stage.filter = static_cast<ResampleFilter>(static_cast<int>(v[kFilter]));
  stage.linear_light = v[kMixing] == 0;
  return stage;
}

}  // namespace

extern const Effect kResize;
const Effect kResize = {
    .name = "resize",
    .title = "Resize",
    .sentence = "Makes the image smaller or larger.",
    .category = "geometry",
    .source = "Duchon, 1979 (Lanczos); Mitchell and Netravali, 1988; linear light by IEC 61966-2-1",
    .space = WorkingSpace::kEncoded,
    .traits = kGeometry,
    .params = kParams,
    .example = "{ effect: 'resize', width: 1920 }",
    .is_identity = [](Values v) { return v[kWidth] == 0 && v[kHeight] == 0; },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext& image) -> Stage {
      return resize_of(v, {image.width, image.height});
    },
};

}  // namespace stopbath
