// The weights of both axes come from one table of phases, so that a pixel costs no polynomial.
#include "kernels/warp_row.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/fixed_vectors.h"

namespace stopbath {
namespace {

constexpr int kBits = 14;
constexpr int kOne = 1 << kBits;

struct Phase {
  int16_t weight[4];
};

// Weights of the pixels at -1, 0, 1 and 2 for a place t behind pixel 0.
class PhaseTable {
 public:
  PhaseTable() {
    for (int i = 0; i < kWarpPhases; ++i) {
      const double t = static_cast<double>(i) / kWarpPhases;
      const double exact[4] = {((-t + 2) * t - 1) * t / 2, ((3 * t - 5) * t * t + 2) / 2,
                               ((-3 * t + 4) * t + 1) * t / 2, (t - 1) * t * t / 2};
      double sum = 0;
      int given = 0;
      for (int k = 0; k < 4; ++k) {
        sum += exact[k];
        const int weight = static_cast<int>(std::floor(sum * kOne + 0.5)) - given;
        given += weight;
        phase_[static_cast<size_t>(i)].weight[k] = static_cast<int16_t>(weight);
      }
    }
  }
  const Phase& operator[](int64_t i) const { return phase_[static_cast<size_t>(i)]; }

 private:
  std::array<Phase, kWarpPhases> phase_{};
};

// Built when the program starts: workers only read it.
const PhaseTable kPhases;

struct Row4 {
  VI16 left, right;  // pixels -1, 0 and 1, 2
};

inline VI32 mixed(const Row4& row, VI16 w01, VI16 w23) {
  return dot2(paired(row.right), w23, dot2(paired(row.left), w01, hn::Set(kI32, kOne / 2)));
}

class Sampler {
 public:
  explicit Sampler(const WarpSource& source) noexcept : s_(source) {}

  // At a place in units of 1 / kWarpPhases of a pixel, from the centre of pixel 0.
  void sample(int64_t u, int64_t v, int16_t* out) const noexcept {
    const auto x = static_cast<int>(u >> kPhaseBits), y = static_cast<int>(v >> kPhaseBits);
    const Phase &px = kPhases[u & (kWarpPhases - 1)], &py = kPhases[v & (kWarpPhases - 1)];
    const VI16 x01 = weight_pair(px.weight[0], px.weight[1]);
    const VI16 x23 = weight_pair(px.weight[2], px.weight[3]);
    const Rect& d = s_.domain;
    const bool inside = x - 1 >= d.x0 && x + 3 <= d.x1 && y - 1 >= d.y0 && y + 3 <= d.y1;
    VI32 rows[4];
    for (int k = 0; k < 4; ++k) {
      const Row4 row = inside ? load(x - 1, y - 1 + k) : gather(x - 1, y - 1 + k);
      rows[k] = hn::ShiftRight<kBits>(mixed(row, x01, x23));
    }
    const VI16 y01 = weight_pair(py.weight[0], py.weight[1]);
    const VI16 y23 = weight_pair(py.weight[2], py.weight[3]);
    const VI32 sum = mixed({pack(rows[0], rows[1]), pack(rows[2], rows[3])}, y01, y23);
    const VI32 pixel = hn::ShiftRight<kBits>(sum);
    store(clamped_pixels(pack(pixel, pixel)), out);
  }

  void background(int16_t* out) const noexcept { std::memcpy(out, s_.background.data(), 8); }

 private:
  static constexpr int kPhaseBits = 10;
  static_assert(1 << kPhaseBits == kWarpPhases);

  static void store(VI16 pixels, int16_t* out) noexcept {
    hn::StoreU(hn::LowerHalf(kI16Half, pixels), kI16Half, out);
  }

  Row4 load(int x, int y) const noexcept {
    const ptrdiff_t at = (y * s_.stride + x) * 4;
    if (s_.fixed != nullptr) {
      return {hn::LoadU(kI16, s_.fixed + at), hn::LoadU(kI16, s_.fixed + at + 8)};
    }
    alignas(16) int16_t pixels[16];
    bytes_to_fixed(s_.bytes + at, 4, pixels);
    return {hn::Load(kI16, pixels), hn::Load(kI16, pixels + 8)};
  }

  // Four pixels of which some lie outside.
  Row4 gather(int x, int y) const noexcept {
    alignas(16) int16_t pixels[16];
    for (int k = 0; k < 4; ++k) {
      int px = x + k, py = y;
      const Rect& d = s_.domain;
      if (s_.repeats_edge) {
        px = std::clamp(px, d.x0, d.x1 - 1);
        py = std::clamp(py, d.y0, d.y1 - 1);
      }
      if (px < d.x0 || px >= d.x1 || py < d.y0 || py >= d.y1) {
        background(pixels + 4 * k);
        continue;
      }
      const ptrdiff_t at = (py * s_.stride + px) * 4;
      if (s_.fixed != nullptr) {
        std::memcpy(pixels + 4 * k, s_.fixed + at, 8);
      } else {
        alignas(16) int16_t one[16];
        bytes_to_fixed(s_.bytes + at, 1, one);
        std::memcpy(pixels + 4 * k, one, 8);
      }
    }
    return {hn::Load(kI16, pixels), hn::Load(kI16, pixels + 8)};
  }

  const WarpSource& s_;
};

}  // namespace

void warp_row(const WarpSource& source, const Matrix3& m, int x0, int n, int y,
              int16_t* out) noexcept {
  const Sampler sampler(source);
  const double row = y + 0.5;
  const double rx = m[1] * row + m[2], ry = m[4] * row + m[5], rw = m[7] * row + m[8];
  const Rect& d = source.domain;
  const double left = d.x0 - 2.0, top = d.y0 - 2.0, right = d.x1 + 1.0, bottom = d.y1 + 1.0;
  for (int i = 0; i < n; ++i, out += 4) {
    const double column = x0 + i + 0.5;
    const double w = m[6] * column + rw;
    if (!(w > 0)) {
      sampler.background(out);
      continue;
    }
    double u = (m[0] * column + rx) / w - 0.5, v = (m[3] * column + ry) / w - 0.5;
    if (source.repeats_edge) {
      u = std::clamp(u, left, right);
      v = std::clamp(v, top, bottom);
    } else if (!(u > left && u < right && v > top && v < bottom)) {
      sampler.background(out);
      continue;
    }
    sampler.sample(static_cast<int64_t>(std::floor(u * kWarpPhases + 0.5)),
                   static_cast<int64_t>(std::floor(v * kWarpPhases + 0.5)), out);
  }
}

void join_channels(const int16_t* red, const int16_t* blue, int n, int16_t* row) noexcept {
  for (int i = 0; i < 4 * n; i += 4) {
    row[i] = std::min(red[i], row[i + 3]);
    row[i + 2] = std::min(blue[i + 2], row[i + 3]);
  }
}

}  // namespace stopbath
