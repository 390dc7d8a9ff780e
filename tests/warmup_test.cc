// Warming up images: the levels that first previews need are built before anybody asks for them.
#include <catch2/catch_test_macros.hpp>

#include "effects/registry.h"
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

namespace {

struct ColdWorld : PhotoWorld {
  RequestId preview(double sigma) {
    Step blur = default_step(find_effect("gaussian-blur"));
    blur.values[0] = sigma;
    return pipeline
        .preview(large, {blur}, {.slot = 1, .reduce = 2, .budget_ms = 0},
                 {.lane = Lane::kInteractive}, now)
        .value();
  }
  void unit() {
    REQUIRE(begin(0));
    finish(0);
  }
};

}  // namespace

TEST_CASE(
    "warmup: the first preview of a cold image builds its level, then is coarse [R50][R250]") {
  ColdWorld w;
  w.preview(3);
  w.step();
  CHECK(w.pipeline.stats().running_flights == 1);  // the exact version does not run beside it
  w.unit();
  CHECK(w.pipeline.images().find(w.large)->levels[2]);
  CHECK(w.events.empty());
  w.work();
  REQUIRE(w.events.size() == 2);
  CHECK_FALSE(w.events[0].outcome.exact);
  CHECK(w.events[1].outcome.exact);
}

TEST_CASE("warmup: inputs while the level is built are replaced by the newest [R10][R50]") {
  ColdWorld w;
  w.preview(3);
  w.step();
  w.now += 16;
  w.preview(4);
  w.now += 16;
  const RequestId newest = w.preview(5);
  w.step();
  CHECK(w.events.size() == 2);
  w.events.clear();
  CHECK(w.pipeline.level_builds() == 1);
  w.unit();
  w.work();
  REQUIRE(w.events.size() == 2);
  CHECK(w.events[0].outcome.request == newest);
  CHECK_FALSE(w.events[0].outcome.exact);
}

TEST_CASE("warmup: without its level a preview is exact [R50][R62]") {
  ColdWorld w;
  SECTION("when the image is written meanwhile, old previews still have the old pixels") {
    w.preview(3);
    w.step();
    w.pipeline.images().end_write(*w.pipeline.images().find(w.large));
    w.unit();
    CHECK_FALSE(w.pipeline.images().find(w.large)->levels[2]);
    w.work();
    CHECK(w.events.size() == 2);
  }
  SECTION("when the level could not be built") {
    w.preview(3);
    w.step();
    REQUIRE(w.begin(0));
    REQUIRE(recover(*w.threads.seats[0]));  // the unit trapped
    w.step();
    w.work();
    REQUIRE(w.events.size() == 1);
    CHECK(w.events[0].outcome.exact);
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
