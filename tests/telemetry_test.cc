// Histograms against sorted lists, and what the coordinator measures of flights that the test moves
// by hand.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "conservation.h"
#include "manual_world.h"
#include "telemetry/histogram.h"
#if STOPBATH_THREADS
#include <thread>
#endif

using namespace stopbath;

TEST_CASE("telemetry: a histogram's quantiles are at most an eighth above the true ones [R69]") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> exponent(-3, 5);
  Histogram histogram;
  std::vector<double> values;
  double sum = 0;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(std::pow(10, exponent(random)));
    histogram.record(values.back());
    sum += values.back();
  }
  std::sort(values.begin(), values.end());
  for (double share : {0.001, 0.25, 0.5, 0.95, 0.99, 0.9999, 1.0}) {
    const auto at = static_cast<size_t>(std::ceil(share * 20000)) - 1;
    CAPTURE(share, values[at]);
    CHECK(histogram.quantile_ms(share) >= values[at] - 1e-3);
    CHECK(histogram.quantile_ms(share) <= values[at] * 1.125 + 2e-3);
  }
  CHECK(histogram.count() == 20000);
  CHECK(histogram.mean_ms() == Catch::Approx(sum / 20000));
  CHECK(histogram.max_ms() == values.back());
}

TEST_CASE("telemetry: histograms take any duration [R69]") {
  Histogram histogram;
  CHECK(histogram.quantile_ms(0.5) == 0);
  for (double ms : {-5.0, 0.0, 1e-9, 0.0079, 1e12}) histogram.record(ms);
  CHECK(histogram.count() == 5);
  CHECK(histogram.quantile_ms(0.5) <= 0.001);
  CHECK(histogram.quantile_ms(1) > 3.5e6);
  Histogram other;
  other.record(2);
  other.add(histogram);
  CHECK(other.count() == 6);
}

TEST_CASE("telemetry: a recent histogram forgets what is a few seconds old [R69]") {
  RecentHistogram recent;
  for (int i = 0; i < 100; ++i) recent.record(500, 10.0 * i);
  CHECK(recent.quantile_ms(0.95, 1000) >= 500);
  recent.record(1, 3000);
  CHECK(recent.quantile_ms(0.95, 3000) >= 500);
  recent.record(1, 5500);
  CHECK(recent.quantile_ms(0.95, 5500) < 2);
  CHECK(recent.quantile_ms(0.95, 60000) == 0);
}

TEST_CASE("telemetry: a flight's latencies are those of its steps [R69]") {
  ManualWorld w(1);
  w.now = 100;
  w.render();
  REQUIRE(begin_unit(*w.threads.seats[0], 130'000'000));
  run_held_unit(*w.threads.seats[0]);
  end_unit(*w.threads.seats[0], 150'000'000);
  w.now = 155;
  w.step();
  const TelemetryCounters t = w.pipeline.stats().telemetry;
  CHECK(t.queue.max_ms() == Catch::Approx(30));
  CHECK(t.run.max_ms() == Catch::Approx(20));
  CHECK(t.wall.max_ms() == Catch::Approx(50));
  CHECK(t.deliver.max_ms() == Catch::Approx(5));
  CHECK(t.lease_wait.max_ms() == 0);
  CHECK(t.wasted_ms == 0);
}

TEST_CASE(
    "telemetry: cancelling is measured until the worker lets go, and its work is wasted [R69]") {
  ManualWorld w(1);
  w.now = 100;
  const RequestId request = w.render();
  REQUIRE(begin_unit(*w.threads.seats[0], 100'000'000));
  w.now = 110;
  w.pipeline.note_time(w.now);
  w.pipeline.cancel(request);
  CHECK(w.pipeline.stats().telemetry.cancel.count() == 0);
  w.now = 117;
  run_held_unit(*w.threads.seats[0]);
  end_unit(*w.threads.seats[0], 117'000'000);
  w.step();
  const CoordinatorStats s = w.pipeline.stats();
  CHECK(s.telemetry.cancel.count() == 1);
  CHECK(s.telemetry.cancel.max_ms() == Catch::Approx(7));
  CHECK(s.telemetry.wasted_ms + s.pool.discarded_ms == Catch::Approx(17));
}

TEST_CASE("telemetry: a start that waited for memory says for how long [R69][R43]") {
  ManualWorld w(1, 3 * (size_t{64} << 10));  // the photo and two results
  const RequestId first = w.render();
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  w.render();
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  w.render(Lane::kInteractive);
  w.now = 40;
  w.pipeline.cancel(first);
  w.step();
  const TelemetryCounters t = w.pipeline.stats().telemetry;
  CHECK(t.started == 3);
  CHECK(t.lease_wait.max_ms() == Catch::Approx(40));
}

TEST_CASE("telemetry: staleness counts from the first newer input, not from the last frame [R69]") {
  ManualWorld w(1);
  const auto preview = [&](double at_ms) {
    w.now = at_ms;
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    REQUIRE(w.pipeline.preview(w.photo, {}, {.slot = 1}, {.lane = Lane::kInteractive}, w.now).ok());
    w.step();
  };
  const auto show = [&](double at_ms) {
    REQUIRE(w.begin(0));
    w.now = at_ms;
    w.finish(0);
  };
  preview(10);
  show(14);
  preview(60000);  // nothing was outdated meanwhile
  preview(60008);  // replaces it, or waits for it
  preview(60016);
  show(60020);
  const TelemetryCounters t = w.pipeline.stats().telemetry;
  CHECK(t.staleness.count() == 2);
  CHECK(t.staleness.max_ms() == Catch::Approx(20));
}

TEST_CASE("telemetry: the queue's depth is weighted by time, the oldest has an age [R69]") {
  ManualWorld w(1);
  w.step();
  for (int i = 0; i < 150; ++i) {
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    REQUIRE(w.pipeline.render(w.photo, {}, {.lane = Lane::kBackground}, w.now).ok());
  }
  w.step();
  const size_t waiting = w.pipeline.stats().queued_flights;
  REQUIRE(waiting > 0);
  w.now = 100;
  w.step();
  w.pipeline.shut_down();
  w.now = 200;
  w.step();
  const CoordinatorStats s = w.pipeline.stats();
  CHECK(s.telemetry.depth_max[2] == waiting);
  CHECK(s.telemetry.depth_mean[2] == Catch::Approx(static_cast<double>(waiting)).epsilon(0.6));
  CHECK(s.telemetry.depth_max[0] == 0);
}

TEST_CASE("telemetry: the oldest waiting flight has an age [R69]") {
  ManualWorld w(1);
  w.now = 50;
  for (int i = 0; i < 150; ++i) {
    w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
    w.render(Lane::kBackground);
  }
  CHECK(w.pipeline.oldest_waiting_ms(350) == 300);
  w.pipeline.shut_down();
  CHECK(w.pipeline.oldest_waiting_ms(350) == 0);
}

TEST_CASE("telemetry: without somebody who traces there is no ring and no record [R70]") {
  ManualWorld w(2);
  w.pipeline.set_tracing(false);
  w.render();
  REQUIRE(w.begin(0));
  w.finish(0);
  CHECK(w.pipeline.stats().pool.trace_rings == 0);
  const Trace trace = w.pipeline.take_trace();
  CHECK(trace.units.empty());
  CHECK(trace.flights.empty());
}

TEST_CASE(
    "telemetry: a trace has every unit with its worker, and every flight with its end [R70]") {
  ManualWorld w(2);
  w.pipeline.set_tracing(true);
  CHECK(w.pipeline.stats().pool.trace_rings == 2);
  w.now = 7;
  w.render();
  REQUIRE(begin_unit(*w.threads.seats[1], 8'000'000));
  run_held_unit(*w.threads.seats[1]);
  end_unit(*w.threads.seats[1], 9'000'000);
  w.now = 10;
  w.step();
  w.pipeline.images().end_write(*w.pipeline.images().find(w.photo));
  const RequestId second = w.render(Lane::kBackground);
  REQUIRE(begin_unit(*w.threads.seats[0], 11'000'000));
  w.pipeline.cancel(second);
  run_held_unit(*w.threads.seats[0]);
  end_unit(*w.threads.seats[0], 12'000'000);
  w.step();
  const Trace trace = w.pipeline.take_trace();
  REQUIRE(trace.units.size() == 2);
  CHECK(trace.units[0].seat == w.threads.indices[0]);
  CHECK(trace.units[0].record.end == UnitEnd::kDiscarded);
  CHECK(trace.units[1].seat == w.threads.indices[1]);
  CHECK(trace.units[1].record.end == UnitEnd::kFinished);
  CHECK(trace.units[1].record.start_ns == 8'000'000);
  CHECK(trace.units[1].record.end_ns == 9'000'000);
  REQUIRE(trace.flights.size() == 2);
  CHECK(trace.flights[0].flight == trace.units[1].record.flight);
  CHECK(trace.flights[0].end == FlightEnd::kDelivered);
  CHECK(trace.flights[0].admitted_ms == 7);
  CHECK(trace.flights[0].ended_ms == 9);
  CHECK(trace.flights[1].flight == trace.units[0].record.flight);
  CHECK(trace.flights[1].end == FlightEnd::kWithdrawn);
  CHECK(trace.flights[1].lane == Lane::kBackground);
  CHECK(trace.lost == 0);
  CHECK(w.pipeline.take_trace().units.empty());
}

TEST_CASE("telemetry: what finds the ring full is counted as lost [R70][R170]") {
  TraceRing ring;
  for (uint32_t i = 0; i < TraceRing::kRecords + 5; ++i) ring.write({.unit = i});
  CHECK(ring.lost() == 5);
  UnitRecord record;
  uint32_t read = 0;
  while (ring.read(record)) CHECK(record.unit == read++);
  CHECK(read == TraceRing::kRecords);
  ring.write({.unit = 9});
  CHECK(ring.read(record));
  CHECK(ring.lost() == 5);
}

#if STOPBATH_THREADS
TEST_CASE(
    "telemetry: a ring that is written and read at the same time loses only what it counts "
    "[R70]") {
  auto ring = std::make_unique<TraceRing>();
  constexpr uint32_t kCount = 200000;
  std::thread writer([&ring] {
    for (uint32_t i = 0; i < kCount; ++i) ring->write({.start_ns = i, .unit = i});
  });
  uint32_t read = 0;
  uint32_t next = 0;
  UnitRecord record;
  bool in_order = true;
  while (read + ring->lost() < kCount) {
    while (ring->read(record)) {
      in_order &= record.unit >= next && record.start_ns == record.unit;
      next = record.unit + 1;
      ++read;
    }
  }
  writer.join();
  CHECK(in_order);
  CHECK(read + ring->lost() == kCount);
}
#endif
