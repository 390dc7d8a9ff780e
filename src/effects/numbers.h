// Numbers as a person writes them: 2, 0.5, -3.25; no trailing zeros, no exponent for everyday sizes.
#ifndef STOPBATH_EFFECTS_NUMBERS_H_
#define STOPBATH_EFFECTS_NUMBERS_H_

#include <charconv>
#include <cmath>
#include <string>

namespace stopbath {

// The shortest decimal that reads back as the same double; "NaN", "Infinity" and "-Infinity" as in JavaScript.
inline std::string format_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return "0";
  char text[64];
  const bool everyday = std::fabs(value) < 1e15 && std::fabs(value) >= 1e-6;
  const auto end = std::to_chars(text, text + sizeof text, value,
                                 everyday ? std::chars_format::fixed : std::chars_format::general);
  return std::string(text, end.ptr);
}

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_NUMBERS_H_
