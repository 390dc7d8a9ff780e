// A coordinator whose workers are seats that the test moves by hand; time is a number that it
// raises.
#ifndef STOPBATH_TESTS_MANUAL_WORLD_H_
#define STOPBATH_TESTS_MANUAL_WORLD_H_

#include <catch2/catch_test_macros.hpp>
#include <utility>
#include <vector>

#include "conservation.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {

struct ManualThreads final : ThreadHost {
  bool start(int seat_index, WorkerSeat& seat) override {
    if (refuses) return false;
    seat.life = ++lives;
    seats.push_back(&seat);
    indices.push_back(seat_index);
    return true;
  }
  void kill(int seat_index) override { killed.push_back(seat_index); }

  bool refuses = false;
  uint32_t lives = 0;
  std::vector<WorkerSeat*> seats;
  std::vector<int> indices;
  std::vector<int> killed;
};

struct ManualWorld {
  ManualThreads threads;
  CheckedCoordinator pipeline;
  ImageId photo = 0;
  double now = 0;
  std::vector<Event> events;

  explicit ManualWorld(int workers, size_t budget_bytes = size_t{64} << 20,
                       const WorkerTaskRegistry::Limits& limits = {})
      : pipeline(budget_bytes, &threads, limits) {
    pipeline.start_workers(workers);
    for (WorkerSeat* seat : threads.seats) answer(*seat);
    photo = pipeline.images().create(8, 8).value();
    pipeline.images().find(photo)->sealed = true;
  }
  RequestId render(Lane lane = Lane::kExport, const Chain& chain = {}) {
    const auto request = pipeline.render(photo, chain, {.lane = lane}, now);
    REQUIRE(request.ok());
    step();
    return request.value();
  }
  void step() {
    for (Event& event : pipeline.step(now)) events.push_back(std::move(event));
  }
  // Monitor ticks in good time.
  void ticks(int count) {
    for (int i = 0; i < count; ++i) {
      now += 250;
      step();
    }
  }
  bool begin(size_t worker) { return begin_unit(*threads.seats[worker], now_ns()); }
  void finish(size_t worker) {
    run_held_unit(*threads.seats[worker]);
    end_unit(*threads.seats[worker], now_ns() + 1);
    step();
  }
  int64_t now_ns() const { return static_cast<int64_t>(now * 1e6); }
  int heard(PoolEvent news) const {
    int count = 0;
    for (const Event& event : events) count += event.pool == news;
    return count;
  }
  // The code with which the request failed, kOk while it has not.
  Code failure(RequestId request) const {
    for (const Event& event : events) {
      if (event.pool == PoolEvent::kNone && event.outcome.request == request)
        return event.outcome.error.code();
    }
    return Code::kOk;
  }
  // Lets the next worker take the flight and hang until it is given up.
  void lose(size_t worker) {
    REQUIRE(begin(worker));
    ticks(12);
    if (worker + 1 < threads.seats.size()) answer(*threads.seats.back());
  }
};

}  // namespace stopbath

#endif  // STOPBATH_TESTS_MANUAL_WORLD_H_
