// Each conversion is one vector body; the template below runs it over whole vectors and over a
// padded copy of the rest.
#include "kernels/pixel_rows.h"

#include <cstring>

#include "kernels/fixed_vectors.h"
#include "kernels/simd.h"

namespace stopbath {
namespace {

// Calls body(pixels, index) for groups of kGroup pixels; the last, incomplete group is read through
// a padded copy, so that nothing behind the end of a byte row is touched.
template <int kGroup, class Body>
void read_bytes(const uint8_t* in, int n, Body body) {
  int x = 0;
  for (; x + kGroup <= n; x += kGroup) body(in + 4 * x, x);
  if (x == n) return;
  uint8_t rest[4 * kGroup] = {};
  std::memcpy(rest, in + 4 * x, 4 * static_cast<size_t>(n - x));
  body(rest, x);
}

template <int kGroup, class Body>
void write_bytes(int n, uint8_t* out, Body body) {
  int x = 0;
  for (; x + kGroup <= n; x += kGroup) body(x, out + 4 * x);
  if (x == n) return;
  uint8_t rest[4 * kGroup];
  body(x, rest);
  std::memcpy(out + 4 * x, rest, 4 * static_cast<size_t>(n - x));
}

inline VF to_unit(VI32 bytes) {
  return hn::Mul(hn::ConvertTo(kF32, bytes), hn::Set(kF32, 1.0f / 255.0f));
}

// 4 pixels of 16 bits as r0 r1 r2 r3 g0 g1 g2 g3 and b.. a..
struct Split {
  VI16 rg;
  VI16 ba;
};

inline Split split(VI16 v0, VI16 v1) {
  const VI16 even = hn::InterleaveLower(kI16, v0, v1);
  const VI16 odd = hn::InterleaveUpper(kI16, v0, v1);
  return {hn::InterleaveLower(kI16, even, odd), hn::InterleaveUpper(kI16, even, odd)};
}

inline Split join(VI16 rg, VI16 ba) {
  const VI16 rb = hn::InterleaveLower(kI16, rg, ba);
  const VI16 ga = hn::InterleaveUpper(kI16, rg, ba);
  return {hn::InterleaveLower(kI16, rb, ga), hn::InterleaveUpper(kI16, rb, ga)};
}

inline VI32 low(VI16 v) { return hn::PromoteTo(kI32, hn::LowerHalf(kI16Half, v)); }
inline VI32 high(VI16 v) { return hn::PromoteTo(kI32, hn::UpperHalf(kI16Half, v)); }

struct Pixels {
  VF r, g, b, a;
};

// Straight values 0..1 of 4 premultiplied fixed pixels; 0 where alpha is 0.
inline Pixels straighten(VI16 v0, VI16 v1) {
  const Split s = split(v0, v1);
  const VF one = hn::Set(kF32, 1.0f);
  const VF a = hn::ConvertTo(kF32, high(s.ba));
  const VF inverse = hn::Div(one, hn::Max(a, one));
  const auto channel = [&](VI32 c) {
    return hn::Min(hn::Mul(hn::ConvertTo(kF32, c), inverse), one);
  };
  return {channel(low(s.rg)), channel(high(s.rg)), channel(low(s.ba)),
          hn::Mul(a, hn::Set(kF32, 1.0f / kFixedOne))};
}

// Premultiplied to straight, still in fixed form; an opaque pixel comes out bit for bit as it went
// in.
inline Split straighten_fixed(VI16 v0, VI16 v1) {
  const Split s = split(v0, v1);
  const VI16 zero = hn::Zero(kI16);
  const VF a = hn::ConvertTo(kF32, high(s.ba));
  const VF scale = hn::Div(hn::Set(kF32, float{kFixedOne}), hn::Max(a, hn::Set(kF32, 1.0f)));
  const VF top = hn::Set(kF32, float{kFixedOne});
  const auto channel = [&](VI32 c) {
    return round_small(hn::Min(hn::Mul(hn::ConvertTo(kF32, c), scale), top));
  };
  const VI16 rg = pack(channel(low(s.rg)), channel(high(s.rg)));
  const VI16 ba = pack(channel(low(s.ba)), high(s.ba));
  const Split pixels = join(rg, ba);
  const VI16 limit = hn::Set(kI16, kFixedLevel / 2);
  const auto visible = [&](VI16 straight, VI16 original) {
    return hn::IfThenElse(hn::Lt(broadcast_alpha(original), limit), zero, straight);
  };
  return {visible(pixels.rg, v0), visible(pixels.ba, v1)};
}

// kFixedOne has no bit that a larger alpha lacks, so the bitwise and of two alphas is kFixedOne
// only when both are.
inline bool opaque(VI16 v0, VI16 v1) {
  const VI16 colours = hn::BitCast(kI16, hn::Set(hn::FixedTag<uint64_t, 2>(), 0x0000ffffffffffffu));
  const auto same = hn::VecFromMask(kI16, hn::Eq(hn::And(v0, v1), hn::Set(kI16, kFixedOne)));
  return hn::AllTrue(kI16, hn::Lt(hn::Or(same, colours), hn::Zero(kI16)));
}

}  // namespace

void bytes_to_planar(const uint8_t* in, int n, const PlanarRow& out) noexcept {
  read_bytes<4>(in, n, [&](const uint8_t* pixels, int x) {
    const VI32 v = hn::BitCast(kI32, hn::LoadU(kU8, pixels));
    const VI32 mask = hn::Set(kI32, 255);
    hn::Store(to_unit(hn::And(v, mask)), kF32, out.r + x);
    hn::Store(to_unit(hn::And(hn::ShiftRight<8>(v), mask)), kF32, out.g + x);
    hn::Store(to_unit(hn::And(hn::ShiftRight<16>(v), mask)), kF32, out.b + x);
    hn::Store(to_unit(hn::And(hn::ShiftRight<24>(v), mask)), kF32, out.a + x);
  });
}

// t = c a (a = 255 in the alpha lane itself); t 64 / 255 = (t + t / 256 + ...) / 4, exact for a = 0
// and a = 255, within one unit elsewhere.
void bytes_to_fixed(const uint8_t* in, int n, int16_t* out) noexcept {
  const auto own = hn::BitCast(kU16, hn::Set(hn::FixedTag<uint64_t, 2>(), 0x00ff000000000000u));
  const auto one = hn::Set(kU16, 1);
  const auto half = [&](auto bytes8, int16_t* to) {
    const auto c = hn::PromoteTo(kU16, bytes8);
    const auto a = hn::Or(hn::BitCast(kU16, broadcast_alpha(hn::BitCast(kI16, c))), own);
    const auto t = hn::Mul(c, a);
    const auto sum = hn::Add(hn::Add(t, hn::ShiftRight<8>(t)), one);
    hn::StoreU(hn::BitCast(kI16, hn::ShiftRight<2>(sum)), kI16, to);
  };
  const auto colours = hn::Set(kI32, 0x00ffffff);
  read_bytes<4>(in, n, [&](const uint8_t* pixels, int x) {
    const auto v = hn::LoadU(kU8, pixels);
    const auto alphas = hn::Or(hn::BitCast(kI32, v), colours);
    if (hn::AllTrue(kI32, hn::Eq(alphas, hn::Set(kI32, -1)))) {
      const auto zero = hn::Zero(kU8);
      const auto low8 = hn::BitCast(kU16, hn::InterleaveLower(kU8, zero, v));
      const auto high8 = hn::BitCast(kU16, hn::InterleaveUpper(kU8, zero, v));
      hn::StoreU(hn::BitCast(kI16, hn::ShiftRight<2>(low8)), kI16, out + 4 * x);
      hn::StoreU(hn::BitCast(kI16, hn::ShiftRight<2>(high8)), kI16, out + 4 * x + 8);
      return;
    }
    half(hn::LoadU(kU8Half, pixels), out + 4 * x);
    half(hn::LoadU(kU8Half, pixels + 8), out + 4 * x + 8);
  });
}

void planar_to_bytes(const PlanarRow& in, int n, uint8_t* out) noexcept {
  const VF scale = hn::Set(kF32, 255.0f);
  const auto level = [&](const float* plane) {
    return round_small(hn::Mul(hn::Load(kF32, plane), scale));
  };
  write_bytes<4>(n, out, [&](int x, uint8_t* to) {
    const VI32 rg = hn::Or(level(in.r + x), hn::ShiftLeft<8>(level(in.g + x)));
    const VI32 ba = hn::Or(hn::ShiftLeft<16>(level(in.b + x)), hn::ShiftLeft<24>(level(in.a + x)));
    hn::StoreU(hn::BitCast(kU8, hn::Or(rg, ba)), kU8, to);
  });
}

void planar_to_fixed(const PlanarRow& in, int n, int16_t* out) noexcept {
  const VF scale = hn::Set(kF32, float{kFixedOne});
  for (int x = 0; x < n; x += 4) {
    const VF a = hn::Mul(hn::Load(kF32, in.a + x), scale);
    const auto channel = [&](const float* plane) {
      return round_small(hn::Mul(hn::Load(kF32, plane + x), a));
    };
    const VI16 rg = pack(channel(in.r), channel(in.g));
    const VI16 ba = pack(channel(in.b), round_small(a));
    const Split pixels = join(rg, ba);
    // A region of a temporary may begin at any pixel.
    hn::StoreU(pixels.rg, kI16, out + 4 * x);
    hn::StoreU(pixels.ba, kI16, out + 4 * x + 8);
  }
}

void fixed_to_planar(const int16_t* in, int n, const PlanarRow& out) noexcept {
  for (int x = 0; x < n; x += 4) {
    const Pixels p = straighten(hn::LoadU(kI16, in + 4 * x), hn::LoadU(kI16, in + 4 * x + 8));
    hn::Store(p.r, kF32, out.r + x);
    hn::Store(p.g, kF32, out.g + x);
    hn::Store(p.b, kF32, out.b + x);
    hn::Store(p.a, kF32, out.a + x);
  }
}

void fixed_to_premultiplied(const int16_t* in, int n, const PlanarRow& out) noexcept {
  const VF unit = hn::Set(kF32, 1.0f / kFixedOne);
  const auto value = [&](VI32 v) { return hn::Mul(hn::ConvertTo(kF32, v), unit); };
  for (int x = 0; x < n; x += 4) {
    const Split s = split(hn::LoadU(kI16, in + 4 * x), hn::LoadU(kI16, in + 4 * x + 8));
    hn::Store(value(low(s.rg)), kF32, out.r + x);
    hn::Store(value(high(s.rg)), kF32, out.g + x);
    hn::Store(value(low(s.ba)), kF32, out.b + x);
    hn::Store(value(high(s.ba)), kF32, out.a + x);
  }
}

void premultiply(const PlanarRow& row, int n) noexcept {
  const VF one = hn::Set(kF32, 1.0f);
  for (int x = 0; x < n; x += 4) {
    const VF a = hn::Load(kF32, row.a + x);
    if (hn::AllTrue(kF32, hn::Eq(a, one))) continue;
    for (float* plane : {row.r, row.g, row.b}) {
      hn::Store(hn::Mul(hn::Load(kF32, plane + x), a), kF32, plane + x);
    }
  }
}

void bytes_to_planar(const uint8_t* in, int n, const FloatTables& tables,
                     const PlanarRow& out) noexcept {
  read_bytes<4>(in, n, [&](const uint8_t* pixels, int x) {
    for (int k = 0; k < 4; ++k) {
      out.r[x + k] = tables.r[pixels[4 * k]];
      out.g[x + k] = tables.g[pixels[4 * k + 1]];
      out.b[x + k] = tables.b[pixels[4 * k + 2]];
    }
    const VI32 v = hn::BitCast(kI32, hn::LoadU(kU8, pixels));
    hn::Store(to_unit(hn::And(hn::ShiftRight<24>(v), hn::Set(kI32, 255))), kF32, out.a + x);
  });
}

FixedWords fixed_words(const FloatTables& tables) {
  FixedWords words;
  const float* planes[3] = {tables.r, tables.g, tables.b};
  alignas(64) float row[4][256];
  alignas(64) int16_t fixed[4 * 256];
  for (size_t c = 0; c < 3; ++c) std::memcpy(row[c], planes[c], sizeof(row[c]));
  for (float& a : row[3]) a = 255.0f * (1.0f / 255.0f);
  planar_to_fixed({row[0], row[1], row[2], row[3]}, 256, fixed);
  for (size_t c = 0; c < 3; ++c) {
    for (size_t v = 0; v < 256; ++v) {
      words[c][v] = static_cast<uint64_t>(static_cast<uint16_t>(fixed[4 * v + c])) << (16 * c);
    }
  }
  return words;
}

void bytes_to_fixed(const uint8_t* in, int n, const FloatTables& tables, const FixedWords& words,
                    int16_t* out) noexcept {
  const uint64_t* r = words[0].data();
  const uint64_t* g = words[1].data();
  const uint64_t* b = words[2].data();
  constexpr uint64_t kAlpha = uint64_t{kFixedOne} << 48;
  read_bytes<4>(in, n, [&](const uint8_t* pixels, int x) {
    if ((pixels[3] & pixels[7] & pixels[11] & pixels[15]) == 255) {
      for (int k = 0; k < 4; ++k) {
        const uint8_t* p = pixels + 4 * k;
        const uint64_t word = kAlpha | r[p[0]] | g[p[1]] | b[p[2]];
        std::memcpy(out + 4 * (x + k), &word, sizeof(word));
      }
      return;
    }
    alignas(16) float planes[4][4];
    const PlanarRow row = {planes[0], planes[1], planes[2], planes[3]};
    bytes_to_planar(pixels, 4, tables, row);
    planar_to_fixed(row, 4, out + 4 * x);
  });
}

void fixed_to_planar(const int16_t* in, int n, const FloatTables& tables,
                     const PlanarRow& out) noexcept {
  alignas(16) int16_t straight[16];
  for (int x = 0; x < n; x += 4) {
    const VI16 v0 = hn::LoadU(kI16, in + 4 * x);
    const VI16 v1 = hn::LoadU(kI16, in + 4 * x + 8);
    const VI32 a = high(split(v0, v1).ba);
    hn::Store(hn::Mul(hn::ConvertTo(kF32, a), hn::Set(kF32, 1.0f / kFixedOne)), kF32, out.a + x);
    const Split p = opaque(v0, v1) ? Split{v0, v1} : straighten_fixed(v0, v1);
    // Lanes behind the end of the row may hold anything: they must not leave the table.
    const VI16 top = hn::Set(kI16, kFixedOne), zero = hn::Zero(kI16);
    hn::Store(hn::Min(hn::Max(p.rg, zero), top), kI16, straight);
    hn::Store(hn::Min(hn::Max(p.ba, zero), top), kI16, straight + 8);
    for (int k = 0; k < 4; ++k) {
      out.r[x + k] = tables.r[straight[4 * k]];
      out.g[x + k] = tables.g[straight[4 * k + 1]];
      out.b[x + k] = tables.b[straight[4 * k + 2]];
    }
  }
}

void fixed_to_bytes(const int16_t* in, int n, uint8_t* out) noexcept {
  const VI16 bias = hn::Set(kI16, kFixedLevel / 2);
  write_bytes<4>(n, out, [&](int x, uint8_t* to) {
    Split p = {hn::LoadU(kI16, in + 4 * x), hn::LoadU(kI16, in + 4 * x + 8)};
    if (!opaque(p.rg, p.ba)) p = straighten_fixed(p.rg, p.ba);
    hn::StoreU(hn::DemoteTo(kU8Half, hn::ShiftRight<6>(hn::Add(p.rg, bias))), kU8Half, to);
    hn::StoreU(hn::DemoteTo(kU8Half, hn::ShiftRight<6>(hn::Add(p.ba, bias))), kU8Half, to + 8);
  });
}

bool all_opaque(const int16_t* in, int n) noexcept {
  if (n % 2 != 0 && in[4 * n - 1] != kFixedOne) return false;
  VI16 common = hn::Set(kI16, kFixedOne);
  for (int i = 0; i + 8 <= 4 * n; i += 8) common = hn::And(common, hn::LoadU(kI16, in + i));
  return opaque(common, common);
}

void straighten_row(const int16_t* in, int n, int16_t* out) noexcept {
  for (int i = 0; i < 4 * n; i += 16) {
    const Split p = straighten_fixed(hn::LoadU(kI16, in + i), hn::LoadU(kI16, in + i + 8));
    hn::StoreU(p.rg, kI16, out + i);
    hn::StoreU(p.ba, kI16, out + i + 8);
  }
}

void premultiply_row(int16_t* row, const int16_t* alphas, int n) noexcept {
  const VF one = hn::Set(kF32, float{kFixedOne});
  for (int i = 0; i < 4 * n; i += 16) {
    const Split p = split(hn::LoadU(kI16, row + i), hn::LoadU(kI16, row + i + 8));
    const VI32 alpha = high(split(hn::LoadU(kI16, alphas + i), hn::LoadU(kI16, alphas + i + 8)).ba);
    const VF a = hn::Div(hn::ConvertTo(kF32, alpha), one);
    const auto times_alpha = [&](VI32 c) {
      return round_small(hn::Mul(hn::ConvertTo(kF32, c), a));
    };
    const Split pixels = join(pack(times_alpha(low(p.rg)), times_alpha(high(p.rg))),
                              pack(times_alpha(low(p.ba)), alpha));
    hn::StoreU(pixels.rg, kI16, row + i);
    hn::StoreU(pixels.ba, kI16, row + i + 8);
  }
}

PixelTables pixel_tables(const ByteTables& tables) {
  PixelTables words;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t v = 0; v < 256; ++v) words[c][v] = uint32_t{tables.rgb[c][v]} << (8 * c);
  }
  return words;
}

void map_bytes(const uint8_t* in, int n, const PixelTables& tables, uint8_t* out) noexcept {
  const uint32_t* r = tables[0].data();
  const uint32_t* g = tables[1].data();
  const uint32_t* b = tables[2].data();
  for (int x = 0; x < n; ++x) {
    uint32_t p;
    std::memcpy(&p, in + 4 * x, 4);
    p = (p & 0xff000000u) | r[p & 255] | g[(p >> 8) & 255] | b[(p >> 16) & 255];
    std::memcpy(out + 4 * x, &p, 4);
  }
}

void replicate_fixed(int16_t* row, int n, int left, int right) noexcept {
  for (int x = 1; x <= left; ++x) std::memcpy(row - 4 * x, row, 8);
  for (int x = 0; x < right; ++x) std::memcpy(row + 4 * (n + x), row + 4 * (n - 1), 8);
}

void replicate_planar(const PlanarRow& row, int n, int left, int right) noexcept {
  for (float* plane : {row.r, row.g, row.b, row.a}) {
    for (int x = 1; x <= left; ++x) plane[-x] = plane[0];
    for (int x = 0; x < right; ++x) plane[n + x] = plane[n - 1];
  }
}

}  // namespace stopbath
