// Motion blur:  out(p) = the mean of in(p + t u) over -L/2 <= t <= L/2,  u the direction of motion.
//
// The line is sampled at every column (or every row, when it is steeper): between the two nearest
// pixels of the column by linear interpolation, at both ends by the part that the line covers.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/exact_math.h"
#include "effects/effect.h"
#include "kernels/filter_rows.h"

namespace stopbath {
namespace {

enum { kLength, kAngle };

constexpr Param kParams[] = {
    {.name = "length",
     .type = ParamType::kNumber,
     .unit = "px",
     .min = 0,
     .max = 100,
     .default_value = 12,
     .step = 1,
     .sentence = "Length of the motion; up to 1 leaves the image as it is.",
     .in_pixels = true},
    {.name = "angle",
     .type = ParamType::kNumber,
     .unit = "degrees",
     .min = -180,
     .max = 180,
     .default_value = 0,
     .step = 1,
     .sentence = "Direction of the motion; 0 is along a row, 90 along a column."},
};

struct MotionBlur {
  bool steep;    // sampled along y
  double half;   // length along the sampled axis, halved
  double slope;  // of the other axis per pixel of the sampled one, -1..1

  int reach() const { return static_cast<int>(half + 0.5); }

  void operator()(const WindowRows& rows, int n, int16_t* out, uint8_t*) const {
    struct Tap {
      const int16_t* first;
      const int16_t* second;
      VI16 weights;
    } taps[2 * kMaxWindowReach + 1];
    const int r = reach();
    const auto covered = [&](int i) { return std::fmin(1.0, half - std::abs(i) + 0.5); };
    double total = 0;
    for (int i = -r; i <= r; ++i) total += covered(i);
    double sum = 0;
    int given = 0;
    for (int i = -r; i <= r; ++i) {
      sum += covered(i);
      const int weight = static_cast<int>(sum / total * kWeightOne + 0.5) - given;
      given += weight;
      const double across = i * slope;
      const int low = static_cast<int>(std::floor(across));
      const int second = static_cast<int>((across - low) * weight + 0.5);
      const int high = second > 0 ? low + 1 : low;
      const auto at = [&](int other) {
        return steep ? rows.fixed[rows.reach + i] + 4 * other
                     : rows.fixed[rows.reach + other] + 4 * i;
      };
      taps[i + r] = {at(low), at(high),
                     weight_pair(static_cast<int16_t>(std::min(weight - second, kWeightOne - 1)),
                                 static_cast<int16_t>(second))};
    }
    const VI32 rounding = hn::Set(kI32, kWeightOne / 2);
    for (int i = 0; i < 4 * n; i += 8) {
      VI32 low = rounding, high = rounding;
      for (int k = 0; k <= 2 * r; ++k) {
        const VI16 a = hn::LoadU(kI16, taps[k].first + i), b = hn::LoadU(kI16, taps[k].second + i);
        low = dot2(hn::InterleaveLower(kI16, a, b), taps[k].weights, low);
        high = dot2(hn::InterleaveUpper(kI16, a, b), taps[k].weights, high);
      }
      hn::StoreU(pack(hn::ShiftRight<15>(low), hn::ShiftRight<15>(high)), kI16, out + i);
    }
  }
};

MotionBlur blur_of(Values v) {
  const double x = exact_cos_degrees(v[kAngle]), y = exact_sin_degrees(v[kAngle]);
  const bool steep = std::fabs(y) > std::fabs(x);
  return {.steep = steep,
          .half = v[kLength] / 2 * std::fabs(steep ? y : x),
          .slope = steep ? x / y : y / x};
}

}  // namespace

extern const Effect kMotionBlur;
const Effect kMotionBlur = {
    .name = "motion-blur",
    .title = "Motion blur",
    .sentence = "Smears the image along a line, as a moving camera does.",
    .category = "detail",
    .source = "box filter along a line, linear interpolation across it",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'motion-blur', length: 20, angle: 30 }",
    .is_identity = [](Values v) { return blur_of(v).half <= 0.5; },
    .reach = [](Values v) { return blur_of(v).reach(); },
    .lower = [](Values v, const LowerContext&) -> Stage {
      const MotionBlur blur = blur_of(v);
      const int reach = blur.reach();
      return make_window<WindowStage::Form::kFixed>(blur, reach, 1.5 + reach * 2.0);
    },
};

}  // namespace stopbath
