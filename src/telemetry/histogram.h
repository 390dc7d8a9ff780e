// A histogram of durations with log-linear buckets: eight per power of two of microseconds, so a
// quantile is at most 12.5 % above the true one. Fixed size, no allocation, exact count and sum.
//
// The layout is that of HdrHistogram (G. Tene, 2012) with three significant bits.
#ifndef STOPBATH_TELEMETRY_HISTOGRAM_H_
#define STOPBATH_TELEMETRY_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace stopbath {

class Histogram {
 public:
  // Milliseconds, 0 or more; what is below 1 us counts as 0, what is above an hour as an hour.
  void record(double ms) {
    const double us = std::clamp(ms * 1000, 0.0, kMostUs);
    ++buckets_[bucket_of(static_cast<uint64_t>(us))];
    ++count_;
    sum_ms_ += std::max(ms, 0.0);
    max_ms_ = std::max(max_ms_, ms);
  }
  uint64_t count() const { return count_; }
  double mean_ms() const { return count_ > 0 ? sum_ms_ / static_cast<double>(count_) : 0; }
  double max_ms() const { return max_ms_; }
  // The smallest bucket bound that at least this share of the records is not above; never more than
  // max_ms(). 0 when nothing was recorded.
  double quantile_ms(double share) const {
    if (count_ == 0) return 0;
    const double wanted = share * static_cast<double>(count_);
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted) {
        return std::min(max_ms_, static_cast<double>(end_of(i)) * 1e-3);
      }
    }
    return max_ms_;
  }
  void add(const Histogram& other) {
    for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    sum_ms_ += other.sum_ms_;
    max_ms_ = std::max(max_ms_, other.max_ms_);
  }

 private:
  static constexpr int kBits = 3;
  static constexpr double kMostUs = 3600e6;  // below 2^32

  // Values below 8 us have a bucket each; above, the three bits after the leading one choose.
  static size_t bucket_of(uint64_t us) {
    if (us < (1u << kBits)) return us;
    const int shift = std::bit_width(us) - 1 - kBits;
    return (static_cast<size_t>(shift) << kBits) + (us >> shift);
  }
  static uint64_t end_of(size_t bucket) {
    if (bucket < (1u << kBits)) return bucket;
    const size_t shift = (bucket >> kBits) - 1;
    return ((bucket & 7) + 9) << shift;
  }

  std::array<uint32_t, (32 - kBits + 1) << kBits> buckets_{};
  uint64_t count_ = 0;
  double sum_ms_ = 0;
  double max_ms_ = 0;
};

// The records of the last few seconds: two histograms that take turns.
class RecentHistogram {
 public:
  void record(double ms, double now_ms) {
    turn(now_ms);
    halves_[now_].record(ms);
  }
  // Over the last one to two periods.
  double quantile_ms(double share, double now_ms) {
    turn(now_ms);
    Histogram both = halves_[0];
    both.add(halves_[1]);
    return both.quantile_ms(share);
  }

 private:
  static constexpr double kPeriodMs = 2000;

  void turn(double now_ms) {
    if (now_ms < since_ms_ + kPeriodMs && now_ms >= since_ms_) return;
    now_ ^= 1;
    if (now_ms >= since_ms_ + 2 * kPeriodMs || now_ms < since_ms_) halves_[now_ ^ 1] = {};
    halves_[now_] = {};
    since_ms_ = now_ms;
  }

  std::array<Histogram, 2> halves_;
  size_t now_ = 0;
  double since_ms_ = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_TELEMETRY_HISTOGRAM_H_
