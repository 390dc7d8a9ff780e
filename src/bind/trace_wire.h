// A trace as the doubles that cross to the page: units before flights, times in the page's clock.
#ifndef STOPBATH_BIND_TRACE_WIRE_H_
#define STOPBATH_BIND_TRACE_WIRE_H_

#include <vector>

#include "pipeline/flight_telemetry.h"

namespace stopbath {

inline constexpr int kTraceDoubles = 8;  // `traceDoubles` in native-engine.ts

// `offset_ms`: the core's clock less the page's.
inline void append_trace(const Trace& trace, double offset_ms, std::vector<double>& out) {
  for (const auto& [seat, unit] : trace.units) {
    const double start_ms = static_cast<double>(unit.start_ns) * 1e-6 - offset_ms;
    const double end_ms = static_cast<double>(unit.end_ns) * 1e-6 - offset_ms;
    const double record[kTraceDoubles] = {
        0,        double(seat), double(unit.flight), double(unit.end),
        start_ms, end_ms,       double(unit.pass),   double(unit.unit)};
    out.insert(out.end(), record, record + kTraceDoubles);
  }
  for (const FlightRecord& flight : trace.flights) {
    const double record[kTraceDoubles] = {1,
                                          double(flight.lane),
                                          double(flight.flight),
                                          double(flight.end),
                                          flight.started_ms - offset_ms,
                                          flight.ended_ms - offset_ms,
                                          flight.admitted_ms - offset_ms,
                                          flight.run_ms};
    out.insert(out.end(), record, record + kTraceDoubles);
  }
}

}  // namespace stopbath

#endif  // STOPBATH_BIND_TRACE_WIRE_H_
