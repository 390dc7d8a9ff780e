// What the page's thread may expect: no call waits for a worker, and no frame mixes versions while
// workers are slow.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <cstring>

#include "manual_world.h"
#include "plan_runner.h"

using namespace stopbath;

namespace {

ImageId paint(ManualWorld& w, int width, int height, uint8_t value) {
  const ImageId id = w.pipeline.images().create(width, height).value();
  ImageRecord& image = *w.pipeline.images().find(id);
  std::memset(w.pipeline.buffers().data(image.pixels), value,
              static_cast<size_t>(width) * height * 4);
  image.sealed = true;
  return id;
}

}  // namespace

TEST_CASE(
    "page thread: no call waits for a worker that holds everything and never moves [R39][I-23]") {
  ManualWorld w(1);
  w.photo = paint(w, 64, 2048, 255);
  const RequestId held = w.render(Lane::kInteractive, {make_step("gaussian-blur")});
  REQUIRE(w.begin(0));  // from here on the only worker stands still
  double longest_ms = 0;
  const auto timed = [&longest_ms](auto&& call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    longest_ms = std::max(longest_ms, took.count());
  };
  PipelineCoordinator& p = w.pipeline;
  for (int round = 0; round < 20; ++round) {
    RequestId request = 0;
    timed([&] { request = p.render(w.photo, {make_step("invert")}, {}, w.now).value(); });
    timed([&] {
      (void)p.preview(w.photo, {make_step("sharpen")}, {.slot = 1}, {.lane = Lane::kInteractive},
                      w.now);
    });
    timed([&] { p.set_lane(request, Lane::kBackground); });
    timed([&] { w.step(); });
    timed([&] { CHECK(p.progress(held) == 0); });
    timed([&] { p.stats(); });
    timed([&] { p.images().begin_write(*p.images().find(w.photo)); });  // goes to a copy
    timed([&] { p.images().end_write(*p.images().find(w.photo)); });
    timed([&] { p.images().end_read(p.images().begin_read(w.photo)); });
    timed([&] { p.cancel(request); });
    timed([&] { p.next_wake_ms(w.now); });
    w.now += 100;
  }
  timed([&] { p.cancel(held); });
  CHECK(p.stats().ending_flights > 0);  // what the worker holds stays
  timed([&] { p.images().close(w.photo); });
  timed([&] { p.shut_down(); });
  timed([&] { w.step(); });
  // The budget is 8 ms; the rest is for a machine that does other things.
  CHECK(longest_ms < 500);
}

TEST_CASE(
    "page thread: a frame is of one version, whatever was written while it was made [R53][I-6]") {
  const int units_before = GENERATE(0, 1, 3);
  ManualWorld w(2);
  w.photo = paint(w, 256, 2048, 255);
  const Chain chain = {make_step("gaussian-blur", {{"sigma", 1}})};
  const auto preview = [&] {
    REQUIRE(
        w.pipeline.preview(w.photo, chain, {.slot = 1}, {.lane = Lane::kInteractive}, w.now).ok());
    w.step();
  };
  preview();
  for (int i = 0; i < units_before; ++i) {
    REQUIRE(w.begin(0));
    w.finish(0);
  }
  REQUIRE(w.begin(0));  // slow: it ends its unit only when the other has done the rest
  ImageRecord& image = *w.pipeline.images().find(w.photo);
  std::memset(w.pipeline.images().begin_write(image), 254, size_t{256} * 2048 * 4);
  w.pipeline.images().end_write(image);
  preview();
  for (int i = 0; i < 10000 && w.begin(1); ++i) w.finish(1);
  const bool early = !w.events.empty();
  w.finish(0);
  for (int i = 0; i < 10000 && w.begin(1); ++i) w.finish(1);
  CHECK_FALSE((early && w.events[0].outcome.version == 1));
  int frames = 0;
  for (const Event& event : w.events) {
    if (event.pool != PoolEvent::kNone || event.outcome.kind != Outcome::Kind::kFrame) continue;
    ++frames;
    const ImageRecord& frame = *w.pipeline.images().find(event.image);
    const uint8_t* bytes = w.pipeline.buffers().data(frame.pixels);
    const size_t count = size_t{256} * 2048 * 4;
    INFO("version " << event.outcome.version);
    CHECK(std::count(bytes, bytes + count, bytes[0]) == static_cast<ptrdiff_t>(count));
    CHECK(bytes[0] == (event.outcome.version == 1 ? 255 : 254));
  }
  CHECK(frames >= 1);
}
