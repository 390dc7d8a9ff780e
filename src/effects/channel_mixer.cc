// Channel mixer:  out_i = sum_j w_ij in_j / n_i,  in encoded values.
//
// n_i is the sum of the weights of row i where the brightness is to stay (and is not 0), else 1.
#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kRed, kGreen, kBlue, kMonochrome, kKeepBrightness };

constexpr double kUnits[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

constexpr Param row_param(std::string_view name, std::span<const double> value,
                          std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kMatrix,
          .unit = "",
          .min = -2,
          .max = 2,
          .default_value = 0,
          .step = 0.01,
          .sentence = sentence,
          .default_list = value,
          .least_length = 3,
          .most_length = 3,
          .columns = 3};
}

constexpr Param kParams[] = {
    row_param("red", kUnits[0], "Shares of red, green and blue in the new red."),
    row_param("green", kUnits[1], "Shares of red, green and blue in the new green."),
    row_param("blue", kUnits[2], "Shares of red, green and blue in the new blue."),
    switch_param("monochrome", false, "Grey by the shares of the new red."),
    switch_param("keepBrightness", false, "Divides the shares of each channel by their sum."),
};

ColourMatrix mixer(Values v) {
  ColourMatrix matrix;
  for (size_t i = 0; i < 3; ++i) {
    const auto shares = list_of(v, v[kMonochrome] != 0 ? size_t{kRed} : kRed + i);
    const double sum = shares[0] + shares[1] + shares[2];
    const double divisor = v[kKeepBrightness] != 0 && sum != 0 ? sum : 1;
    for (size_t j = 0; j < 3; ++j) matrix.m[i][j] = shares[j] / divisor;
  }
  return matrix;
}

}  // namespace

extern const Effect kChannelMixer;
const Effect kChannelMixer = {
    .name = "channel-mixer",
    .title = "Channel mixer",
    .sentence = "Makes each channel a mixture of all, for black and white as through a filter.",
    .category = "colour",
    .source = "the channel mixer of photo editors",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint | kLinearMap,
    .params = kParams,
    .example = "{ effect: 'channel-mixer', red: [0.6, 0.3, 0.1], monochrome: true }",
    .is_identity = [](Values v) { return mixer(v).is_identity(); },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage { return mixer(v); },
};

}  // namespace stopbath
