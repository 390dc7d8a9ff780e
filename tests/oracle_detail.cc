// Oracles of what mixes neighbouring pixels.
#include "oracle.h"

namespace stopbath::oracle {
namespace {

// Normalised samples of the Gaussian out to 6 sigma, premultiplied alpha, edges repeated.
void gaussian_blur(Picture& p, Settings v) {
  const double sigma = v[0];
  if (sigma == 0) return;
  const int reach = static_cast<int>(std::ceil(6 * sigma));
  std::vector<double> weight;
  double total = 0;
  for (int k = -reach; k <= reach; ++k) {
    weight.push_back(std::exp(-0.5 * k * k / (sigma * sigma)));
    total += weight.back();
  }
  for (double& w : weight) w /= total;
  each_pixel(p, [](double* c, int, int) {
    for (int i = 0; i < 3; ++i) c[i] *= c[3];
  });
  for (const bool along_x : {true, false}) {
    const Picture in = p;
    const int side = along_x ? p.width : p.height;
    for (int y = 0; y < p.height; ++y) {
      for (int x = 0; x < p.width; ++x) {
        double sum[4] = {};
        for (int k = -reach; k <= reach; ++k) {
          const int at = std::clamp((along_x ? x : y) + k, 0, side - 1);
          const double* c = along_x ? in.pixel(at, y) : in.pixel(x, at);
          for (int i = 0; i < 4; ++i) sum[i] += weight[static_cast<size_t>(k + reach)] * c[i];
        }
        for (int i = 0; i < 4; ++i) p.pixel(x, y)[i] = sum[i];
      }
    }
  }
  each_pixel(p, [](double* c, int, int) {
    for (int i = 0; i < 3; ++i) c[i] = c[3] > 0 ? c[i] / c[3] : 0;
  });
}

}  // namespace

std::span<const Entry> detail_oracles() {
  static constexpr Entry kEntries[] = {
      {"gaussian-blur", gaussian_blur, 2.2},  // white noise through the wide blur's coarse grid
  };
  return kEntries;
}

}  // namespace stopbath::oracle
