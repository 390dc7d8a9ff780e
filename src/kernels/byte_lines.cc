// A slope of 22 bits does not fit a 16-bit factor: a = low + 128 high, and one dot product of (v,
// 128 v) with (low, high) gives a v.
#include "kernels/byte_lines.h"

#include <algorithm>
#include <cstring>

#include "kernels/simd.h"

namespace stopbath {
namespace {

constexpr int32_t kMostSlope = 1 << 22;
constexpr int kMostShift = 20;

// The range of c for which a gives the whole table at this shift; empty when first >= second.
std::pair<int64_t, int64_t> offsets(const ByteTable& table, int64_t a, int shift) {
  int64_t low = -(int64_t{1} << 30), high = int64_t{1} << 30;
  for (int64_t v = 0; v < 256; ++v) {
    const int64_t t = table[static_cast<size_t>(v)];
    if (t > 0) low = std::max(low, (t << shift) - a * v);
    if (t < 255) high = std::min(high, ((t + 1) << shift) - a * v);
  }
  return {low, high};
}

// The slope between the first and the last value that is not clamped, levels per level.
std::optional<double> slope_of(const ByteTable& table, const float* exact) {
  int first = 0, last = 255;
  const auto clamped = [&](int v) {
    return table[static_cast<size_t>(v)] == 0 || table[static_cast<size_t>(v)] == 255;
  };
  while (first < 256 && clamped(first)) ++first;
  while (last > first && clamped(last)) --last;
  if (last <= first) return {};
  return 255.0 * (double{exact[last]} - double{exact[first]}) / (last - first);
}

}  // namespace

std::optional<ByteLines> fit_lines(const ByteTables& tables, const FloatTables& exact) {
  const float* values[3] = {exact.r, exact.g, exact.b};
  double slopes[3];
  double steepest = 1;  // alpha's
  for (size_t i = 0; i < 3; ++i) {
    const std::optional<double> slope = slope_of(tables.rgb[i], values[i]);
    if (!slope) return {};
    slopes[i] = *slope;
    steepest = std::max({steepest, *slope, -*slope});
  }
  ByteLines lines;
  lines.shift = kMostShift;
  while (lines.shift > 0 && steepest * (1 << lines.shift) > kMostSlope - 128) --lines.shift;
  const double one = 1 << lines.shift;
  for (size_t i = 0; i < 3; ++i) {
    const double wanted = slopes[i] * one;
    const int64_t nearest = static_cast<int64_t>(wanted < 0 ? wanted - 0.5 : wanted + 0.5);
    bool found = false;
    for (const int64_t nudge : {0, 1, -1, 2, -2}) {
      const auto [low, high] = offsets(tables.rgb[i], nearest + nudge, lines.shift);
      if (low >= high) continue;
      lines.a[i] = static_cast<int32_t>(nearest + nudge);
      lines.c[i] = static_cast<int32_t>((low + high) / 2);
      found = true;
      break;
    }
    if (!found) return {};
  }
  lines.a[3] = 1 << lines.shift;
  return lines;
}

void map_lines(const uint8_t* in, int n, const ByteLines& lines, uint8_t* out) noexcept {
  alignas(16) int16_t factors[8];
  for (size_t i = 0; i < 4; ++i) {
    const int32_t high = (lines.a[i] + 64) >> 7;
    factors[2 * i] = static_cast<int16_t>(lines.a[i] - 128 * high);
    factors[2 * i + 1] = static_cast<int16_t>(high);
  }
  const VI16 factor = hn::Load(kI16, factors);
  const VI32 offset = hn::LoadU(kI32, lines.c.data());
  const auto pixel = [&](VI16 pair) {
    return hn::ShiftRightSame(dot2(pair, factor, offset), lines.shift);
  };
  const auto two = [&](auto bytes) {
    const VI16 v = hn::BitCast(kI16, hn::PromoteTo(kU16, bytes));
    const VI16 scaled = hn::ShiftLeft<7>(v);
    return pack(pixel(hn::InterleaveLower(kI16, v, scaled)),
                pixel(hn::InterleaveUpper(kI16, v, scaled)));
  };
  const auto four = [&](const uint8_t* from, uint8_t* to) {
    hn::StoreU(hn::DemoteTo(kU8Half, two(hn::LoadU(kU8Half, from))), kU8Half, to);
    hn::StoreU(hn::DemoteTo(kU8Half, two(hn::LoadU(kU8Half, from + 8))), kU8Half, to + 8);
  };
  int x = 0;
  for (; x + 4 <= n; x += 4) four(in + 4 * x, out + 4 * x);
  if (x == n) return;
  uint8_t rest[16] = {};
  std::memcpy(rest, in + 4 * x, 4 * static_cast<size_t>(n - x));
  four(rest, rest);
  std::memcpy(out + 4 * x, rest, 4 * static_cast<size_t>(n - x));
}

}  // namespace stopbath
