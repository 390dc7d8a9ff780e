// Median of a square of n = 2 r + 1 pixels a side, each channel by itself, premultiplied.
//
// Columns are sorted once and shared by the n squares they belong to. Sorting the ranks along x
// then leaves a matrix sorted both ways: an element in rank i of column j has (i + 1) (j + 1) - 1
// others that are not above it, so that corners of the matrix cannot be the median. It is the
// median of what is left.
#include <utility>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kRadius };

constexpr Param kParams[] = {
    {.name = "radius",
     .type = ParamType::kInteger,
     .unit = "px",
     .min = 0,
     .max = 3,
     .default_value = 1,
     .step = 1,
     .sentence = "Half the side of the square, without its centre; 0 leaves the image as it is.",
     .in_pixels = true},
};

inline void order(VI16& low, VI16& high) {
  const VI16 least = hn::Min(low, high);
  high = hn::Max(low, high);
  low = least;
}

// Puts the least of v[first..last] first and the greatest last.
template <int kCount>
inline void extremes_out(VI16 (&v)[kCount], int first, int last) {
  for (int i = first, j = last; i < j; ++i, --j) order(v[i], v[j]);
  for (int i = first + 1; 2 * i <= first + last; ++i) order(v[first], v[i]);
  for (int i = last - 1; 2 * i >= first + last; --i) order(v[i], v[last]);
}

template <int kCount>
inline void sort(VI16 (&v)[kCount]) {
  for (int last = kCount - 1; last > 0; --last) {
    for (int i = 0; i < last; ++i) order(v[i], v[i + 1]);
  }
}

// Of k elements out of m, k > m / 2 + 1, neither the least nor the greatest is the median of all m.
template <int kCount>
inline VI16 median_of(VI16 (&v)[kCount]) {
  VI16 held[kCount];
  int begin = 0, end = kCount / 2 + 2, next = end;
  for (int i = 0; i < end; ++i) held[i] = v[i];
  while (end - begin > 1) {
    extremes_out(held, begin, end - 1);
    ++begin;
    --end;
    if (next < kCount) held[end++] = v[next++];
  }
  return held[begin];
}

template <int kSide>
struct Median {
  static constexpr int kReach = kSide / 2;
  static constexpr int kHalf = kSide * kSide / 2;  // elements on either side of the median
  static constexpr bool may_be_median(int rank, int column) {
    return (rank + 1) * (column + 1) - 1 <= kHalf && (kSide - rank) * (kSide - column) - 1 <= kHalf;
  }
  static constexpr int candidates() {
    int count = 0;
    for (int i = 0; i < kSide * kSide; ++i) count += may_be_median(i / kSide, i % kSide) ? 1 : 0;
    return count;
  }

  void operator()(const WindowRows& rows, int n, int16_t* out, uint8_t* scratch) const {
    auto* sorted = reinterpret_cast<int16_t*>(scratch);  // kSide rows of ranks
    const int width = 4 * padded_pixels(n + 2 * kReach);
    for (int i = 0; i < width; i += 8) {
      VI16 column[kSide];
      for (int k = 0; k < kSide; ++k) column[k] = hn::LoadU(kI16, rows.fixed[k] - 4 * kReach + i);
      sort(column);
      for (int k = 0; k < kSide; ++k) hn::StoreU(column[k], kI16, sorted + k * width + i);
    }
    for (int i = 0; i < 4 * n; i += 8) {
      VI16 candidate[candidates()];
      int count = 0;
      for (int rank = 0; rank < kSide; ++rank) {
        VI16 row[kSide];
        for (int k = 0; k < kSide; ++k) {
          row[k] = hn::LoadU(kI16, sorted + rank * width + i + 4 * k);
        }
        sort(row);
        for (int k = 0; k < kSide; ++k) {
          if (may_be_median(rank, k)) candidate[count++] = row[k];
        }
      }
      hn::StoreU(median_of(candidate), kI16, out + i);
    }
  }
};

template <int kSide>
Stage median(double ns) {
  return make_window<WindowStage::Form::kFixed>(Median<kSide>{}, kSide / 2, ns, kSide * 8);
}

int radius_of(Values v) { return static_cast<int>(v[kRadius] + 0.5); }

}  // namespace

extern const Effect kMedian;
const Effect kMedian = {
    .name = "median",
    .title = "Median",
    .sentence = "Removes specks and noise but keeps edges: the middle value of a square of pixels.",
    .category = "detail",
    .source = "Tukey, 1977; forgetful selection after Paeth, Graphics Gems, 1990",
    .space = WorkingSpace::kEncoded,
    .traits = kNeighbourhood,
    .params = kParams,
    .example = "{ effect: 'median', radius: 2 }",
    .is_identity = [](Values v) { return radius_of(v) == 0; },
    .reach = radius_of,
    .lower = [](Values v, const LowerContext&) -> Stage {
      switch (radius_of(v)) {
        case 1:
          return median<3>(6);
        case 2:
          return median<5>(40);
        default:
          return median<7>(120);
      }
    },
};

}  // namespace stopbath
