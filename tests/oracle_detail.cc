// Oracles of what mixes neighbouring pixels.
#include "oracle.h"

namespace stopbath::oracle {

void blur(Picture& p, double sigma) {
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

namespace {

void gaussian_blur(Picture& p, Settings v) { blur(p, v[0]); }

void box_blur(Picture& p, Settings v) {
  const int reach = static_cast<int>(std::ceil(v[0]));
  const auto covered = [&](int k) { return clamp01(v[0] + 1 - std::abs(k)); };
  for (const bool along_x : {true, false}) {
    each_window(p, true, [&](auto at, double* out) {
      std::fill_n(out, 4, 0.0);
      for (int k = -reach; k <= reach; ++k) {
        const double* c = along_x ? at(k, 0) : at(0, k);
        for (int i = 0; i < 4; ++i) out[i] += covered(k) / (2 * v[0] + 1) * c[i];
      }
    });
  }
}

void sharpen(Picture& p, Settings v) {
  each_window(p, true, [&](auto at, double* out) {
    for (int c = 0; c < 4; ++c) {
      const double mean = (at(0, -1)[c] + at(0, 1)[c] + at(-1, 0)[c] + at(1, 0)[c]) / 4;
      out[c] = at(0, 0)[c] + v[0] * (at(0, 0)[c] - mean);
    }
  });
}

template <class At>
void sobel(At at, int c, double& gx, double& gy) {
  gx = gy = 0;
  for (int k = -1; k <= 1; ++k) {
    const int weight = k == 0 ? 2 : 1;
    gx += weight * (at(1, k)[c] - at(-1, k)[c]);
    gy += weight * (at(k, 1)[c] - at(k, -1)[c]);
  }
}

void edge_detect(Picture& p, Settings v) {
  each_window(p, true, [&](auto at, double* out) {
    double gx[3], gy[3];
    for (int c = 0; c < 3; ++c) sobel(at, c, gx[c], gy[c]);
    if (v[1] != 0) {
      std::fill_n(gx, 3, p.luma(gx));
      std::fill_n(gy, 3, p.luma(gy));
    }
    for (int c = 0; c < 3; ++c) out[c] = v[0] / 4 * std::hypot(gx[c], gy[c]);
    out[3] = at(0, 0)[3];
  });
}

void emboss(Picture& p, Settings v) {
  const double angle = v[1] * std::acos(-1.0) / 180;
  each_window(p, false, [&](auto at, double* out) {
    for (int c = 0; c < 3; ++c) {
      double gx, gy;
      sobel(at, c, gx, gy);
      out[c] = 0.5 + v[0] / 4 * (std::cos(angle) * gx + std::sin(angle) * gy);
    }
    out[3] = at(0, 0)[3];
  });
}

void median(Picture& p, Settings v) {
  const int r = static_cast<int>(v[0]);
  each_window(p, true, [&](auto at, double* out) {
    for (int c = 0; c < 4; ++c) {
      std::vector<double> all;
      for (int y = -r; y <= r; ++y) {
        for (int x = -r; x <= r; ++x) all.push_back(at(x, y)[c]);
      }
      std::nth_element(all.begin(), all.begin() + static_cast<ptrdiff_t>(all.size() / 2),
                       all.end());
      out[c] = all[all.size() / 2];
    }
  });
}

void motion_blur(Picture& p, Settings v) {
  const double angle = v[1] * std::acos(-1.0) / 180;
  const double ux = std::cos(angle), uy = std::sin(angle);
  const bool steep = std::fabs(uy) > std::fabs(ux) * (1 + 1e-12);
  const double half = v[0] / 2 * std::max(std::fabs(ux), std::fabs(uy));
  const double slope = steep ? ux / uy : uy / ux;
  if (half <= 0.5) return;
  each_window(p, true, [&](auto at, double* out) {
    double total = 0;
    std::fill_n(out, 4, 0.0);
    for (int i = -70; i <= 70; ++i) {
      const double covered = clamp01(half - std::abs(i) + 0.5);
      if (covered == 0) continue;
      total += covered;
      const int low = static_cast<int>(std::floor(i * slope));
      const double f = i * slope - low;
      for (int c = 0; c < 4; ++c) {
        const double first = steep ? at(low, i)[c] : at(i, low)[c];
        const double second = steep ? at(low + 1, i)[c] : at(i, low + 1)[c];
        out[c] += covered * (first + f * (second - first));
      }
    }
    for (int c = 0; c < 4; ++c) out[c] /= total;
  });
}

}  // namespace

std::span<const Entry> detail_oracles() {
  static constexpr Entry kEntries[] = {
      {"gaussian-blur", gaussian_blur, 2.2},  // white noise through the wide blur's coarse grid
      {"box-blur", box_blur, 0.6},
      {"sharpen", sharpen, 0.6},
      {"edge-detect", edge_detect, 0.6},
      {"emboss", emboss, 0.6},
      {"median", median, 0.6},
      {"motion-blur", motion_blur, 1.0},  // weights of 15 bits, the longest of 101 samples
  };
  return kEntries;
}

}  // namespace stopbath::oracle
