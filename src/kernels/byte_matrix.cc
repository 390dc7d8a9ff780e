// Two dot products a channel: of red and blue, and of green and alpha, whose weight is 0.
#include "kernels/byte_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/simd.h"

namespace stopbath {
namespace {

constexpr int kLeastShift = 13, kMostShift = 14;
constexpr double kMostOffset = 16;

// Half away from zero.
int32_t rounded(double v) { return static_cast<int32_t>(v < 0 ? v - 0.5 : v + 0.5); }

}  // namespace

std::optional<ByteMatrix> fit_matrix(const std::array<std::array<double, 4>, 3>& matrix) {
  double most = 0, most_offset = 0;
  for (const auto& row : matrix) {
    for (size_t j = 0; j < 3; ++j) most = std::max(most, std::fabs(row[j]));
    most_offset = std::max(most_offset, std::fabs(row[3]));
  }
  ByteMatrix out;
  out.shift = kMostShift;
  while (out.shift >= kLeastShift && most * (1 << out.shift) > 32767) --out.shift;
  if (out.shift < kLeastShift || !(most_offset <= kMostOffset)) return {};
  const double one = 1 << out.shift;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      out.weights[i][j] = static_cast<int16_t>(rounded(matrix[i][j] * one));
    }
    out.offsets[i] = rounded(matrix[i][3] * 255 * one) + (1 << (out.shift - 1));
  }
  return out;
}

void map_matrix(const uint8_t* in, int n, const ByteMatrix& matrix, uint8_t* out) noexcept {
  struct Row {
    VI16 red_blue, green;
    VI32 offset;
  };
  const auto row_of = [&](size_t i) {
    return Row{weight_pair(matrix.weights[i][0], matrix.weights[i][2]),
               weight_pair(matrix.weights[i][1], 0), hn::Set(kI32, matrix.offsets[i])};
  };
  const Row r = row_of(0), g = row_of(1), b = row_of(2);
  alignas(16) static constexpr uint8_t kInterleave[16] = {0, 4, 8,  12, 1, 5, 9,  13,
                                                          2, 6, 10, 14, 3, 7, 11, 15};
  const auto order = hn::Load(kU8, kInterleave);
  const auto four = [&](const uint8_t* from, uint8_t* to) {
    const auto v = hn::BitCast(kU16, hn::LoadU(kU8, from));
    const VI16 red_blue = hn::BitCast(kI16, hn::And(v, hn::Set(kU16, 255)));
    const VI16 green_alpha = hn::BitCast(kI16, hn::ShiftRight<8>(v));
    const auto channel = [&](const Row& row) {
      const VI32 sum = dot2(red_blue, row.red_blue, dot2(green_alpha, row.green, row.offset));
      return hn::ShiftRightSame(sum, matrix.shift);
    };
    const VI32 alpha = hn::ShiftRight<16>(hn::BitCast(kI32, green_alpha));
    const auto bytes =
        hn::ReorderDemote2To(kU8, pack(channel(r), channel(g)), pack(channel(b), alpha));
    hn::StoreU(hn::TableLookupBytes(bytes, order), kU8, to);
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
