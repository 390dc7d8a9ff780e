// Neighbourhood effects: arithmetic on a pixel and those around it, run over a row by one loop.
//
// An effect supplies a small trivially copyable functor and says in which form it reads the rows:
//
//   straight, premultiplied   Colour operator()(const PlanarWindow&, const Place&) const
//   fixed                     VI16 operator()(const FixedWindow&) const
//   fixed, a row at a time    void operator()(const WindowRows&, int n, int16_t* out,
//                                             uint8_t* scratch) const
//
// A premultiplied result is divided by the alpha that the functor gives, before that alpha is
// clamped: a filter whose weights add up to 1 keeps the colour of an even area up to its edge.
#ifndef STOPBATH_KERNELS_WINDOW_H_
#define STOPBATH_KERNELS_WINDOW_H_

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "kernels/pixel_rows.h"
#include "kernels/point.h"
#include "kernels/simd.h"

namespace stopbath {

inline constexpr int kMaxWindowReach = 64;

// The 2 reach + 1 rows around a row, in one of both forms; element `reach` is the row itself, and
// every pointer stands at the first column of the result. Edges are repeated around them.
struct WindowRows {
  int reach = 0;
  const PlanarRow* planar = nullptr;
  const int16_t* const* fixed = nullptr;
};

// The pixels around four pixels.
struct PlanarWindow {
  const PlanarRow* middle;
  int x;

  Colour at(int dx, int dy) const {
    const PlanarRow& row = middle[dy];
    return {hn::LoadU(kF32, row.r + x + dx), hn::LoadU(kF32, row.g + x + dx),
            hn::LoadU(kF32, row.b + x + dx), hn::LoadU(kF32, row.a + x + dx)};
  }
};

// The pixels around two pixels.
struct FixedWindow {
  const int16_t* const* middle;
  int i;

  VI16 at(int dx, int dy) const { return hn::LoadU(kI16, middle[dy] + i + 4 * dx); }
};

struct WindowStage {
  enum class Form { kStraight, kPremultiplied, kFixed };
  static constexpr size_t kStateBytes = 256;

  Form form = Form::kPremultiplied;
  int reach = 1;              // 0..kMaxWindowReach
  double ns = 4;              // nominal cost of one pixel
  int scratch_per_pixel = 0;  // bytes, of a functor that works on a row at a time
  // Writes n pixels (padded): straight planes, or a fixed row when that is the form.
  void (*run)(const void* state, const WindowRows& rows, int n, int x0, int y,
              const PlanarRow& planar, int16_t* fixed, uint8_t* scratch) noexcept = nullptr;
  alignas(16) unsigned char state[kStateBytes] = {};
};

template <class Functor, WindowStage::Form kForm>
void run_planar_window(const void* state, const WindowRows& rows, int n, int x0, int y,
                       const PlanarRow& out, int16_t*, uint8_t*) noexcept {
  Functor functor;
  std::memcpy(&functor, state, sizeof(Functor));
  const VF zero = hn::Zero(kF32);
  const VF one = hn::Set(kF32, 1.0f);
  const VF first = hn::Add(hn::Iota(kF32, 0.0f), hn::Set(kF32, static_cast<float>(x0) + 0.5f));
  const VF line = hn::Set(kF32, static_cast<float>(y) + 0.5f);
  const auto clamp = [&](VF v) { return hn::Min(hn::Max(v, zero), one); };
  for (int x = 0; x < n; x += 4) {
    const Place place = {hn::Add(first, hn::Set(kF32, static_cast<float>(x))), line};
    Colour c = functor(PlanarWindow{rows.planar + rows.reach, x}, place);
    if (kForm == WindowStage::Form::kPremultiplied && !hn::AllTrue(kF32, hn::Eq(c.a, one))) {
      const VF inverse = hn::Div(one, hn::Max(c.a, hn::Set(kF32, 1e-6f)));
      c.r = hn::Mul(c.r, inverse);
      c.g = hn::Mul(c.g, inverse);
      c.b = hn::Mul(c.b, inverse);
    }
    hn::Store(clamp(c.r), kF32, out.r + x);
    hn::Store(clamp(c.g), kF32, out.g + x);
    hn::Store(clamp(c.b), kF32, out.b + x);
    hn::Store(clamp(c.a), kF32, out.a + x);
  }
}

template <class Functor>
void run_fixed_window(const void* state, const WindowRows& rows, int n, int, int, const PlanarRow&,
                      int16_t* out, uint8_t* scratch) noexcept {
  Functor functor;
  std::memcpy(&functor, state, sizeof(Functor));
  if constexpr (std::is_invocable_v<Functor, const WindowRows&, int, int16_t*, uint8_t*>) {
    functor(rows, n, out, scratch);
  } else {
    for (int i = 0; i < 4 * n; i += 8) {
      hn::StoreU(functor(FixedWindow{rows.fixed + rows.reach, i}), kI16, out + i);
    }
  }
}

template <WindowStage::Form kForm, class Functor>
WindowStage make_window(const Functor& functor, int reach, double ns, int scratch_per_pixel = 0) {
  static_assert(std::is_trivially_copyable_v<Functor> && std::is_default_constructible_v<Functor>);
  static_assert(sizeof(Functor) <= WindowStage::kStateBytes);
  WindowStage stage;
  stage.form = kForm;
  stage.reach = reach;
  stage.ns = ns;
  stage.scratch_per_pixel = scratch_per_pixel;
  if constexpr (kForm == WindowStage::Form::kFixed) {
    stage.run = &run_fixed_window<Functor>;
  } else {
    stage.run = &run_planar_window<Functor, kForm>;
  }
  std::memcpy(stage.state, &functor, sizeof(Functor));
  return stage;
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_WINDOW_H_
