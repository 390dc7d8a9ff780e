// Warming up images: the levels that first previews need are built before anybody asks for them.
#include <catch2/catch_test_macros.hpp>

#include "manual_world.h"

using namespace stopbath;

namespace {

struct PhotoWorld : ManualWorld {
  PhotoWorld() : ManualWorld(1) {
    large = pipeline.images().create(300, 200).value();
    pipeline.images().find(large)->sealed = true;
  }
  void work() {
    while (begin(0)) finish(0);
  }
  ImageId large = 0;
};

}  // namespace

TEST_CASE("warmup: the first preview of a warm image is coarse first [R50]") {
  PhotoWorld w;
  const auto preview = [&w] {
    w.events.clear();
    REQUIRE(w.pipeline
                .preview(w.large, {}, {.slot = 1, .reduce = 2, .budget_ms = 0},
                         {.lane = Lane::kInteractive}, w.now)
                .ok());
    w.step();
    w.work();
    return !w.events.front().outcome.exact;
  };
  CHECK(w.pipeline.warm_levels(w.large, w.now) == 2);  // 150 and 75 pixels wide; 38 are too few
  w.step();
  w.work();
  CHECK(w.pipeline.level_builds() == 0);
  CHECK(w.pipeline.warm_levels(w.large, w.now) == 0);
  CHECK(preview());
  SECTION("a write makes it cold") {
    w.pipeline.images().end_write(*w.pipeline.images().find(w.large));
    CHECK_FALSE(preview());
  }
  SECTION("a closed image is no image") {
    w.pipeline.images().close(w.large);
    CHECK(w.pipeline.warm_levels(w.large, w.now) == 0);
  }
}

TEST_CASE("warmup: a preview does not wait behind the warm-up of its level [R6]") {
  PhotoWorld w;
  const int builds = w.pipeline.warm_levels(w.large, w.now);
  REQUIRE(w.pipeline
              .preview(w.large, {}, {.slot = 1, .reduce = 2, .budget_ms = 0},
                       {.lane = Lane::kInteractive}, w.now)
              .ok());
  CHECK(w.pipeline.level_builds() == static_cast<size_t>(builds));
  w.step();
  REQUIRE(w.begin(0));
  w.finish(0);
  REQUIRE(w.begin(0));
  w.finish(0);
  CHECK(w.pipeline.images().find(w.large)->levels[2]);
}
