// Where a worker writes what it has run, for whoever traces: a ring of fixed records in shared
// memory with one writer and one reader [R70].
//
// The writer is the worker of a seat, the reader the host. Neither waits: a record that finds the
// ring full is counted as lost. A record is complete before its place is published, so a worker
// that dies in the middle leaves nothing half-written to be read.
#ifndef STOPBATH_TELEMETRY_TRACE_RING_H_
#define STOPBATH_TELEMETRY_TRACE_RING_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/mutation.h"

namespace stopbath {

enum class UnitEnd : uint8_t { kFinished = 0, kDiscarded = 1, kTrapped = 2 };

struct UnitRecord {
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  uint32_t flight = 0;
  uint32_t unit = 0;
  uint16_t pass = 0;
  UnitEnd end = UnitEnd::kFinished;
};

class TraceRing {
 public:
  static constexpr size_t kRecords = 1024;

  // Called by the seat's worker only.
  void write(const UnitRecord& record) {
    const uint32_t head = head_.load(std::memory_order_relaxed);
    if (head - tail_.load(std::memory_order_acquire) == kRecords) {
      if (!STOPBATH_BROKEN(170)) lost_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    records_[head % kRecords] = record;
    head_.store(head + 1, std::memory_order_release);
  }

  // Called by the host only. False when there is no record.
  bool read(UnitRecord& record) {
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail == head_.load(std::memory_order_acquire)) return false;
    record = records_[tail % kRecords];
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }
  uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint32_t> head_{0};
  std::atomic<uint32_t> tail_{0};
  std::atomic<uint64_t> lost_{0};
  std::array<UnitRecord, kRecords> records_;
};

}  // namespace stopbath

#endif  // STOPBATH_TELEMETRY_TRACE_RING_H_
