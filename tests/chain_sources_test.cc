// Chains that read more than one image: what names an image holds its pixels, takes part in the
// key and gives its level to coarse previews, as the chain's own image does.
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <vector>

#include "conservation.h"
#include "plan_runner.h"

using namespace stopbath;

namespace {

constexpr double kCopy = 10;  // of the operators of blend

struct TwoImages {
  CheckedCoordinator pipeline{size_t{64} << 20, nullptr};
  ImageId photo = 0;
  ImageId layer = 0;
  double now = 0;

  TwoImages() {
    REQUIRE(pipeline.pool().seat_host());
    photo = import(300, 200, 10);
    layer = import(300, 200, 77);
  }
  ImageId import(int width, int height, uint8_t level) {
    const ImageId id = pipeline.images().create(width, height).value();
    fill(id, level);
    pipeline.images().find(id)->sealed = true;
    return id;
  }
  void fill(ImageId id, uint8_t level) {
    ImageRecord& image = *pipeline.images().find(id);
    uint8_t* pixels = pipeline.images().begin_write(image);
    const size_t bytes = ImageStore::bytes(image.width, image.height);
    std::memset(pixels, level, bytes);
    for (size_t i = 3; i < bytes; i += 4) pixels[i] = 255;
    pipeline.images().end_write(image);
  }
  // The layer alone remains.
  Chain chain(double opacity = 1) const {
    return {make_step("blend", {{"image", layer}, {"operator", kCopy}, {"opacity", opacity}})};
  }
  Result<RequestId> render(const Chain& of) { return pipeline.render(photo, of, {}, now); }
  Result<RequestId> preview() {
    // Slow enough at full size that levels pay.
    Chain slow = chain();
    slow.push_back(make_step("median", {{"radius", 3}}));
    return pipeline.preview(photo, slow, {.slot = 1, .reduce = 2, .budget_ms = 0},
                            {.lane = Lane::kInteractive}, now);
  }
  // Until nothing is live: the frames, as the first byte of each.
  std::vector<int> settle() {
    std::vector<int> frames;
    do {
      for (const Event& event : pipeline.step(now)) {
        CHECK(event.outcome.kind != Outcome::Kind::kFailed);
        if (event.image == 0) continue;
        frames.push_back(*pipeline.buffers().data(pipeline.images().find(event.image)->pixels));
        widths.push_back(event.width);
        pipeline.images().close(event.image);
      }
      pipeline.run_slice(5);
      now += 200;
    } while (pipeline.stats().live_requests > 0 || pipeline.stats().ending_flights > 0);
    return frames;
  }
  std::vector<int> widths;
};

}  // namespace

TEST_CASE("sources: equal chains on equal revisions of all images share a flight [R2][R3]") {
  TwoImages w;
  REQUIRE(w.render(w.chain()).ok());
  REQUIRE(w.render(w.chain()).ok());
  CHECK(w.pipeline.stats().tasks.joins == 1);
  CHECK(w.settle() == std::vector{77, 77});
}

TEST_CASE("sources: a write to an image that a step names makes another key [R2][R302]") {
  TwoImages w;
  REQUIRE(w.render(w.chain()).ok());
  w.fill(w.layer, 99);
  REQUIRE(w.render(w.chain()).ok());
  CHECK(w.pipeline.stats().tasks.joins == 0);
  CHECK(w.settle() == std::vector{77, 99});
}

TEST_CASE("sources: what waits holds no lease, what runs holds one of each image [R43]") {
  TwoImages w;
  REQUIRE(w.render(w.chain()).ok());
  CHECK(w.pipeline.stats().flight_leases == 0);
  w.pipeline.step(w.now);
  CHECK(w.pipeline.stats().flight_leases == 3);  // two to read, the result to write
  w.settle();
  // A layer that nobody sees is not held.
  REQUIRE(w.render({make_step("invert"), make_step("blend", {{"image", w.layer}, {"opacity", 0}})})
              .ok());
  w.pipeline.step(w.now);
  CHECK(w.pipeline.stats().flight_leases == 2);
  w.settle();
}

TEST_CASE(
    "sources: neither close nor write during the flight changes a byte or frees a buffer [R2]") {
  for (const bool running : {false, true}) {
    INFO((running ? "running" : "queued"));
    TwoImages w;
    REQUIRE(w.render(w.chain()).ok());
    if (running) w.pipeline.step(w.now);
    w.fill(w.layer, 99);
    REQUIRE(w.pipeline.images().close(w.layer));
    w.import(300, 200, 55);  // would take the buffer if it were free
    CHECK(w.settle() == std::vector{77});
    w.pipeline.images().close_all();
    CHECK(w.pipeline.stats().buffers.in_use == 0);
    CHECK(w.pipeline.stats().buffers.leases_held == 0);
  }
}

TEST_CASE(
    "sources: a chain that names an image that is not open is refused before it is admitted") {
  TwoImages w;
  const ImageId unsealed = w.pipeline.images().create(8, 8).value();
  w.pipeline.images().close(w.layer);
  for (const ImageId image : {w.layer, unsealed, ImageId{12345}}) {
    Chain chain = {make_step("blend", {{"image", image}})};
    CHECK(w.render(chain).status().code() == Code::kClosed);
    chain[0] = make_step("blend", {{"image", image}, {"opacity", 0}});
    CHECK(w.render(chain).status().code() == Code::kClosed);
    CHECK(w.pipeline.explain(w.photo, chain).status().code() == Code::kClosed);
  }
  CHECK(w.pipeline.stats().tasks.requests == 0);
}

TEST_CASE("sources: a coarse preview needs the level of each image, and reads it [R50]") {
  TwoImages w;
  REQUIRE(w.preview().ok());
  CHECK(w.pipeline.level_builds() == 2);
  CHECK(w.settle() == std::vector{77, 77});  // coarse, once both are built, then exact
  REQUIRE(w.pipeline.level_builds() == 0);
  REQUIRE(w.preview().ok());
  CHECK(w.settle() == std::vector{77, 77});
  CHECK(w.widths == std::vector{75, 75, 75, 75});
  w.fill(w.layer, 99);  // takes the layer's levels away, not the photo's
  REQUIRE(w.preview().ok());
  CHECK(w.pipeline.level_builds() == 1);
  CHECK(w.settle() == std::vector{99, 99});
}

TEST_CASE("sources: what is kept of a chain belongs to the pixels of every image [R2]") {
  TwoImages w;
  const auto chain_with = [&w](double amount) {
    Chain chain = w.chain();
    chain.push_back(make_step("gaussian-blur", {{"sigma", 9}}));
    chain.push_back(make_step("brightness", {{"amount", amount}}));
    return chain;
  };
  const auto preview = [&](double amount) {
    REQUIRE(
        w.pipeline
            .preview(w.photo, chain_with(amount), {.slot = 1}, {.lane = Lane::kInteractive}, w.now)
            .ok());
    return w.settle();
  };
  for (const double amount : {1.1, 1.2, 1.3}) preview(amount);
  CHECK(w.pipeline.images().prefixes().counters().resumed > 0);
  w.fill(w.layer, 99);
  const std::vector<int> shown = preview(1.4);
  REQUIRE(w.render(chain_with(1.4)).ok());
  CHECK(w.settle() == shown);
  CHECK(shown == std::vector{139});  // 1.4 times 99
}
