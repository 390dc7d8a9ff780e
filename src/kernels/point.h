// Point effects: arithmetic on one pixel, run over a planar row by one loop.
//
// An effect supplies a small trivially copyable functor `void operator()(Colour&, const Place&)
// const` on vectors of four pixels; PointStage carries a copy of it and the loop compiled for it.
// Results are clamped to 0..1 after every stage. A functor that changes alpha says so by a member
// `static constexpr bool kWritesAlpha = true`.
#ifndef STOPBATH_KERNELS_POINT_H_
#define STOPBATH_KERNELS_POINT_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "kernels/pixel_rows.h"
#include "kernels/simd.h"

namespace stopbath {

// Four pixels, each channel 0..1, straight alpha.
struct Colour {
  VF r, g, b, a;
};

// Centres of the four pixels, in pixels of the level: 0.5 is the centre of the first column.
struct Place {
  VF x, y;
};

struct PointStage {
  static constexpr size_t kStateBytes = 64;
  void (*run)(const void* state, const PlanarRow& row, int n, int x0, int y) noexcept = nullptr;
  alignas(16) unsigned char state[kStateBytes] = {};
  std::shared_ptr<const void> owned;  // what the state points to, where it is too large for it
  // Nominal cost of one pixel: for predictions and for the choice between arithmetic and a table.
  double ns = kPlainNs;

  static constexpr double kPlainNs = 0.5;   // a few additions and multiplications
  static constexpr double kCurvedNs = 2.0;  // a polynomial or a power per channel
};

template <class Functor>
void run_point(const void* state, const PlanarRow& row, int n, int x0, int y) noexcept {
  Functor functor;
  std::memcpy(&functor, state, sizeof(Functor));
  const VF zero = hn::Zero(kF32);
  const VF one = hn::Set(kF32, 1.0f);
  const VF first = hn::Add(hn::Iota(kF32, 0.0f), hn::Set(kF32, static_cast<float>(x0) + 0.5f));
  const VF line = hn::Set(kF32, static_cast<float>(y) + 0.5f);
  const auto clamp = [&](VF v) { return hn::Min(hn::Max(v, zero), one); };
  for (int x = 0; x < n; x += 4) {
    Colour c = {hn::Load(kF32, row.r + x), hn::Load(kF32, row.g + x), hn::Load(kF32, row.b + x),
                hn::Load(kF32, row.a + x)};
    functor(c, Place{hn::Add(first, hn::Set(kF32, static_cast<float>(x))), line});
    hn::Store(clamp(c.r), kF32, row.r + x);
    hn::Store(clamp(c.g), kF32, row.g + x);
    hn::Store(clamp(c.b), kF32, row.b + x);
    if constexpr (requires { Functor::kWritesAlpha; }) hn::Store(clamp(c.a), kF32, row.a + x);
  }
}

template <class Functor>
PointStage make_point(const Functor& functor, double ns = PointStage::kPlainNs,
                      std::shared_ptr<const void> owned = nullptr) {
  static_assert(std::is_trivially_copyable_v<Functor> && std::is_default_constructible_v<Functor>);
  static_assert(sizeof(Functor) <= PointStage::kStateBytes);
  PointStage stage;
  stage.run = &run_point<Functor>;
  std::memcpy(stage.state, &functor, sizeof(Functor));
  stage.ns = ns;
  stage.owned = std::move(owned);
  return stage;
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_POINT_H_
