// Oracles of the tone curves: what happens to one channel of one pixel.
#include "oracle.h"

namespace stopbath::oracle {
namespace {

void levels(Picture& p, Settings v) {
  const double black = v[0] / 255, white = v[1] / 255, out_black = v[3] / 255,
               out_white = v[4] / 255;
  each_channel(p, [&](double c) {
    const double t = clamp01((c - black) / (white - black));
    return out_black + (out_white - out_black) * std::pow(t, 1 / v[2]);
  });
}

}  // namespace

std::span<const Entry> tone_oracles() {
  static constexpr Entry kEntries[] = {
      {"levels", levels, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
