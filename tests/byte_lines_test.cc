// A line that stands for a table gives the bytes of that table, or it is not used.
#include "kernels/byte_lines.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "kernels/pixel_rows.h"

namespace stopbath {
namespace {

struct Curve {
  std::vector<float> exact;
  ByteTable table;
};

template <class F>
Curve curve(F f) {
  Curve made{std::vector<float>(256), {}};
  for (size_t v = 0; v < 256; ++v) {
    const double value = std::fmin(std::fmax(f(static_cast<double>(v) / 255), 0.0), 1.0);
    made.exact[v] = static_cast<float>(value);
    made.table[v] = static_cast<uint8_t>(std::nearbyint(255 * value));
  }
  return made;
}

std::optional<ByteLines> fit(const Curve& r, const Curve& g, const Curve& b, ByteTables& tables) {
  tables = {{r.table, g.table, b.table}};
  return fit_lines(tables, {r.exact.data(), g.exact.data(), b.exact.data()});
}

// Every value in every channel, and a number of pixels that is no multiple of a vector.
void check_equal(const ByteTables& tables, const ByteLines& lines) {
  std::vector<uint8_t> in(259 * 4), expected(in.size()), got(in.size());
  for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<uint8_t>((i / 4 + i % 4 * 85) % 256);
  map_bytes(in.data(), 259, pixel_tables(tables), expected.data());
  map_lines(in.data(), 259, lines, got.data());
  CHECK(got == expected);
}

}  // namespace

TEST_CASE("lines: slopes and offsets of every size become lines with the table's bytes") {
  int fitted = 0, tried = 0;
  for (const double slope :
       {-15.0, -3.7, -1.0, -0.31, 0.02, 0.5, 1.0, 1.1184, 1.3, 2.0, 7.77, 15.9}) {
    for (const double offset : {-0.83, -0.1, 0.0, 0.25, 0.5019, 0.96}) {
      INFO("slope " << slope << ", offset " << offset);
      const Curve r = curve([=](double v) { return 0.5 + slope * (v - 0.5) + offset * 0.1; });
      const Curve g = curve([=](double v) { return 0.5 + slope * (v - 0.45); });
      const Curve b = curve([](double v) { return v; });
      ByteTables tables;
      const std::optional<ByteLines> lines = fit(r, g, b, tables);
      ++tried;
      if (!lines) continue;
      ++fitted;
      check_equal(tables, *lines);
    }
  }
  CHECK(fitted >= tried * 9 / 10);
}

TEST_CASE("lines: a curve is no line") {
  const Curve same = curve([](double v) { return v; });
  const Curve bent = curve([](double v) { return std::sqrt(v); });
  const Curve step = curve([](double v) { return v < 0.5 ? 0.0 : 1.0; });
  ByteTables tables;
  CHECK_FALSE(fit(same, bent, same, tables));
  CHECK_FALSE(fit(same, same, step, tables));
  CHECK(fit(same, same, same, tables));
}

}  // namespace stopbath
