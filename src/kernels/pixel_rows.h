// The three forms a row of pixels takes inside a plan, and the conversions between them.
//
//   bytes   RGBA, 8 bits, straight alpha: the source and the result
//   planar  four float planes, straight alpha, 0..1: where effects compute
//   fixed   RGBA interleaved, int16, premultiplied, 64 units per 8-bit level (0..16320): where
//   pixels mix
//
// 64 units per level leave one bit for the sum of two pixels, and rounding costs 1/128 of a level
// per step. Planar and fixed rows are readable and writable up to the next multiple of kRowAlign
// pixels; byte rows are not.
#ifndef STOPBATH_KERNELS_PIXEL_ROWS_H_
#define STOPBATH_KERNELS_PIXEL_ROWS_H_

#include <array>
#include <cstdint>

namespace stopbath {

inline constexpr int kRowAlign = 8;         // pixels
inline constexpr int kFixedOne = 255 * 64;  // 1.0 in fixed form
inline constexpr int kFixedLevel = 64;      // one 8-bit level in fixed form

constexpr int padded_pixels(int n) { return (n + kRowAlign - 1) / kRowAlign * kRowAlign; }

struct PlanarRow {
  float* r = nullptr;
  float* g = nullptr;
  float* b = nullptr;
  float* a = nullptr;
};

using ByteTable = std::array<uint8_t, 256>;
struct ByteTables {
  std::array<ByteTable, 3> rgb;
};
// The same, each level where the pixel's word has its channel: a sixth faster.
using PixelTables = std::array<std::array<uint32_t, 256>, 3>;
PixelTables pixel_tables(const ByteTables& tables);

// What a colour channel's level or fixed value maps to, one table of floats per channel; alpha is
// only converted.
struct FloatTables {
  const float* r = nullptr;
  const float* g = nullptr;
  const float* b = nullptr;
};

void bytes_to_planar(const uint8_t* in, int n, const PlanarRow& out) noexcept;
void bytes_to_fixed(const uint8_t* in, int n, int16_t* out) noexcept;
void planar_to_bytes(const PlanarRow& in, int n, uint8_t* out) noexcept;
void planar_to_fixed(const PlanarRow& in, int n, int16_t* out) noexcept;
void fixed_to_planar(const int16_t* in, int n, const PlanarRow& out) noexcept;
// Still premultiplied.
void fixed_to_premultiplied(const int16_t* in, int n, const PlanarRow& out) noexcept;
// Straight to premultiplied, in place.
void premultiply(const PlanarRow& row, int n) noexcept;
// The same through tables of 256 entries, or of kFixedOne + 1.
void bytes_to_planar(const uint8_t* in, int n, const FloatTables& tables,
                     const PlanarRow& out) noexcept;
void fixed_to_planar(const int16_t* in, int n, const FloatTables& tables,
                     const PlanarRow& out) noexcept;
// The fixed form of what such tables give: for opaque pixels from words that hold a channel's fixed
// value where the pixel has it, for others by the tables themselves; the same values as one after
// another.
using FixedWords = std::array<std::array<uint64_t, 256>, 3>;
FixedWords fixed_words(const FloatTables& tables);
void bytes_to_fixed(const uint8_t* in, int n, const FloatTables& tables, const FixedWords& words,
                    int16_t* out) noexcept;
// Pixels whose alpha rounds to 0 become transparent black.
void fixed_to_bytes(const int16_t* in, int n, uint8_t* out) noexcept;

// Every pixel is opaque.
bool all_opaque(const int16_t* in, int n) noexcept;
// Premultiplied to straight in fixed form; colours are 0 where alpha rounds to 0.
void straighten_row(const int16_t* in, int n, int16_t* out) noexcept;
// Straight colours of `row`, in place, multiplied by the alpha of `alphas`, which they take over.
void premultiply_row(int16_t* row, const int16_t* alphas, int n) noexcept;

// One table per colour channel; alpha is copied.
void map_bytes(const uint8_t* in, int n, const PixelTables& tables, uint8_t* out) noexcept;

// Repeats the first pixel `left` times before the row and the last pixel `right` times after its n
// pixels.
void replicate_fixed(int16_t* row, int n, int left, int right) noexcept;
void replicate_planar(const PlanarRow& row, int n, int left, int right) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_PIXEL_ROWS_H_
