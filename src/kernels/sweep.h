// Effects in which a pixel depends on results before it: error diffusion, run over rows from top to
// bottom.
//
// An effect supplies a small trivially copyable functor `VI32 operator()(VI32 pixel) const`: the
// nearest of the values that it allows, straight colours of one pixel in fixed units. What that is
// off goes to pixels that come later, 7/16 to the right, 3/16, 5/16 and 1/16 to the row below
// (Floyd and Steinberg, 1976), in whole units and without losing any. Every second row runs from
// right to left.
#ifndef STOPBATH_KERNELS_SWEEP_H_
#define STOPBATH_KERNELS_SWEEP_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "kernels/pixel_rows.h"
#include "kernels/simd.h"

namespace stopbath {

struct SweepStage {
  static constexpr size_t kStateBytes = 32;
  // Works on n straight pixels in place. `here` and `below` have the errors of this row and of the
  // next, four a pixel, with a pixel of room on both sides; `below` begins as zeros.
  void (*run)(const void* state, int16_t* row, int n, bool backwards, int32_t* here,
              int32_t* below) noexcept = nullptr;
  alignas(16) unsigned char state[kStateBytes] = {};
  std::shared_ptr<const void> owned;  // what the state points to, where it is too large for it
  double ns = 8;                      // nominal cost of one pixel
};

template <class Functor>
void run_sweep(const void* state, int16_t* row, int n, bool backwards, int32_t* here,
               int32_t* below) noexcept {
  Functor functor;
  std::memcpy(&functor, state, sizeof(Functor));
  const VI32 zero = hn::Zero(kI32), top = hn::Set(kI32, kFixedOne);
  const int step = backwards ? -4 : 4;
  int i = backwards ? 4 * (n - 1) : 0;
  VI32 ahead = zero;
  const auto add = [](int32_t* to, VI32 part) {
    hn::StoreU(hn::Add(hn::LoadU(kI32, to), part), kI32, to);
  };
  for (int left = n; left > 0; --left, i += step) {
    const VI32 pixel = hn::PromoteTo(kI32, hn::LoadU(kI16Half, row + i));
    const VI32 wanted = hn::Add(hn::Add(pixel, ahead), hn::LoadU(kI32, here + i));
    const VI32 v = hn::Min(hn::Max(wanted, zero), top);
    const VI32 q = functor(v);
    hn::StoreU(hn::DemoteTo(kI16Half, q), kI16Half, row + i);
    const VI32 e = functor.carried(hn::Sub(v, q));
    const auto part = [&](int weight) {
      return hn::ShiftRight<4>(hn::Mul(e, hn::Set(kI32, weight)));
    };
    const VI32 e3 = part(3), e5 = part(5);
    ahead = part(7);
    add(below + i - step, e3);
    add(below + i, e5);
    add(below + i + step, hn::Sub(hn::Sub(e, ahead), hn::Add(e3, e5)));
  }
}

template <class Functor>
SweepStage make_sweep(const Functor& functor, double ns,
                      std::shared_ptr<const void> owned = nullptr) {
  static_assert(std::is_trivially_copyable_v<Functor> && std::is_default_constructible_v<Functor>);
  static_assert(sizeof(Functor) <= SweepStage::kStateBytes);
  SweepStage stage;
  stage.run = &run_sweep<Functor>;
  std::memcpy(stage.state, &functor, sizeof(Functor));
  stage.owned = std::move(owned);
  stage.ns = ns;
  return stage;
}

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_SWEEP_H_
