// A mean is (S + f (a + b)) / (2 r + 1), S the sum of the whole pixels and a, b the two beyond.
#include "kernels/box_rows.h"

#include "kernels/simd.h"

namespace stopbath {
namespace {

inline VI32 pixel(const int16_t* p) { return hn::PromoteTo(kI32, hn::LoadU(kI16Half, p)); }

inline VI32 mean(VI32 sum, VI32 outer, VF fraction, VF inverse) {
  const VF all = hn::Add(hn::ConvertTo(kF32, sum), hn::Mul(fraction, hn::ConvertTo(kF32, outer)));
  return round_small(hn::Mul(all, inverse));
}

}  // namespace

BoxWeights box_weights(double radius) {
  BoxWeights box;
  box.whole = static_cast<int>(radius);
  box.fraction = static_cast<float>(radius - box.whole);
  box.inverse = static_cast<float>(1 / (2 * radius + 1));
  return box;
}

void slide_sums(const int16_t* added, const int16_t* removed, int n, int32_t* sums) noexcept {
  for (int i = 0; i < 4 * n; i += 4) {
    const VI32 change = hn::Sub(pixel(added + i), pixel(removed + i));
    hn::StoreU(hn::Add(hn::LoadU(kI32, sums + i), change), kI32, sums + i);
  }
}

void box_column_means(const int32_t* sums, const int16_t* above, const int16_t* below,
                      const BoxWeights& box, int n, int16_t* out) noexcept {
  const VF fraction = hn::Set(kF32, box.fraction), inverse = hn::Set(kF32, box.inverse);
  for (int i = 0; i < 4 * n; i += 8) {
    const auto half = [&](int k) {
      const VI32 outer = hn::Add(pixel(above + k), pixel(below + k));
      return mean(hn::LoadU(kI32, sums + k), outer, fraction, inverse);
    };
    hn::StoreU(pack(half(i), half(i + 4)), kI16, out + i);
  }
}

void box_row_means(const int16_t* in, const BoxWeights& box, int n, int16_t* out) noexcept {
  const VF fraction = hn::Set(kF32, box.fraction), inverse = hn::Set(kF32, box.inverse);
  const int16_t* first = in + 4 * (box.reach() - box.whole);
  const int last = 4 * 2 * box.whole;  // of the pixels that count fully
  const int16_t* beyond = in + 4 * 2 * box.reach();
  VI32 sum = hn::Zero(kI32);
  for (int i = 0; i < last; i += 4) sum = hn::Add(sum, pixel(first + i));
  for (int i = 0; i < 4 * n; i += 4) {
    sum = hn::Add(sum, pixel(first + last + i));
    const VI32 outer = hn::Add(pixel(in + i), pixel(beyond + i));
    const VI32 m = mean(sum, outer, fraction, inverse);
    hn::StoreU(hn::LowerHalf(kI16Half, pack(m, m)), kI16Half, out + i);
    sum = hn::Sub(sum, pixel(first + i));
  }
}

}  // namespace stopbath
