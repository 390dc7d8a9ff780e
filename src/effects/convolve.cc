// Convolve:  out(x, y) = o + d sum over i, j of k_ij in(x + j - m, y + i - m),  a square kernel k
// of 2 m + 1 numbers a side as it lies over the pixels; d is 1, or 1 / sum k where the kernel is
// normalised.
//
// Mixes premultiplied values. Alpha is filtered by k / sum k, so that an even area keeps its colour
// up to a transparent ground; it stays where the numbers add up to 0, as those of edges do.
#include <cmath>
#include <string>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kKernel, kNormalize, kOffset };

constexpr int kMostNumbers = 49;
constexpr double kNoSum = 1e-9;  // sums below count as 0
constexpr double kSharpen[] = {0, -1, 0, -1, 5, -1, 0, -1, 0};

constexpr Param kParams[] = {
    {.name = "kernel",
     .type = ParamType::kMatrix,
     .unit = "",
     .min = -64,
     .max = 64,
     .default_value = 0,
     .step = 0.1,
     .sentence = "A square of 3 x 3, 5 x 5 or 7 x 7 numbers, row by row.",
     .default_list = kSharpen,
     .least_length = 9,
     .most_length = kMostNumbers,
     .columns = 3},
    {.name = "normalize",
     .type = ParamType::kBoolean,
     .unit = "",
     .default_value = 1,
     .step = 1,
     .sentence = "Divides by the sum of the numbers, unless it is 0."},
    {.name = "offset",
     .type = ParamType::kNumber,
     .unit = "",
     .min = -1,
     .max = 1,
     .default_value = 0,
     .step = 0.01,
     .sentence = "Added to the result; 0.5 shows positive and negative sums around grey."},
};

int side_of(size_t numbers) { return numbers == 9 ? 3 : numbers == 25 ? 5 : 7; }

double sum_of(std::span<const double> kernel) {
  double sum = 0;
  for (const double k : kernel) sum += k;
  return std::fabs(sum) < kNoSum ? 0 : sum;
}

template <int kSide>
struct Convolve {
  float k[kSide * kSide];
  float alpha;  // 1 / sum of them; 0 where alpha stays
  float offset;

  Colour operator()(const PlanarWindow& w, const Place&) const {
    constexpr int kHalf = kSide / 2;
    const VF zero = hn::Zero(kF32);
    Colour sum = {zero, zero, zero, zero};
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const Colour c = w.at(x - kHalf, y - kHalf);
        const VF weight = hn::Set(kF32, k[y * kSide + x]);
        sum = {hn::Add(sum.r, hn::Mul(weight, c.r)), hn::Add(sum.g, hn::Mul(weight, c.g)),
               hn::Add(sum.b, hn::Mul(weight, c.b)), hn::Add(sum.a, hn::Mul(weight, c.a))};
      }
    }
    const VF a = alpha != 0 ? hn::Mul(sum.a, hn::Set(kF32, alpha)) : w.at(0, 0).a;
    const VF base = hn::Mul(a, hn::Set(kF32, offset));
    return {hn::Add(sum.r, base), hn::Add(sum.g, base), hn::Add(sum.b, base), a};
  }
};

template <int kSide>
Stage convolve(Values v) {
  const auto kernel = list_of(v, kKernel);
  const double sum = sum_of(kernel);
  const double scale = v[kNormalize] != 0 && sum != 0 ? 1 / sum : 1;
  Convolve<kSide> functor;
  for (size_t i = 0; i < kernel.size(); ++i) {
    functor.k[i] = static_cast<float>(kernel[i] * scale);
  }
  functor.alpha = static_cast<float>(sum != 0 ? 1 / (sum * scale) : 0);
  functor.offset = static_cast<float>(v[kOffset]);
  return make_window<WindowStage::Form::kPremultiplied>(functor, kSide / 2,
                                                        1 + kSide * kSide * 0.7);
}

}  // namespace

extern const Effect kConvolve;
const Effect kConvolve = {
    .name = "convolve",
    .title = "Convolve",
    .sentence = "Filters with a kernel of your own.",
    .category = "detail",
    .source = "discrete correlation; SVG feConvolveMatrix without turning the kernel",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'convolve', kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] }",
    .is_identity =
        [](Values v) {
          const auto kernel = list_of(v, kKernel);
          const size_t middle = kernel.size() / 2;
          for (size_t i = 0; i < kernel.size(); ++i) {
            if (i != middle && kernel[i] != 0) return false;
          }
          const bool one = v[kNormalize] != 0 ? sum_of(kernel) != 0 : kernel[middle] == 1;
          return one && v[kOffset] == 0;
        },
    .reach = [](Values v) { return side_of(list_of(v, kKernel).size()) / 2; },
    .check = [](Values v) -> std::string {
      const size_t numbers = list_of(v, kKernel).size();
      if (numbers == 9 || numbers == 25 || numbers == 49) return {};
      return "Expected `convolve.kernel` to be 9, 25 or 49 numbers, got " + std::to_string(numbers);
    },
    .lower = [](Values v, const LowerContext&) -> Stage {
      switch (side_of(list_of(v, kKernel).size())) {
        case 3:
          return convolve<3>(v);
        case 5:
          return convolve<5>(v);
        default:
          return convolve<7>(v);
      }
    },
};

}  // namespace stopbath
