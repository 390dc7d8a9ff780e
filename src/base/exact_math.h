// exp, log, pow, sine and cosine in double precision, made of + - * / alone.
//
// The C libraries of two platforms differ in the last bits of these functions, and a bit in a
// filter weight is a bit in a pixel. These give the same bits on every IEEE machine, within 1e-14
// of the true value (relative).
#ifndef STOPBATH_BASE_EXACT_MATH_H_
#define STOPBATH_BASE_EXACT_MATH_H_

namespace stopbath {

inline constexpr double kLn2 = 0.6931471805599453094;

// e^x. Below -708 the result is 0, above 709 it is the largest finite double.
double exact_exp(double x) noexcept;

// Natural logarithm of a finite, normal x > 0.
double exact_log(double x) noexcept;

// x^y for x >= 0; 0^0 is 1, 0^y is 0 for y > 0.
double exact_pow(double x, double y) noexcept;

// Sine and cosine of an angle in degrees, |degrees| below 1e9; exact at multiples of 90.
double exact_sin_degrees(double degrees) noexcept;
double exact_cos_degrees(double degrees) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_BASE_EXACT_MATH_H_
