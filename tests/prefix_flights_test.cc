// Results of first steps that slots keep: when they are made and used, and when they are given up.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstring>
#include <random>

#include "conservation.h"
#include "manual_world.h"
#include "plan_runner.h"

namespace stopbath {
namespace {

constexpr int kSide = 256;
constexpr size_t kImage = size_t{kSide} * kSide * 4;

Chain setting(double gamma, double sigma = 8) {
  return {make_step("gaussian-blur", {{"sigma", sigma}}), make_step("unsharp-mask"),
          make_step("levels", {{"gamma", gamma}})};
}

Image scene(uint32_t seed) { return make_scene(Scene::kAlpha, kSide, kSide, seed); }

// The hosting thread works; previews come one after the other.
struct Slots {
  CheckedCoordinator pipeline;
  double now = 0;

  explicit Slots(size_t images = 64) : pipeline(images * kImage, nullptr) {
    pipeline.pool().seat_host();
  }
  ImageId photo(uint32_t seed) {
    const ImageId id = pipeline.images().create(kSide, kSide).value();
    write(id, seed);
    pipeline.images().find(id)->sealed = true;
    return id;
  }
  void write(ImageId id, uint32_t seed) {
    const Image pixels = scene(seed);
    std::memcpy(pipeline.images().begin_write(*pipeline.images().find(id)), pixels.bytes.data(),
                pixels.bytes.size());
  }
  // Runs to the end and returns the last frame's bytes; its image is closed.
  Image settle() {
    Image last(1, 1);
    do {
      for (const Event& event : pipeline.step(now)) {
        CHECK(event.outcome.error.ok());
        if (event.image == 0) continue;
        last = Image(event.width, event.height);
        const ImageRecord& record = *pipeline.images().find(event.image);
        std::memcpy(last.bytes.data(), pipeline.buffers().data(record.pixels), last.bytes.size());
        pipeline.images().close(event.image);
      }
      pipeline.run_slice(1000);
      now += 100;
    } while (pipeline.stats().live_requests > 0 || pipeline.stats().ending_flights > 0);
    return last;
  }
  Image preview(ImageId photo, const Chain& chain, SlotId slot = 1, int reduce = 0) {
    const auto request = pipeline.preview(photo, chain, {.slot = slot, .reduce = reduce},
                                          {.lane = Lane::kInteractive}, now);
    REQUIRE(request.ok());
    return settle();
  }
  PrefixCounters kept() const { return pipeline.stats().prefixes; }
};

bool equal(const Image& a, const Image& b) {
  return a.width == b.width && a.height == b.height && a.bytes == b.bytes;
}

}  // namespace

TEST_CASE("prefix: while the last slider moves the steps before it run once [R49]") {
  Slots s;
  const ImageId photo = s.photo(1);
  for (int i = 0; i < 6; ++i) {
    CAPTURE(i);
    CHECK(equal(s.preview(photo, setting(1.1 + 0.1 * i)),
                run_chain(setting(1.1 + 0.1 * i), scene(1))));
    CHECK(s.kept().made == (i >= 1 ? 1 : 0));
    CHECK(s.kept().resumed == static_cast<uint64_t>(std::max(0, i - 1)));
  }
  // Another step moves: what is kept does not fit, and is replaced.
  for (int i = 0; i < 3; ++i) {
    const Chain chain = setting(2, 7 + i);
    CHECK(equal(s.preview(photo, chain), run_chain(chain, scene(1))));
  }
  CHECK(s.kept().made == 1);
  CHECK(equal(s.preview(photo, setting(1.3, 9)), run_chain(setting(1.3, 9), scene(1))));
  CHECK(s.kept().made == 2);
  CHECK(s.kept().kept == 1);
}

TEST_CASE(
    "prefix: each level has its own, and previews of one do not read the other's [R49][R202]") {
  Slots s;
  const ImageId photo = s.photo(1);
  s.pipeline.warm_levels(photo, s.now);
  s.settle();
  uint64_t before = 0;
  for (int i = 0; i < 5; ++i) {
    Chain chain = setting(1.2 + 0.1 * i, 24);
    chain.insert(chain.begin(), make_step("median", {{"radius", 3}}));
    const auto request = s.pipeline.preview(photo, chain, {.slot = 1, .reduce = 1, .budget_ms = 0},
                                            {.lane = Lane::kInteractive}, s.now);
    REQUIRE(request.ok());
    CHECK(equal(s.settle(), run_chain(chain, scene(1), {.reduce = 1})));
    if (i == 2) before = s.kept().resumed;
  }
  CHECK(s.kept().kept == 2);
  CHECK(s.kept().made == 2);
  CHECK(s.kept().resumed == before + 4);
}

TEST_CASE(
    "prefix: a result is found by its image, revision, level and settings alone [R2][R102][R202]") {
  SharedBufferController pool(16 * kImage);
  PrefixStore store(pool);
  const PrefixSource source{3, 1, {kSide, kSide, 1, 0}};
  const Chain chain = setting(1.5);
  const BufferHandle pixels = pool.acquire(1).value();
  store.keep({.key = prefix_key(source, chain, 2),
              .image = 3,
              .slot = 1,
              .steps = 2,
              .bytes = 1,
              .pixels = BufferReference(pool, pixels)});
  pool.release(pixels);
  PrefixSource exact = source;
  exact.target.reduce = 2;  // happens behind the cut
  CHECK(store.find(exact, setting(2.5)) != nullptr);
  CHECK(store.find(source, setting(1.5, 7)) == nullptr);
  CHECK(store.find(source, {chain[0]}) == nullptr);
  PrefixSource other = source;
  other.image = 4;
  CHECK(store.find(other, chain) == nullptr);
  other = source;
  other.revision = 2;
  CHECK(store.find(other, chain) == nullptr);
  other = source;
  other.target = {kSide / 2, kSide / 2, 0.5, 0};
  CHECK(store.find(other, chain) == nullptr);
}

TEST_CASE("prefix: goes with its image, with a write, after idleness and at the end") {
  Slots s;
  const ImageId photo = s.photo(1);
  const auto keep = [&] {
    s.preview(photo, setting(1.5));
    s.preview(photo, setting(1.6));
    REQUIRE(s.kept().kept == 1);
    REQUIRE(s.pipeline.stats().buffers.in_use == 2);
  };
  keep();
  s.write(photo, 2);
  s.pipeline.images().end_write(*s.pipeline.images().find(photo));
  CHECK(s.pipeline.stats().buffers.in_use == 1);
  CHECK(s.kept().bytes == 0);
  CHECK(equal(s.preview(photo, setting(1.7)), run_chain(setting(1.7), scene(2))));

  keep();
  CHECK(s.pipeline.next_wake_ms(s.now) <= s.now + PrefixStore::kIdleMs);
  s.now += PrefixStore::kIdleMs;
  s.pipeline.step(s.now);
  CHECK(s.pipeline.stats().buffers.in_use == 1);

  keep();
  s.pipeline.images().close(photo);
  CHECK(s.pipeline.stats().buffers.in_use == 0);

  const ImageId next = s.photo(3);
  s.preview(next, setting(1.5));
  s.preview(next, setting(1.6));
  REQUIRE(s.kept().kept == 1);
  s.pipeline.shut_down();
  s.pipeline.step(s.now);
  CHECK(s.pipeline.stats().buffers.in_use == 0);
}

TEST_CASE("prefix: what is kept goes before anybody is refused memory [R62][R41]") {
  Slots s(24);
  const ImageId photo = s.photo(1);
  s.preview(photo, setting(1.5));
  s.preview(photo, setting(1.6));
  REQUIRE(s.kept().kept == 1);
  SECTION("an import takes all that is left") {
    int imports = 0;
    while (s.pipeline.images().create(kSide, kSide).ok()) ++imports;
    CHECK(s.kept().kept == 0);
    CHECK(imports == 20);  // the photo and the reserve of previews stay
    CHECK(s.pipeline.stats().tasks.failed == 0);
  }
  SECTION("an export needs the room") {
    while (s.pipeline.buffers().acquire(kImage).ok()) {
    }
    REQUIRE(s.kept().kept == 1);
    const Chain invert = {make_step("invert")};
    REQUIRE(s.pipeline.render(photo, invert, {}, s.now).ok());
    CHECK(equal(s.settle(), run_chain(invert, scene(1))));
    CHECK(s.kept().kept == 0);
  }
}

TEST_CASE("prefix: any number of slots keep a quarter of the budget at most, two each") {
  Slots s(40);
  const ImageId photo = s.photo(1);
  for (SlotId slot = 1; slot <= 12; ++slot) {
    for (int i = 0; i < 3; ++i) s.preview(photo, setting(1.1 + 0.1 * i, 5 + slot), slot);
    CHECK(s.kept().bytes <= 10 * kImage);
  }
  CHECK(s.kept().kept >= 2);
}

TEST_CASE("prefix: a flight that was superseded keeps what was complete, and no more [R22]") {
  ManualWorld w(1);
  w.photo = w.pipeline.images().create(kSide, kSide).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  const auto preview = [&](double gamma) {
    const auto request = w.pipeline.preview(w.photo, setting(gamma), {.slot = 1},
                                            {.lane = Lane::kInteractive}, w.now);
    REQUIRE(request.ok());
    w.step();
    return request.value();
  };
  const auto run_to = [&](int pass) {
    while (w.pipeline.board().pass(0) < pass && w.begin(0)) w.finish(0);
  };
  preview(1.5);
  while (w.begin(0)) w.finish(0);
  const auto keeping = compile_plan(setting(1.5), {kSide, kSide}, {}, {PrefixUse::Mode::kKeep, 2});
  const int passes = keeping.value()->prefix().passes;
  REQUIRE(passes == 3);
  const bool complete = GENERATE(false, true);
  CAPTURE(complete);
  const RequestId second = preview(1.6);
  run_to(complete ? passes : passes - 1);
  REQUIRE(w.begin(0));  // a worker is busy with it
  w.pipeline.cancel(second);
  CHECK(w.pipeline.stats().prefixes.made == (complete ? 1 : 0));
  preview(1.7);
  CHECK(w.pipeline.stats().prefixes.resumed == (complete ? 1 : 0));
  w.finish(0);
  while (w.begin(0)) w.finish(0);
  CHECK(w.pipeline.stats().prefixes.kept == 1);
  for (const Event& event : w.events) w.pipeline.images().close(event.image);
  w.pipeline.images().close(w.photo);
  w.step();
  CHECK(w.pipeline.stats().buffers.in_use == 1);  // the world's own photo
}

TEST_CASE(
    "prefix: any history of settings, writes and shortages shows the right bytes [R49][R62]") {
  std::mt19937 random(7);
  Slots s(32);
  const ImageId photo = s.photo(1);
  uint32_t pixels = 1;
  Chain chain = setting(1.5);
  std::vector<BufferHandle> held;
  for (int i = 0; i < 60; ++i) {
    CAPTURE(i);
    if (random() % 4 == 0)
      chain[random() % 2] = random() % 2 == 0
                                ? make_step("median")
                                : make_step("gaussian-blur", {{"sigma", 3.0 + random() % 9}});
    chain[2] = make_step("levels", {{"gamma", 1.1 + 0.01 * i}});
    if (random() % 9 == 0) {
      s.write(photo, ++pixels);
      s.pipeline.images().end_write(*s.pipeline.images().find(photo));
    }
    if (random() % 5 == 0) {
      const auto block = s.pipeline.buffers().acquire(6 * kImage);
      if (block.ok()) held.push_back(block.value());
    }
    if (held.size() > 2) s.pipeline.buffers().release(held.back()), held.pop_back();
    CHECK(equal(s.preview(photo, chain, 1 + random() % 2), run_chain(chain, scene(pixels))));
  }
  CHECK(s.kept().resumed > 5);
  for (const BufferHandle block : held) s.pipeline.buffers().release(block);
}

}  // namespace stopbath
