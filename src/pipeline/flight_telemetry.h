// What the coordinator measures of flights and slots: latencies as histograms, work that nobody
// got, and how deep and old the queue is [R69].
//
// Times are milliseconds of the host's clock. Its counts obey identities with the registry's, see
// broken_identity() in tests/conservation.h. Hosting thread only.
#ifndef STOPBATH_PIPELINE_FLIGHT_TELEMETRY_H_
#define STOPBATH_PIPELINE_FLIGHT_TELEMETRY_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "tasks/task_types.h"
#include "telemetry/histogram.h"
#include "telemetry/trace_ring.h"

namespace stopbath {

enum class FlightEnd : uint8_t {
  kDelivered = 0,
  kUnwanted = 1,   // published to nobody
  kWithdrawn = 2,  // stopped while it ran
  kFailed = 3,
};

// A flight in a trace. Milliseconds.
struct FlightRecord {
  uint32_t flight = 0;
  Lane lane = Lane::kExport;
  FlightEnd end = FlightEnd::kDelivered;
  double admitted_ms = 0;
  double started_ms = 0;
  double ended_ms = 0;
  double run_ms = 0;
};

// What was recorded since the last call that took it.
struct Trace {
  struct Unit {
    int seat = 0;
    UnitRecord record;
  };
  std::vector<Unit> units;
  std::vector<FlightRecord> flights;
  uint64_t lost = 0;  // records for which there was no room, since the beginning
};

struct TelemetryCounters {
  Histogram queue;         // admission to first unit, of flights that had one
  Histogram lease_wait;    // first refusal of memory to reservation, of every start
  Histogram run;           // unit time of flights that ran, whatever became of them
  Histogram wall;          // admission to publication
  Histogram deliver;       // publication to the step that tells of it
  Histogram cancel;        // withdrawal of a running flight until its last worker has let go
  Histogram staleness;     // how long what a slot showed had been outdated when it was replaced
  Histogram shown;         // submission to the first frame of a version in its slot
  uint64_t started = 0;    // flights, each start of one that is retried
  uint64_t withdrawn = 0;  // of them, stopped while running
  uint64_t failed_running = 0;  // of them, ended by a trap
  double wasted_ms =
      0;  // unit time of flights of which nothing was delivered, less discarded units
  std::array<double, kLanes> depth_mean{};  // flights that wait, weighted by time
  std::array<uint64_t, kLanes> depth_max{};
};

class FlightTelemetry {
 public:
  const TelemetryCounters& counters() const { return counters_; }

  void started(double lease_wait_ms) {
    ++counters_.started;
    counters_.lease_wait.record(lease_wait_ms);
  }
  void ran(double queue_ms, double run_ms, bool delivered) {
    if (queue_ms >= 0) counters_.queue.record(queue_ms);
    counters_.run.record(run_ms);
    if (!delivered) counters_.wasted_ms += run_ms;
  }
  void published(double wall_ms, double deliver_ms) {
    counters_.wall.record(wall_ms);
    counters_.deliver.record(deliver_ms);
  }
  void withdrawn() { ++counters_.withdrawn; }
  void failed_running() { ++counters_.failed_running; }
  void let_go(double cancel_ms) { counters_.cancel.record(cancel_ms); }

  void submitted(SlotId slot, uint64_t version, double now_ms) {
    std::deque<Version>& newer = slots_[slot];
    if (newer.size() < kMostVersions) newer.push_back({version, now_ms});
  }
  // Versions are told in the order of their slot; a second frame of one counts for nothing.
  void shown(SlotId slot, uint64_t version, double submitted_ms, double now_ms) {
    std::deque<Version>& newer = slots_[slot];
    if (newer.empty() || newer.front().version > version) return;
    counters_.staleness.record(now_ms - newer.front().submitted_ms);
    counters_.shown.record(now_ms - submitted_ms);
    while (!newer.empty() && newer.front().version <= version) newer.pop_front();
  }

  // The queue's depth from the last call to this one was what the last call said.
  void depth(const std::array<size_t, kLanes>& waiting, double now_ms) {
    if (since_ms_ < 0) since_ms_ = sampled_ms_ = now_ms;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      area_[lane] += static_cast<double>(waiting_[lane]) * (now_ms - sampled_ms_);
      waiting_[lane] = waiting[lane];
      counters_.depth_max[lane] = std::max<uint64_t>(counters_.depth_max[lane], waiting[lane]);
      if (now_ms > since_ms_) counters_.depth_mean[lane] = area_[lane] / (now_ms - since_ms_);
    }
    sampled_ms_ = now_ms;
  }

 private:
  static constexpr size_t kMostVersions = 1024;
  struct Version {
    uint64_t version = 0;
    double submitted_ms = 0;
  };

  TelemetryCounters counters_;
  std::unordered_map<SlotId, std::deque<Version>> slots_;  // not shown yet, oldest first
  std::array<size_t, kLanes> waiting_{};
  std::array<double, kLanes> area_{};
  double since_ms_ = -1;
  double sampled_ms_ = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_FLIGHT_TELEMETRY_H_
