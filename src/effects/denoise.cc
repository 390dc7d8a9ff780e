// Denoise by a guided filter whose guide is the image itself, with one slope for the three colours:
//   a = V / (V + 3 s^2),  b = (1 - a) mean(c)      V the sum of the colours' variances in a square
//   out = mean(a) c + mean(b)                      means over the squares that hold the pixel
// Where the colours vary less than the noise, s levels, it is the mean; at edges a is near 1 and
// the pixel stays. Premultiplied; alpha stays, and its variance counts 64 times, so that nothing
// dark comes in from transparent ground.
#include <algorithm>

#include "effects/effect.h"
#include "effects/fixed_alpha.h"

namespace stopbath {
namespace {

enum { kStrength, kRadius };

constexpr int kMaxRadius = 4;  // sums of columns of 9 eighths of levels fit 16 bits

constexpr Param kParams[] = {
    {.name = "strength",
     .type = ParamType::kNumber,
     .unit = "levels",
     .min = 0,
     .max = 64,
     .default_value = 8,
     .step = 0.5,
     .sentence = "Standard deviation of the noise; 0 leaves the image as it is."},
    {.name = "radius",
     .type = ParamType::kInteger,
     .unit = "px",
     .min = 1,
     .max = kMaxRadius,
     .default_value = 3,
     .step = 1,
     .sentence = "Half the side of the squares, without their centre.",
     .in_pixels = true},
};

// Gives (1 - a) mean(c) as colour and a as alpha. Sums are of eighths of levels: exact for bytes.
struct Slopes {
  int r;
  float noise;  // 3 s^2, in those units

  static constexpr float kAlphaWeight = 64;
  static constexpr float kAlphaSlack = 2;  // the mean of squares is rounded to less than this

  void operator()(const WindowRows& rows, int n, int16_t* out, uint8_t* scratch) const {
    const int width = padded_pixels(n + 2 * r);
    auto* means = reinterpret_cast<float*>(scratch);  // four a pixel
    auto* squares = means + 4 * padded_pixels(n);     // of the colours, and of alpha
    auto* alpha_squares = squares + padded_pixels(n);
    auto* column_squares = reinterpret_cast<int32_t*>(alpha_squares + padded_pixels(n));
    auto* columns = reinterpret_cast<int16_t*>(column_squares + 2 * width);
    sum_columns(rows, width, columns, column_squares);
    average(columns, column_squares, n, means, squares, alpha_squares);
    const VF one = hn::Set(kF32, 1.0f), zero = hn::Zero(kF32), top = hn::Set(kF32, kFixedOne);
    for (int x = 0; x < n; x += 4) {
      VF red, green, blue, alpha;
      hn::LoadInterleaved4(kF32, means + 4 * x, red, green, blue, alpha);
      const VF of_means =
          hn::Add(hn::Mul(red, red), hn::Add(hn::Mul(green, green), hn::Mul(blue, blue)));
      const VF of_alpha = hn::Sub(hn::LoadU(kF32, alpha_squares + x), hn::Mul(alpha, alpha));
      const VF edge = hn::Max(hn::Sub(of_alpha, hn::Set(kF32, kAlphaSlack)), zero);
      const VF v = hn::Add(hn::Max(hn::Sub(hn::LoadU(kF32, squares + x), of_means), zero),
                           hn::Mul(edge, hn::Set(kF32, kAlphaWeight)));
      const VF a = hn::Div(v, hn::Add(v, hn::Set(kF32, noise)));
      const VF rest = hn::Mul(hn::Sub(one, a), hn::Set(kF32, 8.0f));
      const auto fixed = [&](VF value) {
        return hn::DemoteTo(kI16Half, round_small(hn::Min(value, top)));
      };
      hn::StoreInterleaved4(fixed(hn::Mul(red, rest)), fixed(hn::Mul(green, rest)),
                            fixed(hn::Mul(blue, rest)), fixed(hn::Mul(a, top)), kI16Half,
                            out + 4 * x);
    }
  }

 private:
  void sum_columns(const WindowRows& rows, int width, int16_t* sums, int32_t* squares) const {
    const VI16 colours =
        hn::BitCast(kI16, hn::Set(hn::FixedTag<uint64_t, 2>(), 0x0000ffffffffffffu));
    const VI16 half = hn::Set(kI16, 4);
    for (int i = 0; i < 4 * width; i += 8) {
      VI16 sum = hn::Zero(kI16);
      VI32 colour = hn::Zero(kI32), alpha = colour;
      for (int k = 0; k <= 2 * r; ++k) {
        const VI16 v = hn::LoadU(kI16, rows.fixed[k] - 4 * r + i);
        const VI16 q = hn::ShiftRight<3>(hn::Add(v, half));
        sum = hn::Add(sum, q);
        colour = dot2(hn::And(q, colours), q, colour);
        alpha = dot2(hn::AndNot(colours, q), q, alpha);
      }
      hn::StoreU(sum, kI16, sums + i);
      // Red and green, blue: added up in the even places. Alpha is in the odd ones.
      const VI32 all = hn::Add(colour, hn::Shuffle2301(colour));
      hn::StoreU(hn::OddEven(alpha, all), kI32, squares + i / 2);
    }
  }
  void average(const int16_t* sums, const int32_t* squares, int n, float* means,
               float* colour_squares, float* alpha_squares) const {
    const float inverse = 1.0f / static_cast<float>((2 * r + 1) * (2 * r + 1));
    const auto pixel = [&](int x) {
      return hn::PromoteTo(kI32, hn::LoadU(kI16Half, sums + 4 * x));
    };
    VI32 sum = hn::Zero(kI32);
    int32_t colours = 0, alphas = 0;
    for (int x = 0; x < 2 * r; ++x) {
      sum = hn::Add(sum, pixel(x));
      colours += squares[2 * x];
      alphas += squares[2 * x + 1];
    }
    for (int x = 0; x < n; ++x) {
      sum = hn::Add(sum, pixel(x + 2 * r));
      colours += squares[2 * (x + 2 * r)];
      alphas += squares[2 * (x + 2 * r) + 1];
      hn::StoreU(hn::Mul(hn::ConvertTo(kF32, sum), hn::Set(kF32, inverse)), kF32, means + 4 * x);
      colour_squares[x] = static_cast<float>(colours) * inverse;
      alpha_squares[x] = static_cast<float>(alphas) * inverse;
      sum = hn::Sub(sum, pixel(x));
      colours -= squares[2 * x];
      alphas -= squares[2 * x + 1];
    }
  }
};

struct Guided {
  VI16 operator()(VI16 c, VI16 line) const {
    const VI16 alphas = alphas_of(c);
    const VI16 v = hn::Add(hn::MulFixedPoint15(c, as_factor(alphas_of(line))), line);
    return with_alpha(hn::Min(v, alphas), alphas);
  }
};

int radius_of(Values v) { return static_cast<int>(v[kRadius] + 0.5); }

}  // namespace

extern const Effect kDenoise;
const Effect kDenoise = {
    .name = "denoise",
    .title = "Denoise",
    .sentence = "Evens out what varies less than the noise, and keeps edges.",
    .category = "detail",
    .source = "guided filter, He, Sun and Tang, 2010, with one slope for the three colours",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'denoise', strength: 10, radius: 3 }",
    .is_identity = [](Values v) { return v[kStrength] == 0 || radius_of(v) == 0; },
    .reach = [](Values v) { return 2 * radius_of(v); },
    .lower = [](Values v, const LowerContext&) -> Stage {
      const int r = radius_of(v);
      const double s = 8 * v[kStrength];
      MixedStage mixed;
      mixed.filters.push_back(make_window<WindowStage::Form::kFixed>(
          Slopes{.r = r, .noise = static_cast<float>(3 * s * s)}, r, 12 + 2.5 * r, 48));
      mixed.filters.push_back(BoxStage{.radius = static_cast<double>(r)});
      mixed.combine = make_combine<CombineStage::Form::kPremultiplied>(Guided{}, 1.0);
      return mixed;
    },
};

}  // namespace stopbath
