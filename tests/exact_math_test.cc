// The core's own exp, log and pow against the C library's.
#include "base/exact_math.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace stopbath;

namespace {

double relative(double got, double expected) {
  return expected == 0 ? std::fabs(got) : std::fabs(got / expected - 1);
}

}  // namespace

TEST_CASE("exact_math: exp is within 1e-14 of the true value from -700 to 700") {
  double worst = 0;
  for (int i = -70000; i <= 70000; i += 7) {
    worst = std::max(worst, relative(exact_exp(i * 0.01), std::exp(i * 0.01)));
  }
  CHECK(worst < 1e-14);
  CHECK(exact_exp(0) == 1);
  CHECK(exact_exp(-1000) == 0);
}

TEST_CASE("exact_math: log is within 1e-14 of the true value over 120 octaves") {
  double worst = 0;
  for (double x = 1e-18; x < 1e18; x *= 1.00731) {
    worst = std::max(worst, relative(exact_log(x), std::log(x)));
  }
  CHECK(worst < 1e-14);
  CHECK(exact_log(1) == 0);
}

TEST_CASE("exact_math: pow is within 1e-13 of the true value, and exact at its corners") {
  double worst = 0;
  for (double x = 1e-4; x < 300; x *= 1.37) {
    for (double y = -10; y <= 10; y += 0.37) {
      worst = std::max(worst, relative(exact_pow(x, y), std::pow(x, y)));
    }
  }
  CHECK(worst < 1e-13);
  CHECK(exact_pow(0, 0) == 1);
  CHECK(exact_pow(0, 2) == 0);
  CHECK(exact_pow(1, 1e9) == 1);
  CHECK(exact_pow(7.25, 1) == 7.25);
}
