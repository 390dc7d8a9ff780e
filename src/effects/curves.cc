// Curves:  out = C(C_channel(in)),  each C a smooth curve through its points, in encoded values.
//
// Between two points a cubic with the slopes of Fritsch and Carlson: the curve rises where the
// points rise and never overshoots them. Left of the first point and right of the last it is level.
#include "kernels/curve_points.h"

#include <memory>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kPoints, kRed, kGreen, kBlue };

constexpr double kDiagonal[] = {0, 0, 1, 1};

constexpr Param curve_param(std::string_view name, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kCurve,
          .unit = "",
          .min = 0,
          .max = 1,
          .default_value = 0,
          .step = 0.01,
          .sentence = sentence,
          .default_list = kDiagonal,
          .least_length = 4,
          .most_length = 2 * kMaxCurvePoints};
}

constexpr Param kParams[] = {
    curve_param("points",
                "Points of the curve for all channels; it follows those of the channels."),
    curve_param("red", "Points of the curve for red alone."),
    curve_param("green", "Points of the curve for green alone."),
    curve_param("blue", "Points of the curve for blue alone."),
};

bool is_diagonal(std::span<const double> points) {
  for (size_t i = 0; i < points.size(); i += 2) {
    if (points[i] != points[i + 1]) return false;
  }
  return points[0] == 0 && points[points.size() - 2] == 1;
}

struct Curves {
  const SmoothCurve* curves;  // of all channels, red, green, blue

  void operator()(Colour& c, const Place&) const {
    c.r = curves[kPoints](curves[kRed](c.r));
    c.g = curves[kPoints](curves[kGreen](c.g));
    c.b = curves[kPoints](curves[kBlue](c.b));
  }
};

constexpr double kNs = 40;  // 15 pieces, twice, in three channels

}  // namespace

extern const Effect kCurves;
const Effect kCurves = {
    .name = "curves",
    .title = "Curves",
    .sentence = "Changes tones by curves through points, for all channels and for each.",
    .category = "tone",
    .source = "Fritsch and Carlson, Monotone Piecewise Cubic Interpolation, 1980",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kPerChannel,
    .params = kParams,
    .example = "{ effect: 'curves', points: [[0, 0], [0.25, 0.2], [0.75, 0.8], [1, 1]] }",
    .is_identity =
        [](Values v) {
          bool all = true;
          for (const size_t i : {kPoints, kRed, kGreen, kBlue}) all &= is_diagonal(list_of(v, i));
          return all;
        },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const std::shared_ptr<SmoothCurve[]> curves(new SmoothCurve[4]);
      for (const size_t i : {kPoints, kRed, kGreen, kBlue}) {
        curves[i] = smooth_curve(list_of(v, i));
      }
      return make_point(Curves{curves.get()}, kNs,
                        std::shared_ptr<const void>(curves, curves.get()));
    },
};

}  // namespace stopbath
