// What the coordinator tells its telemetry when a flight has ended, and the trace that it hands out
// [R69, R70].
#include <algorithm>
#include <utility>

#include "base/mutation.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {
namespace {

constexpr size_t kMostFlightRecords = 4096;

double ms_of(int64_t ns) { return static_cast<double>(ns) * 1e-6; }

}  // namespace

void PipelineCoordinator::note_run(const Job& job, FlightEnd end) {
  const Berth& berth = board_.berth(job.berth);
  const double first_ms = ms_of(berth.first_unit_ns.load(std::memory_order_relaxed));
  const double queue_ms = first_ms > 0 ? std::max(0.0, first_ms - job.admitted_ms) : -1;
  const double run_ms = ms_of(berth.run_ns.load(std::memory_order_relaxed));
  trace_flight(job, end);
  if (STOPBATH_BROKEN(69) && end == FlightEnd::kWithdrawn) return;
  telemetry_.ran(queue_ms, run_ms, end == FlightEnd::kDelivered);
}

void PipelineCoordinator::note_publication(const Job& job, bool delivered, double now_ms) {
  const double ended_ms = ms_of(board_.berth(job.berth).ended_ns.load(std::memory_order_relaxed));
  note_run(job, delivered ? FlightEnd::kDelivered : FlightEnd::kUnwanted);
  telemetry_.published(std::max(0.0, ended_ms - job.admitted_ms), std::max(0.0, now_ms - ended_ms));
}

void PipelineCoordinator::trace_flight(const Job& job, FlightEnd end) {
  if (!tracing_) return;
  if (trace_.flights.size() >= kMostFlightRecords) {
    ++trace_.lost;
    return;
  }
  const Berth& berth = board_.berth(job.berth);
  const bool published = end == FlightEnd::kDelivered || end == FlightEnd::kUnwanted;
  const double ended_ms =
      published ? ms_of(berth.ended_ns.load(std::memory_order_relaxed)) : now_ms_;
  trace_.flights.push_back({job.flight, job.lane, end, job.admitted_ms, job.started_ms, ended_ms,
                            ms_of(berth.run_ns.load(std::memory_order_relaxed))});
}

void PipelineCoordinator::set_tracing(bool on) {
  tracing_ = on || STOPBATH_BROKEN(70);
  pool_.set_tracing(tracing_);
}

Trace PipelineCoordinator::take_trace() {
  const uint64_t lost_flights = trace_.lost;
  Trace taken = std::exchange(trace_, {});
  trace_.lost = lost_flights;
  for (int seat = 0; seat < kSeats; ++seat) {
    TraceRing* const ring = pool_.trace(seat);
    if (ring == nullptr) continue;
    UnitRecord record;
    while (ring->read(record)) taken.units.push_back({seat, record});
    taken.lost += ring->lost();
  }
  return taken;
}

}  // namespace stopbath
