// Effects that put a filtered image together with the one it was made from: arithmetic on two
// pixels at the same place, run over a row by one loop.
//
// An effect supplies a small trivially copyable functor and says in which form it reads the pixels:
//
//   fixed           VI16 operator()(VI16 original, VI16 filtered) const, straight colours
//   planar          Colour operator()(const Colour& original, const Colour& filtered,
//                                     const Place&) const, straight colours
//   premultiplied   VI16 operator()(VI16 original, VI16 filtered) const, two pixels with alpha
//
// The alpha of the result is the original's, but for the last form and for planar functors that say
// otherwise by a member `static constexpr bool kWritesAlpha = true`. Where alpha is 0 the filtered
// colour still is that of the pixels around, and the original's is black.
#ifndef STOPBATH_KERNELS_COMBINE_H_
#define STOPBATH_KERNELS_COMBINE_H_

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "kernels/pixel_rows.h"
#include "kernels/point.h"
#include "kernels/simd.h"

namespace stopbath {

// Two rows of the same columns, in the form that the stage reads.
struct CombineRows {
  const int16_t* original = nullptr;
  const int16_t* filtered = nullptr;
  PlanarRow original_planes = {};
  PlanarRow filtered_planes = {};
};

struct CombineStage {
  enum class Form { kFixed, kPlanar, kPremultiplied };
  static constexpr size_t kStateBytes = 64;

  Form form = Form::kFixed;
  double ns = 0.6;  // nominal cost of one pixel
  // Writes n pixels (padded): planes when that is the form, else a fixed row.
  void (*run)(const void* state, const CombineRows& rows, int n, int x0, int y,
              const PlanarRow& planar, int16_t* fixed) noexcept = nullptr;
  alignas(16) unsigned char state[kStateBytes] = {};
};

template <class Functor>
void run_fixed_combine(const void* state, const CombineRows& rows, int n, int, int,
                       const PlanarRow&, int16_t* out) noexcept {
  Functor functor;
  std::memcpy(&functor, state, sizeof(Functor));
  const VI16 zero = hn::Zero(kI16), top = hn::Set(kI16, kFixedOne);
  for (int i = 0; i < 4 * n; i += 8) {
    const VI16 v = functor(hn::LoadU(kI16, rows.original + i), hn::LoadU(kI16, rows.filtered + i));
    hn::StoreU(hn::Min(hn::Max(v, zero), top), kI16, out + i);
  }
}

template <class Functor>
void run_planar_combine(const void* state, const CombineRows& rows, int n, int x0, int y,
                        const PlanarRow& out, int16_t*) noexcept {
  Functor functor;
  std::memcpy(&functor, state, sizeof(Functor));
  const VF zero = hn::Zero(kF32), one = hn::Set(kF32, 1.0f);
  const VF first = hn::Add(hn::Iota(kF32, 0.0f), hn::Set(kF32, static_cast<float>(x0) + 0.5f));
  const VF line = hn::Set(kF32, static_cast<float>(y) + 0.5f);
  const auto load = [](const PlanarRow& row, int x) -> Colour {
    return {hn::Load(kF32, row.r + x), hn::Load(kF32, row.g + x), hn::Load(kF32, row.b + x),
            hn::Load(kF32, row.a + x)};
  };
  const auto clamp = [&](VF v) { return hn::Min(hn::Max(v, zero), one); };
  for (int x = 0; x < n; x += 4) {
    const Colour original = load(rows.original_planes, x);
    const Place place = {hn::Add(first, hn::Set(kF32, static_cast<float>(x))), line};
    const Colour c = functor(original, load(rows.filtered_planes, x), place);
    hn::Store(clamp(c.r), kF32, out.r + x);
    hn::Store(clamp(c.g), kF32, out.g + x);
    hn::Store(clamp(c.b), kF32, out.b + x);
    if constexpr (requires { Functor::kWritesAlpha; }) {
      hn::Store(clamp(c.a), kF32, out.a + x);
    } else {
      hn::Store(original.a, kF32, out.a + x);
    }
  }
}

template <CombineStage::Form kForm, class Functor>
CombineStage make_combine(const Functor& functor, double ns) {
  static_assert(std::is_trivially_copyable_v<Functor> && std::is_default_constructible_v<Functor>);
  static_assert(sizeof(Functor) <= CombineStage::kStateBytes);
  CombineStage stage;
  stage.form = kForm;
  stage.ns = ns;
  if constexpr (kForm == CombineStage::Form::kPlanar) {
    stage.run = &run_planar_combine<Functor>;
  } else {
    stage.run = &run_fixed_combine<Functor>;
  }
  std::memcpy(stage.state, &functor, sizeof(Functor));
  return stage;
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_COMBINE_H_
