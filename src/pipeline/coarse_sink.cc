// A cell of d pixels is (A + 3 B + 3 C + D) / 8 of the means of four half cells of h = d / 2
// pixels, in each direction: it suppresses what the coarse grid cannot hold far better than a box,
// for the same work.
#include <algorithm>
#include <cstring>

#include "kernels/reduce_rows.h"
#include "pipeline/row_stream.h"
#include "pipeline/unit_context.h"

namespace stopbath {
namespace {

class CoarseSink {
 public:
  explicit CoarseSink(const UnitContext& u) noexcept
      : u_(u),
        half_(1 << u.pass.sink_shift >> 1),
        halves_(2 * u.tile.width() + 2),
        lo_((2 * (u.tile.x0 - kGridMargin) - 1) * half_),
        hi_(lo_ + halves_ * half_),
        x0_(std::clamp(lo_, 0, u.pass.size.width - 1)),
        x1_(std::clamp(hi_, x0_ + 1, u.pass.size.width)),
        line_(u.fixed(u.pass.sink_line) + ptrdiff_t{u.pass.sink_line_pad} * 4),
        from_bytes_(u.pass.is_plain() && half_ <= 1 << kMaxOpaqueShift),
        stream_(u.pass, u.memory, u.scratch, x0_, x1_) {}

  void run() noexcept {
    const Rect& t = u_.tile;
    int made = 2 * (t.y0 - kGridMargin) - 1;
    for (int cy = t.y0; cy < t.y1; ++cy) {
      const int first = 2 * (cy - kGridMargin) - 1;
      for (made = std::max(made, first); made < first + 4; ++made) make_half(made);
      const int16_t* rows[4];
      for (int k = 0; k < 4; ++k) rows[k] = half_row(first + k);
      int16_t* merged = u_.fixed(u_.pass.merged);
      int16_t* cells = u_.fixed(u_.pass.cells);
      halve_rows(rows, halves_, merged);
      halve_row(merged, t.width(), cells);
      std::memcpy(u_.cell(t.x0, cy), cells, static_cast<size_t>(t.width()) * 8);
    }
  }

 private:
  int16_t* half_row(int k) const noexcept {
    return u_.fixed(u_.pass.halves) + ptrdiff_t{k & 3} * u_.pass.halves_stride * 4;
  }

  // Row y of the image, clamped, with its edge pixels repeated over lo_ .. hi_.
  const int16_t* line(int y) noexcept {
    const int row = std::clamp(y, 0, u_.pass.size.height - 1);
    if (row != line_row_) {
      row_to_fixed(stream_.pull(row), x1_ - x0_, line_);
      replicate_fixed(line_, x1_ - x0_, std::max(x0_ - lo_, 0), std::max(hi_ - x1_, 0));
      line_row_ = row;
    }
    return line_ + (std::min(lo_ - x0_, 0)) * 4;
  }

  void make_half(int k) noexcept {
    if (from_bytes_ && k >= 0 && (k + 1) * half_ <= u_.pass.size.height && half_from_bytes(k))
      return;
    int32_t* sums = u_.sums();
    const int pixels = hi_ - lo_;
    std::memset(sums, 0, static_cast<size_t>(padded_pixels(pixels)) * 16);
    for (int v = 0; v < half_; ++v) add_row(line(k * half_ + v), pixels, sums);
    mean_cells(sums, halves_, half_, 2 * (u_.pass.sink_shift - 1), half_row(k));
  }

  // A row of half cells from the bytes of opaque pixels; false when one is not opaque.
  bool half_from_bytes(int k) noexcept {
    const ConstImageView& source = u_.memory.image();
    const int shift = u_.pass.sink_shift - 1;
    const int first =
        lo_ >> shift;  // half cell of the image that is number 0 here; lo_ is a multiple of h
    const int from = std::clamp(-first, 0, halves_);
    const int to = std::clamp((u_.pass.size.width >> shift) - first, from, halves_);
    int16_t* out = half_row(k);
    const uint8_t* rows = source.row(k * half_);
    if (!mean_opaque(rows + ptrdiff_t{first + from} * half_ * kBytesPerPixel, source.stride, shift,
                     to - from, out + 4 * from)) {
      return false;
    }
    for (int c = 0; c < halves_; ++c) {
      if (c == from) c = to;
      if (c < halves_ && !edge_half(rows, (first + c) * half_, out + 4 * c)) return false;
    }
    return true;
  }

  // A half cell that starts at column x and reaches over an edge of the image.
  bool edge_half(const uint8_t* rows, int x, int16_t* out) const noexcept {
    int sum[4] = {};
    for (int v = 0; v < half_; ++v) {
      for (int i = 0; i < half_; ++i) {
        const int column = std::clamp(x + i, 0, u_.pass.size.width - 1);
        const uint8_t* p = rows + v * u_.memory.image().stride + ptrdiff_t{column} * kBytesPerPixel;
        if (p[3] != 255) return false;
        for (int c = 0; c < 4; ++c) sum[c] += p[c];
      }
    }
    const int pixels = half_ * half_;
    for (int c = 0; c < 4; ++c) {
      out[c] = static_cast<int16_t>((kFixedLevel * sum[c] + pixels / 2) / pixels);
    }
    return true;
  }

  const UnitContext& u_;
  int half_;
  int halves_;
  int lo_;  // columns of the image that the unit's cells cover, also outside it
  int hi_;
  int x0_;  // the part inside
  int x1_;
  int16_t* line_;
  int line_row_ = -1;
  bool from_bytes_;  // half cells can be made from the source's bytes
  RowStream stream_;
};

}  // namespace

void run_coarse(const UnitContext& unit) noexcept { CoarseSink(unit).run(); }

}  // namespace stopbath
