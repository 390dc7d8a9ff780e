// Oracles of effects that look at the whole image: counts of levels, and sweeps of error diffusion.
//
// A sweep decides by whole numbers, and one decision changes all that follow: its oracle starts
// from the fixed values that the core has for straight pixels, and must then decide the same.
#include <array>
#include <climits>
#include <functional>

#include "effects/effect.h"
#include "kernels/pixel_rows.h"
#include "oracle.h"

namespace stopbath::oracle {
namespace {

void auto_levels(Picture& p, Settings v) {
  std::array<std::array<int, 256>, 3> counts = {};
  int total = 0;
  each_pixel(p, [&](double* c, int, int) {
    if (c[3] == 0) return;
    ++total;
    for (size_t i = 0; i < 3; ++i) ++counts[i][static_cast<size_t>(std::lround(c[i] * 255))];
  });
  double black[3], white[3];
  for (size_t i = 0; i < 3; ++i) {
    int low = 0, high = 255;
    for (int sum = counts[i][0]; low < 255 && sum <= v[0] / 100 * total;)
      sum += counts[i][static_cast<size_t>(++low)];
    for (int sum = counts[i][255]; high > 0 && sum <= v[0] / 100 * total;)
      sum += counts[i][static_cast<size_t>(--high)];
    black[i] = low;
    white[i] = high;
  }
  if (v[1] != 0) {
    std::fill_n(black, 3, *std::min_element(black, black + 3));
    std::fill_n(white, 3, *std::max_element(white, white + 3));
  }
  if (total == 0) return;
  each_pixel(p, [&](double* c, int, int) {
    for (int i = 0; i < 3; ++i) {
      if (white[i] > black[i]) c[i] = (255 * c[i] - black[i]) / (white[i] - black[i]);
    }
  });
}

using Colour3 = std::array<int, 3>;

void sweep(Picture& p, double strength, const std::function<Colour3(Colour3)>& nearest) {
  const int share = static_cast<int>(strength * 256 + 0.5);
  const auto width = static_cast<size_t>(p.width);
  const size_t padded = static_cast<size_t>(padded_pixels(p.width)) * 4;
  std::vector<Colour3> here(width + 2), below(width + 2);
  for (int y = 0; y < p.height; ++y) {
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < 4 * width; ++i) {
      bytes.push_back(static_cast<uint8_t>(std::lround(p.pixel(0, y)[i] * 255)));
    }
    std::vector<int16_t> fixed(padded + 16), row(padded + 16);
    bytes_to_fixed(bytes.data(), p.width, fixed.data());
    straighten_row(fixed.data(), p.width, row.data());
    std::fill(below.begin(), below.end(), Colour3{});
    for (int k = 0; k < p.width; ++k) {
      const bool backwards = y % 2 != 0;
      const int x = backwards ? p.width - 1 - k : k;
      const int next = backwards ? -1 : 1;
      const auto at = static_cast<size_t>(x + 1);
      Colour3 wanted;
      for (size_t c = 0; c < 3; ++c) {
        wanted[c] = std::clamp(row[4 * static_cast<size_t>(x) + c] + here[at][c], 0, kFixedOne);
      }
      const Colour3 got = nearest(wanted);
      for (size_t c = 0; c < 3; ++c) {
        const int e = ((wanted[c] - got[c]) * share) >> 8;
        const int ahead = (7 * e) >> 4, behind = (3 * e) >> 4, down = (5 * e) >> 4;
        here[at + static_cast<size_t>(next)][c] += ahead;
        below[at - static_cast<size_t>(next)][c] += behind;
        below[at][c] += down;
        below[at + static_cast<size_t>(next)][c] += e - ahead - behind - down;
        p.pixel(x, y)[c] = got[c] / double{kFixedOne};
      }
    }
    std::swap(here, below);
  }
}

void error_diffusion(Picture& p, Settings v) {
  const auto steps = static_cast<float>(v[0] - 1);
  sweep(p, v[1], [&](Colour3 c) {
    for (int& value : c) {
      const float k =
          std::nearbyint(static_cast<float>(value) * static_cast<float>(double{steps} / kFixedOne));
      value = static_cast<int>(
          std::nearbyint(k * static_cast<float>(double{kFixedOne} / double{steps})));
    }
    return c;
  });
}

void palette(Picture& p, Settings v) {
  const auto colours = list_of(v, 0);
  sweep(p, v[1], [&](Colour3 c) {
    int least = INT_MAX;
    Colour3 best = {};
    for (const double entry : colours) {
      const int bits = static_cast<int>(entry);
      const Colour3 colour = {(bits >> 16) * 64, (bits >> 8 & 255) * 64, (bits & 255) * 64};
      int distance = 0;
      for (size_t i = 0; i < 3; ++i) {
        const int d = (c[i] >> 4) - (colour[i] >> 4);
        distance += d * d;
      }
      if (distance < least) least = distance, best = colour;
    }
    return best;
  });
}

}  // namespace

std::span<const Entry> whole_oracles() {
  static constexpr Entry kEntries[] = {
      {"auto-levels", auto_levels, 0.6},
      {"error-diffusion", error_diffusion, 0.6},
      {"palette", palette, 0.6},
  };
  return kEntries;
}

}  // namespace stopbath::oracle
