// Memory as a shared good: the interactive reserve, one budget for all states, and what gives way
// when there is no room.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "manual_world.h"
#include "plan_runner.h"
#include "scene.h"

using namespace stopbath;

namespace {

constexpr size_t kBlock = size_t{64} << 10;
constexpr int kSide = 128;  // pixels: an image of one block
Chain invert() { return {make_step("invert", {})}; }

// A heap that fails once, at its n-th call; or from there on.
struct FailingBlocks final : BlockSource {
  int fails_at = 0;
  bool for_ever = false;
  int calls = 0;
  int64_t out = 0;

  uint8_t* take(size_t bytes) override {
    ++calls;
    if (fails_at != 0 && (for_ever ? calls >= fails_at : calls == fails_at)) return nullptr;
    ++out;
    return BlockSource::take(bytes);
  }
  void give(uint8_t* block) override {
    --out;
    BlockSource::give(block);
  }
};

// The hosting thread works.
struct Host {
  PipelineCoordinator pipeline;
  double now = 0;

  explicit Host(size_t blocks, BlockSource& source = heap_blocks())
      : pipeline(blocks * kBlock, nullptr, WorkerTaskRegistry::Limits{}, source) {
    pipeline.pool().seat_host();
  }
  ImageId photo(int side = kSide) {
    const Result<ImageId> id = pipeline.images().create(side, side);
    if (!id.ok()) {
      REQUIRE(id.status().code() == Code::kOutOfMemory);
      return 0;
    }
    ImageRecord& image = *pipeline.images().find(id.value());
    const Image scene = make_scene(Scene::kAlpha, side, side, 3);
    std::memcpy(pipeline.buffers().data(image.pixels), scene.bytes.data(), scene.bytes.size());
    image.sealed = true;
    return id.value();
  }
  std::vector<Event> settle() {
    std::vector<Event> all;
    do {
      for (Event& event : pipeline.step(now))
        if (event.pool == PoolEvent::kNone) all.push_back(std::move(event));
      pipeline.run_slice(5);
      now += 200;
    } while (pipeline.stats().live_requests > 0 || pipeline.stats().ending_flights > 0);
    for (Event& event : pipeline.step(now))
      if (event.pool == PoolEvent::kNone) all.push_back(std::move(event));
    return all;
  }
  bool shows(const Event& event, const Chain& chain, int side, int reduce) {
    const Image wanted =
        run_chain(chain, make_scene(Scene::kAlpha, side, side, 3), {.reduce = reduce});
    const ImageRecord* image = pipeline.images().find(event.image);
    return image != nullptr && event.width == wanted.width &&
           std::memcmp(pipeline.buffers().data(image->pixels), wanted.bytes.data(),
                       wanted.bytes.size()) == 0;
  }
};

}  // namespace

TEST_CASE("buffers: other lanes never touch the interactive reserve [R43][R143][I-16]") {
  SharedBufferController pool(10 * kBlock);
  pool.reserve_for_interactive(3 * kBlock);
  std::vector<BufferHandle> held;
  for (int i = 0; i < 7; ++i) held.push_back(pool.acquire(kBlock).value());
  const Result<BufferHandle> refused = pool.acquire(kBlock);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().message() ==
        "Expected room for 0 MiB of pixels, got a pool with 0 of 0 MiB in use and 0 MiB kept for "
        "previews");
  for (int i = 0; i < 3; ++i) held.push_back(pool.acquire(kBlock, Share::kInteractive).value());
  CHECK_FALSE(pool.acquire(kBlock, Share::kInteractive).ok());
  pool.release(held.back());  // what previews give back is theirs again
  CHECK_FALSE(pool.acquire(kBlock).ok());
  CHECK(pool.acquire(kBlock, Share::kInteractive).ok());
  pool.release(held.front());
  CHECK(pool.acquire(kBlock).ok());
}

TEST_CASE("buffers: in any history the shares keep to their parts of the budget [R43][R143][R44]") {
  const unsigned seed = GENERATE(1u, 2u, 3u, 4u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  SharedBufferController pool(64 * kBlock);
  std::vector<BufferHandle> held;
  for (int i = 0; i < 4000; ++i) {
    const BufferStats before = pool.stats();
    if (random() % 64 == 0) pool.reserve_for_interactive(random() % 16 * kBlock);
    const size_t kept = pool.stats().bytes_kept;
    if (random() % 2 == 0) {
      const Share share = random() % 3 == 0 ? Share::kInteractive : Share::kCommon;
      const Result<BufferHandle> buffer = pool.acquire(1 + random() % (4 * kBlock), share);
      if (buffer.ok()) held.push_back(buffer.value());
      const BufferStats& after = pool.stats();
      const size_t common = after.bytes_in_use - after.bytes_interactive;
      if (buffer.ok() && share == Share::kCommon) REQUIRE(common + kept <= 64 * kBlock);
      REQUIRE((buffer.ok() || after.bytes_in_use == before.bytes_in_use));
    } else if (!held.empty()) {
      const size_t pick = random() % held.size();
      pool.release(held[pick]);
      held.erase(held.begin() + static_cast<ptrdiff_t>(pick));
    }
    REQUIRE(pool.stats().bytes_reserved <= 64 * kBlock);
    REQUIRE(pool.stats().bytes_interactive <= pool.stats().bytes_in_use);
  }
  for (BufferHandle buffer : held) pool.release(buffer);
  CHECK(pool.stats().bytes_in_use == 0);
  CHECK(pool.stats().bytes_interactive == 0);
}

TEST_CASE("memory: previews go on while exports and imports have taken all they may [R43][R143]") {
  Host h(32);
  const ImageId photo = h.photo();
  REQUIRE(
      h.pipeline.preview(photo, invert(), {.slot = 1}, {.lane = Lane::kInteractive}, h.now).ok());
  for (const Event& event : h.settle()) h.pipeline.images().close(event.image);
  CHECK(h.pipeline.stats().buffers.bytes_kept == 3 * kBlock);
  std::vector<ImageId> imports;
  while (const ImageId id = h.photo()) imports.push_back(id);
  CHECK(imports.size() == 28);
  REQUIRE(h.pipeline.render(photo, invert(), {}, h.now).ok());
  REQUIRE(
      h.pipeline.preview(photo, invert(), {.slot = 1}, {.lane = Lane::kInteractive}, h.now).ok());
  // The preview joins nothing and finds room; the export shares its flight, so it has its bytes
  // too.
  for (const Event& event : h.settle()) CHECK(event.outcome.kind == Outcome::Kind::kFrame);
}

TEST_CASE("memory: levels are dropped before anything else gives way [R62]") {
  Host h(8);
  const ImageId photo = h.photo();
  ImageRecord& image = *h.pipeline.images().find(photo);
  for (int reduce : {1, 2, 3, 4, 5}) {
    h.pipeline.images().set_level(image, reduce, h.pipeline.buffers().acquire(1).value());
  }
  REQUIRE(h.pipeline.stats().buffers.in_use == 6);
  // A result and two temporaries: with the levels one more than there is.
  const Chain wide = {make_step("gaussian-blur", {{"sigma", 8}})};
  REQUIRE(h.pipeline.render(photo, wide, {}, h.now).ok());
  const std::vector<Event> events = h.settle();
  REQUIRE(events.size() == 1);
  CHECK(h.shows(events[0], wide, kSide, 0));
  CHECK_FALSE(h.pipeline.images().drop_all_levels());
}

TEST_CASE("memory: running background work gives way and is done later [R62][R36]") {
  ManualWorld w(2, 3 * kBlock);
  const RequestId warm_up = w.render(Lane::kBackground);
  const RequestId first = w.render(Lane::kExport, {make_step("exposure", {{"stops", 1}})});
  REQUIRE(w.pipeline.stats().running_flights == 2);  // the photo and two results: all there is
  const RequestId second = w.render(Lane::kExport, invert());
  CHECK(w.pipeline.stats().tasks.flights_displaced == 1);
  for (const RequestId request : {first, second, warm_up}) {
    REQUIRE(w.begin(0));
    w.finish(0);
    CHECK(w.events.back().outcome.request == request);
    CHECK(w.failure(request) == Code::kOk);
    w.pipeline.images().close(w.events.back().image);
    w.step();
  }
}

TEST_CASE("memory: what a worker still holds of displaced work is not given away [R62][I-11]") {
  ManualWorld w(2, 2 * kBlock);
  w.render(Lane::kBackground);
  REQUIRE(w.begin(0));
  const RequestId wanted = w.render(Lane::kExport, invert());
  CHECK(w.pipeline.stats().running_flights == 0);
  CHECK(w.pipeline.stats().ending_flights == 1);
  w.finish(0);
  CHECK(w.pipeline.stats().running_flights == 1);
  CHECK(w.pipeline.admitted(wanted));
}

TEST_CASE("memory: a preview gets a coarser level when its own has no room [R62]") {
  Host h(20);
  const ImageId big = h.photo(4 * kSide);  // 16 blocks, so 4 are left: a level down it fits
  REQUIRE(h.pipeline.preview(big, invert(), {.slot = 1}, {.lane = Lane::kInteractive}, h.now).ok());
  std::vector<Event> events = h.settle();
  REQUIRE(events.size() == 1);
  CHECK(events[0].outcome.kind == Outcome::Kind::kFrame);
  CHECK(events[0].outcome.level == 1);
  CHECK(events[0].outcome.exact);
  CHECK(events[0].outcome.last);
  CHECK(h.shows(events[0], invert(), 4 * kSide, 1));
  CHECK(h.pipeline.stats().tasks.coarsened == 1);
  h.pipeline.images().close(events[0].image);
  // A render is never coarser than it was asked for.
  REQUIRE(h.pipeline.render(big, invert(), {.lane = Lane::kInteractive}, h.now).ok());
  events = h.settle();
  REQUIRE(events.size() == 1);
  CHECK(events[0].outcome.error.code() == Code::kOutOfMemory);
}

TEST_CASE("memory: background work that waits is shed before better work fails [R62]") {
  ManualWorld w(1, 2 * kBlock);
  const ImageId closed = w.photo;
  const auto waiting = w.pipeline.render(closed, {}, {.lane = Lane::kBackground}, w.now);
  w.pipeline.images().close(closed);  // from here on the waiting request alone holds its pixels
  w.photo = w.pipeline.images().create(8, 8).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  const RequestId wanted = w.render(Lane::kExport, invert());
  CHECK(w.failure(waiting.value()) == Code::kOutOfMemory);
  REQUIRE(w.begin(0));
  w.finish(0);
  CHECK(w.events.back().outcome.request == wanted);
}

TEST_CASE(
    "memory: whichever allocation fails, it is a value and the next job is right [R62][R27]") {
  const bool for_ever = GENERATE(false, true);
  const Chain wide = {make_step("gaussian-blur", {{"sigma", 8}})};
  int failures = 0;
  for (int n = 1; n <= 14; ++n) {
    CAPTURE(n, for_ever);
    FailingBlocks blocks;
    blocks.fails_at = n;
    blocks.for_ever = for_ever;
    {
      Host h(64, blocks);
      const ImageId photo = h.photo();
      size_t asked = 0;
      if (photo != 0) {
        for (int round = 0; round < 2; ++round) {
          const RequestOptions fast{.lane = Lane::kInteractive};
          for (const Chain& chain : {wide, invert()}) {
            asked += h.pipeline.render(photo, chain, {}, h.now).ok();
            asked += h.pipeline.preview(photo, chain, {1, 2, 0}, fast, h.now).ok();
          }
          std::vector<Event> events = h.settle();
          for (const Event& event : events) {
            if (event.outcome.kind == Outcome::Kind::kFailed) {
              ++failures;
              CHECK(event.outcome.error.code() == Code::kOutOfMemory);
            }
            asked -= event.outcome.last;
            if (event.image != 0) h.pipeline.images().close(event.image);
          }
          CHECK(asked == 0);
          h.pipeline.buffers().trim(0);
        }
      }
      blocks.fails_at = 0;
      const ImageId again = h.photo();
      REQUIRE(again != 0);
      REQUIRE(h.pipeline.render(again, wide, {}, h.now).ok());
      const std::vector<Event> events = h.settle();
      REQUIRE(events.size() == 1);
      CHECK(h.shows(events[0], wide, kSide, 0));
      h.pipeline.shut_down();
      h.pipeline.step(h.now);
      CHECK(h.pipeline.stats().buffers.in_use == 0);
    }
    CHECK(blocks.out == 0);
  }
  CHECK((failures > 0) == for_ever);  // one refusal is got over
}
