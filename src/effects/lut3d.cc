// Lookup table:  out = in + a (T(in) - in),  T a table of n^3 colours, in encoded values.
//
// Between its colours T is interpolated in tetrahedra: with the fractions sorted f1 >= f2 >= f3,
// from the near corner of the cell along those axes one after another,
//   T = (1 - f1) near + (f1 - f2) after1 + (f2 - f3) after2 + f3 far,
// which keeps grey exactly on the diagonal.
#include <algorithm>
#include <memory>
#include <vector>

#include "effects/effect.h"

namespace stopbath {
namespace {

enum { kTable, kAmount };

constexpr int kMostSide = 65;
constexpr double kPlainTable[] = {pack_colour(0, 0, 0), pack_colour(1, 0, 0), pack_colour(0, 1, 0),
                                  pack_colour(1, 1, 0), pack_colour(0, 0, 1), pack_colour(1, 0, 1),
                                  pack_colour(0, 1, 1), pack_colour(1, 1, 1)};

constexpr Param kParams[] = {
    {.name = "table",
     .type = ParamType::kTable,
     .unit = "",
     .min = 0,
     .max = 1,
     .default_value = 0,
     .step = 1,
     .sentence = "Colours for red, green and blue in equal steps, as a .cube file has them.",
     .default_list = kPlainTable,
     .least_length = 8,
     .most_length = kMostSide * kMostSide * kMostSide},
    share_param("amount", 1, "0 leaves the image as it is, 1 has only colours of the table."),
};

inline constexpr hn::FixedTag<uint16_t, 4> kWords;

// Colours as four words, red changing fastest.
struct Lookup {
  const uint16_t* table;
  float amount;
  int side;

  VF node(int at) const {
    return hn::ConvertTo(kF32, hn::PromoteTo(kI32, hn::LoadU(kWords, table + 4 * at)));
  }

  // The colour at cell `at` and fractions f of red, green and blue, in words.
  VF pixel(int at, const float* f) const {
    const int axis[3] = {1, side, side * side};
    // The permutation that sorts three fractions, by three comparisons.
    const bool rg = f[0] >= f[1], gb = f[1] >= f[2], rb = f[0] >= f[2];
    const int first = rg ? (rb ? 0 : 2) : (gb ? 1 : 2);
    const int last = rg ? (gb ? 2 : 1) : (rb ? 2 : 0);
    const int middle = 3 - first - last;
    const int near = at, after1 = near + axis[first], after2 = after1 + axis[middle];
    const auto part = [](float weight, VF colour) {
      return hn::Mul(hn::Set(kF32, weight), colour);
    };
    return hn::Add(
        hn::Add(part(1 - f[first], node(near)), part(f[first] - f[middle], node(after1))),
        hn::Add(part(f[middle] - f[last], node(after2)), part(f[last], node(after2 + axis[last]))));
  }

  void operator()(Colour& c, const Place&) const {
    alignas(16) int32_t cell[3][4];
    alignas(16) float fraction[3][4];
    alignas(16) float colours[16];
    const VF most = hn::Set(kF32, static_cast<float>(side - 1));
    const VI32 last = hn::Set(kI32, side - 2);
    const auto locate = [&](VF v, int axis) {
      const VF at = hn::Mul(v, most);
      // A lane behind the end of the row may hold anything: it must not leave the table.
      const VI32 whole = hn::Min(hn::Max(hn::ConvertTo(kI32, at), hn::Zero(kI32)), last);
      hn::Store(whole, kI32, cell[axis]);
      hn::Store(hn::Sub(at, hn::ConvertTo(kF32, whole)), kF32, fraction[axis]);
    };
    locate(c.r, 0);
    locate(c.g, 1);
    locate(c.b, 2);
    for (int i = 0; i < 4; ++i) {
      const float f[3] = {fraction[0][i], fraction[1][i], fraction[2][i]};
      const int at = cell[0][i] + side * (cell[1][i] + side * cell[2][i]);
      hn::Store(pixel(at, f), kF32, colours + 4 * i);
    }
    VF r, g, b, rest;
    hn::LoadInterleaved4(kF32, colours, r, g, b, rest);
    const VF a = hn::Set(kF32, amount), unit = hn::Set(kF32, 1.0f / 65535.0f);
    c.r = hn::Add(c.r, hn::Mul(a, hn::Sub(hn::Mul(r, unit), c.r)));
    c.g = hn::Add(c.g, hn::Mul(a, hn::Sub(hn::Mul(g, unit), c.g)));
    c.b = hn::Add(c.b, hn::Mul(a, hn::Sub(hn::Mul(b, unit), c.b)));
  }
};

}  // namespace

extern const Effect kLut3d;
const Effect kLut3d = {
    .name = "lut3d",
    .title = "Lookup table",
    .sentence = "Gives each colour another by a table, as .cube files of film looks hold it.",
    .category = "colour",
    .source = "Adobe Cube LUT Specification 1.0; tetrahedral interpolation after Sakamoto, 1981",
    .space = WorkingSpace::kEncoded,
    .traits = kPoint,
    .params = kParams,
    .example =
        "{ effect: 'lut3d', table: { size: 2, values: [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, "
        "1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1] } }",
    .is_identity =
        [](Values v) {
          return v[kAmount] == 0 || std::ranges::equal(list_of(v, kTable), kPlainTable);
        },
    .reach = no_reach,
    .lower = [](Values v, const LowerContext&) -> Stage {
      const auto packed = list_of(v, kTable);
      const auto words = std::make_shared<std::vector<uint16_t>>();
      words->reserve(4 * packed.size());
      for (const double colour : packed) {
        const auto bits = static_cast<uint64_t>(colour);
        for (int i = 0; i < 4; ++i) words->push_back(static_cast<uint16_t>(bits >> (16 * i)));
      }
      int side = 2;
      while (side * side * side < static_cast<int>(packed.size())) ++side;
      return make_point(Lookup{words->data(), static_cast<float>(v[kAmount]), side}, 6, words);
    },
};

}  // namespace stopbath
