// The coordinator as the page drives it: images in, events out, nothing left behind.
#include "pipeline/pipeline_coordinator.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <cstring>
#include <random>
#include <set>
#include <vector>

#include "conservation.h"
#include "effects/registry.h"
#if STOPBATH_THREADS
#include "workers/std_thread_host.h"
#endif

using namespace stopbath;

namespace {

constexpr size_t kMiB = size_t{1} << 20;

Chain chain_of(const char* name, std::vector<double> first_values = {}) {
  Step step = default_step(find_effect(name));
  std::copy(first_values.begin(), first_values.end(), step.values.begin());
  return {step};
}

ImageId make_image(PipelineCoordinator& pipeline, int width, int height) {
  const ImageId id = pipeline.images().create(width, height).value();
  ImageRecord& image = *pipeline.images().find(id);
  uint8_t* pixels = pipeline.buffers().data(image.pixels);
  for (int i = 0; i < width * height; ++i) {
    const uint8_t rgba[4] = {static_cast<uint8_t>(i * 7), static_cast<uint8_t>(i / width * 3),
                             static_cast<uint8_t>(i % 251), 255};
    std::memcpy(pixels + 4 * i, rgba, 4);
  }
  image.sealed = true;
  return id;
}

// Runs the engine on the calling thread until nothing is live; all events, in order.
std::vector<Event> settle(PipelineCoordinator& pipeline, double now_ms = 0) {
  std::vector<Event> all;
  do {
    for (Event& event : pipeline.step(now_ms)) all.push_back(std::move(event));
    pipeline.run_slice(5);
    now_ms += 200;
  } while (pipeline.stats().live_requests > 0 || pipeline.stats().ending_flights > 0);
  for (Event& event : pipeline.step(now_ms)) all.push_back(std::move(event));
  return all;
}

void close_frames(PipelineCoordinator& pipeline, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.image != 0) pipeline.images().close(event.image);
  }
}

}  // namespace

TEST_CASE("coordinator: empty tasks have no key, each runs a unit and ends without an image [R1]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  REQUIRE(pipeline.pool().seat_host());
  for (int i = 0; i < 40; ++i) REQUIRE(pipeline.empty({}, 0).ok());
  const auto events = settle(pipeline);
  REQUIRE(events.size() == 40);
  for (const Event& event : events) {
    CHECK(event.outcome.kind == Outcome::Kind::kFrame);
    CHECK(event.outcome.last);
    CHECK(event.image == 0);
  }
  CHECK(pipeline.stats().pool.units_finished == 40);
  CHECK(pipeline.stats().tasks.joins == 0);
  pipeline.shut_down();
  CHECK(pipeline.empty({}, 0).status().code() == Code::kDisposed);
}

TEST_CASE("coordinator: a render delivers one image and returns every buffer") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  REQUIRE(pipeline.pool().seat_host());
  const ImageId photo = make_image(pipeline, 300, 200);
  REQUIRE(pipeline.render(photo, chain_of("invert"), {}, 0).ok());
  const auto events = settle(pipeline);
  REQUIRE(events.size() == 1);
  CHECK(events[0].outcome.last);
  CHECK(events[0].width == 300);
  CHECK(events[0].height == 200);
  ImageRecord& result = *pipeline.images().find(events[0].image);
  ImageRecord& source = *pipeline.images().find(photo);
  const uint8_t* out = pipeline.buffers().data(result.pixels);
  const uint8_t* in = pipeline.buffers().data(source.pixels);
  for (int i : {0, 1, 2, 4 * 777, 4 * 59999 + 2}) CHECK(out[i] == 255 - in[i]);
  close_frames(pipeline, events);
  pipeline.images().close(photo);
  CHECK(pipeline.stats().buffers.in_use == 0);
  CHECK(pipeline.stats().buffers.leases_held == 0);
}

TEST_CASE("coordinator: chains that differ in steps without effect share one flight [R2][R3]") {
  PipelineCoordinator pipeline(256 * kMiB, nullptr);
  REQUIRE(pipeline.pool().seat_host());
  const ImageId photo = make_image(pipeline, 64, 64);
  const Chain bare = chain_of("saturation", {2});
  Chain padded = bare;
  padded.push_back(chain_of("gaussian-blur", {0})[0]);
  padded.push_back(chain_of("curves")[0]);
  REQUIRE(pipeline.render(photo, bare, {}, 0).ok());
  REQUIRE(pipeline.render(photo, padded, {}, 0).ok());
  CHECK(pipeline.stats().tasks.joins == 1);
  REQUIRE(pipeline.render(photo, chain_of("saturation", {2.5}), {}, 0).ok());
  CHECK(pipeline.stats().tasks.joins == 1);
  close_frames(pipeline, settle(pipeline));
}

TEST_CASE("coordinator: closing the source does not disturb what was admitted [R2]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  pipeline.pool().seat_host();
  const ImageId photo = make_image(pipeline, 64, 64);
  REQUIRE(pipeline.render(photo, chain_of("gaussian-blur"), {}, 0).ok());
  pipeline.images().close(photo);
  const auto events = settle(pipeline);
  REQUIRE(events.size() == 1);
  CHECK(events[0].outcome.kind == Outcome::Kind::kFrame);
  close_frames(pipeline, events);
  CHECK(pipeline.stats().buffers.in_use == 0);
}

TEST_CASE(
    "coordinator: a write after admission goes to a copy, the flight sees the old pixels [R2]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  pipeline.pool().seat_host();
  const ImageId photo = make_image(pipeline, 16, 16);
  ImageRecord& image = *pipeline.images().find(photo);
  const uint8_t before = pipeline.buffers().data(image.pixels)[0];
  REQUIRE(pipeline.render(photo, {}, {}, 0).ok());
  uint8_t* pixels = pipeline.images().begin_write(image);
  REQUIRE(pixels != nullptr);
  pixels[0] = static_cast<uint8_t>(before + 100);
  CHECK(pipeline.images().end_write(image) == 2);
  const auto events = settle(pipeline);
  CHECK(pipeline.buffers().data(pipeline.images().find(events[0].image)->pixels)[0] == before);
}

TEST_CASE("coordinator: each read of the page keeps the pixels that it began with [R2][I-8]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  const ImageId photo = make_image(pipeline, 16, 16);
  ImageStore& images = pipeline.images();
  const uint32_t first = images.begin_read(photo);
  images.begin_write(*images.find(photo));  // goes to a copy: somebody reads
  images.end_write(*images.find(photo));
  const uint32_t second = images.begin_read(photo);
  const uint8_t* read_by_second = pipeline.buffers().data(images.find(photo)->pixels);
  images.end_read(first);
  CHECK(pipeline.stats().buffers.in_use == 1);  // the old pixels went, the new ones are still read
  CHECK(images.begin_write(*images.find(photo)) != read_by_second);
  images.end_write(*images.find(photo));
  images.close(photo);
  CHECK(pipeline.stats().buffers.in_use == 1);
  images.end_read(second);
  CHECK(pipeline.stats().buffers.in_use == 0);
  CHECK(pipeline.stats().buffers.leases_held == 0);
  CHECK(images.begin_read(photo) == 0);
}

TEST_CASE("coordinator: refusals come before any work and hold nothing") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  pipeline.pool().seat_host();
  CHECK(pipeline.images().create(0, 5).status().code() == Code::kInvalidParams);
  CHECK(pipeline.images().create(5, -1).status().code() == Code::kInvalidParams);
  CHECK(pipeline.images().create(65536, 1).status().message() ==
        "Expected `width` to be an integer from 1 to 65535, got 65536");
  CHECK(pipeline.images().create(65535, 65535).status().code() == Code::kOutOfMemory);
  CHECK(pipeline.images().create(10000, 10000).status().code() == Code::kOutOfMemory);
  CHECK(pipeline.render(77, {}, {}, 0).status().code() == Code::kClosed);
  const ImageId photo = make_image(pipeline, 4, 4);
  CHECK(pipeline.preview(photo, {}, {.reduce = 7}, {}, 0).status().code() == Code::kInvalidParams);
  pipeline.images().close(photo);
  CHECK(pipeline.stats().buffers.in_use == 0);
  CHECK(pipeline.stats().live_requests == 0);
}

TEST_CASE(
    "coordinator: an image that leaves no room for its result fails with a sentence, the next job "
    "works") {
  CheckedCoordinator pipeline(10 * kMiB, nullptr, WorkerTaskRegistry::Limits{});
  pipeline.pool().seat_host();
  const ImageId big = make_image(pipeline, 1500, 1000);
  REQUIRE(pipeline.render(big, chain_of("invert"), {}, 0).ok());
  auto events = settle(pipeline);
  REQUIRE(events.size() == 1);
  CHECK(events[0].outcome.error.code() == Code::kOutOfMemory);
  pipeline.images().close(big);
  const ImageId small = make_image(pipeline, 100, 100);
  REQUIRE(pipeline.render(small, chain_of("invert"), {}, 0).ok());
  events = settle(pipeline);
  REQUIRE(events.size() == 1);
  CHECK(events[0].outcome.kind == Outcome::Kind::kFrame);
}

TEST_CASE(
    "coordinator: abort stops the units and frees the buffers when the worker has let go "
    "[R19][R22]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  pipeline.pool().seat_host();
  const ImageId photo = make_image(pipeline, 1024, 1024);
  const RequestId request = pipeline.render(photo, chain_of("gaussian-blur", {20}), {}, 0).value();
  pipeline.step(0);
  pipeline.run_slice(0);
  const uint64_t started = pipeline.stats().pool.units_started;
  CHECK(started >= 1);
  CHECK(pipeline.cancel(request));
  CHECK_FALSE(pipeline.cancel(request));
  CHECK_FALSE(pipeline.run_slice(50));
  CHECK(pipeline.stats().pool.units_started == started);
  CHECK(pipeline.step(1).empty());
  CHECK(pipeline.stats().ending_flights == 0);
  CHECK(pipeline.stats().buffers.in_use == 1);
}

TEST_CASE("coordinator: a slow preview shows a coarse frame first [R50][R51]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  pipeline.pool().seat_host();
  const ImageId photo = make_image(pipeline, 1000, 700);
  for (const double now : {0.0, 5000.0}) {  // without the level, then with it
    REQUIRE(pipeline
                .preview(photo, chain_of("gaussian-blur", {5 + now / 1000}),
                         {.slot = 1, .reduce = 2, .budget_ms = 0}, {Lane::kInteractive}, now)
                .ok());
    const auto events = settle(pipeline, now);
    REQUIRE(events.size() == 2);
    CHECK_FALSE(events[0].outcome.exact);
    CHECK_FALSE(events[0].outcome.last);
    CHECK(events[1].outcome.exact);
    CHECK(events[1].outcome.last);
    for (const Event& event : events) {
      CHECK(event.width == 250);
      CHECK(event.height == 175);
    }
    // The coarse frame is an honest picture of the exact one.
    const auto pixels = [&](const Event& event) {
      return pipeline.buffers().data(pipeline.images().find(event.image)->pixels);
    };
    double sum = 0;
    for (int i = 0; i < 250 * 175 * 4; ++i) {
      sum += std::abs(pixels(events[0])[i] - pixels(events[1])[i]);
    }
    CHECK(sum / (250 * 175 * 4) < 3);
    close_frames(pipeline, events);
  }
  pipeline.images().close(photo);
  CHECK(pipeline.stats().buffers.in_use == 0);
}

TEST_CASE("coordinator: after shut_down nothing is held and everything is refused [R67][I-19]") {
  CheckedCoordinator pipeline(256 * kMiB, nullptr);
  pipeline.pool().seat_host();
  const ImageId photo = make_image(pipeline, 512, 512);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(pipeline.render(photo, chain_of("gaussian-blur", {1.0 + i}), {}, 0).ok());
  }
  pipeline.step(0);
  pipeline.run_slice(0);
  pipeline.shut_down();
  CHECK(pipeline.step(1).empty());
  const CoordinatorStats stats = pipeline.stats();
  CHECK(stats.buffers.in_use == 0);
  CHECK(stats.live_requests == 0);
  CHECK(stats.ending_flights == 0);
  CHECK(pipeline.render(photo, {}, {}, 2).status().code() == Code::kDisposed);
}

#if STOPBATH_THREADS
TEST_CASE(
    "coordinator: under random load every request settles once, versions rise, buffers return "
    "[R27][I-24]") {
  const unsigned seed = GENERATE(11u, 12u, 13u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  StdThreadHost threads;
  CheckedCoordinator pipeline(64 * kMiB, &threads, WorkerTaskRegistry::Limits{});
  REQUIRE(pipeline.pool().spawn(1 + static_cast<int>(seed % 4)) > 0);
  std::vector<ImageId> photos;
  for (int i = 0; i < 3; ++i) photos.push_back(make_image(pipeline, 100 + 157 * i, 211));
  std::set<RequestId> pending;
  uint64_t shown[4] = {};
  std::vector<SlotId> slot_of(2000, 0);
  // Real time: real threads work on it, and the supervisor measures their silence by it.
  const auto real_ms = [start = std::chrono::steady_clock::now()] {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
  };
  double now = 0;
  const auto take = [&](const std::vector<Event>& events) {
    for (const Event& event : events) {
      const Outcome& outcome = event.outcome;
      REQUIRE(pending.contains(outcome.request));
      const SlotId slot = slot_of[outcome.request];
      if (outcome.kind == Outcome::Kind::kFrame && slot != 0) {
        REQUIRE(outcome.version >= shown[slot]);
        shown[slot] = outcome.version;
      }
      REQUIRE(outcome.kind != Outcome::Kind::kFailed);
      if (outcome.last) pending.erase(outcome.request);
      if (event.image != 0) pipeline.images().close(event.image);
    }
  };
  for (int i = 0; i < 400; ++i) {
    now = real_ms();
    const ImageId photo = photos[random() % photos.size()];
    const double sigma = static_cast<double>(random() % 12);
    const Lane lane = static_cast<Lane>(random() % 3);
    const SlotId slot = random() % 4;
    const auto request =
        slot == 0
            ? pipeline.render(photo, chain_of("gaussian-blur", {sigma}), {lane}, now)
            : pipeline.preview(photo, chain_of("gaussian-blur", {sigma}),
                               {slot, static_cast<int>(random() % 3), random() % 2 ? 0.0 : kNever},
                               {lane}, now);
    REQUIRE(request.ok());
    pending.insert(request.value());
    slot_of[request.value()] = slot;
    if (random() % 5 == 0) {
      const RequestId victim = *pending.begin();
      if (pipeline.cancel(victim)) pending.erase(victim);
    }
    if (random() % 7 == 0 && !pending.empty())
      pipeline.set_lane(*pending.rbegin(), static_cast<Lane>(random() % 3));
    take(pipeline.step(now));
  }
  while (!pending.empty() || pipeline.stats().ending_flights > 0 ||
         pipeline.stats().live_requests > 0) {
    now = real_ms();
    take(pipeline.step(now));
    std::this_thread::yield();
  }
  for (ImageId photo : photos) pipeline.images().close(photo);
  const CoordinatorStats stats = pipeline.stats();
  CHECK(stats.buffers.in_use == 0);
  CHECK(stats.buffers.leases_held == 0);
  CHECK(stats.tasks.requests == stats.tasks.delivered + stats.tasks.superseded +
                                    stats.tasks.cancelled + stats.tasks.failed);
  CHECK(stats.tasks.flights ==
        stats.tasks.flights_published + stats.tasks.flights_cancelled + stats.tasks.flights_failed);
  pipeline.shut_down();
}
#endif
