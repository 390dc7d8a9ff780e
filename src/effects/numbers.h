// Numbers as a person writes them: 2, 0.5, -3.25; no trailing zeros, an exponent only far from
// everyday sizes.
//
// Six decimals are enough for every range and default of a descriptor. Written by hand since
// std::to_chars for doubles brings 100 KB of tables into the download.
#ifndef STOPBATH_EFFECTS_NUMBERS_H_
#define STOPBATH_EFFECTS_NUMBERS_H_

#include <cmath>
#include <cstdint>
#include <string>

namespace stopbath {

// At most six decimals, rounded; "NaN", "Infinity" and "-Infinity" as in JavaScript.
inline std::string format_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  const std::string sign = value < 0 ? "-" : "";
  double size = std::fabs(value);
  int exponent = 0;
  if (size >= 1e12 || (size > 0 && size < 1e-6)) {
    for (; size >= 10; size /= 10) ++exponent;
    for (; size < 1; size *= 10) --exponent;
  }
  const auto millionths = static_cast<uint64_t>(size * 1e6 + 0.5);
  std::string text = std::to_string(millionths / 1000000);
  if (const uint64_t fraction = millionths % 1000000; fraction != 0) {
    const std::string digits = std::to_string(1000000 + fraction).substr(1);
    text += "." + digits.substr(0, digits.find_last_not_of('0') + 1);
  }
  if (exponent != 0) text += "e" + std::string(exponent > 0 ? "+" : "") + std::to_string(exponent);
  return (millionths == 0 ? "" : sign) + text;
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_NUMBERS_H_
