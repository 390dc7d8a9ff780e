// The length of units: aimed at from what flights of the same kernel took, on whatever machine.
#include "pipeline/unit_size.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <vector>

#include "manual_world.h"
#include "plan_runner.h"

using namespace stopbath;
using Catch::Approx;

namespace {

constexpr double kFlightNs = 50e6;  // nominal

Chain soft(double sigma) { return {make_step("gaussian-blur", {{"sigma", sigma}})}; }

// Runs the flight on offer, each unit for the given time; how many units its passes had together.
int run_flight(ManualWorld& w, int64_t unit_ns) {
  int units = 0;
  WorkerSeat& seat = *w.threads.seats[0];
  for (; begin_unit(seat, w.now_ns()); ++units) {
    run_held_unit(seat);
    end_unit(seat, w.now_ns() + unit_ns);
  }
  w.step();
  return units;
}

}  // namespace

TEST_CASE("unit size: a unit takes 2 ms at the median of the last three flights [R37]") {
  UnitSizer sizes;
  for (const double ratio : {0.25, 4.0, 0.5, 0.25}) sizes.learn(1, kFlightNs, ratio * kFlightNs);
  CHECK(sizes.ratio(1) == 0.5);
  CHECK(sizes.unit_ns(1) * 4.0 <= kLongestUnitNs);  // the slowest of them counts as well
  CHECK(sizes.unit_ns(1) == 2e6);
  sizes.learn(1, kFlightNs, 0.5 * kFlightNs);
  CHECK(sizes.unit_ns(1) * 0.5 == kTargetUnitNs);
}

TEST_CASE("unit size: no unit is planned that takes 8 ms at the slowest of three flights [R37]") {
  UnitSizer sizes;
  for (const double ratio : {0.1, 100.0, 0.1}) sizes.learn(1, kFlightNs, ratio * kFlightNs);
  CHECK(sizes.unit_ns(1) == kLeastUnitNs);  // 0.08 ms would be too little to claim
  for (const double ratio : {0.5, 0.5, 20.0}) sizes.learn(1, kFlightNs, ratio * kFlightNs);
  CHECK(sizes.unit_ns(1) * 20 == Approx(kLongestUnitNs));
}

TEST_CASE(
    "unit size: an unknown kernel or level begins small, at the speed of what ran last [R37]") {
  UnitSizer sizes;
  CHECK(sizes.unit_ns(1) == kTargetUnitNs / 2);
  for (int i = 0; i < 3; ++i) sizes.learn(1, kFlightNs, 5 * kFlightNs);
  CHECK(sizes.unit_ns(1) * 5 == Approx(kTargetUnitNs));
  CHECK(sizes.unit_ns(2) * 5 == Approx(kTargetUnitNs / 2));
  const PlanTarget full{4000, 3000, 1, 0};
  const PlanTarget level{1000, 750, 0.25, 0};
  const PlanTarget reduced_result{4000, 3000, 1, 2};
  CHECK(UnitSizer::kernel(soft(2), full) == UnitSizer::kernel(soft(3), full));
  CHECK(UnitSizer::kernel(soft(2), full) != UnitSizer::kernel(soft(2), level));
  CHECK(UnitSizer::kernel(soft(2), full) != UnitSizer::kernel(soft(2), reduced_result));
  CHECK(UnitSizer::kernel(soft(2), full) != UnitSizer::kernel({make_step("invert")}, full));
}

TEST_CASE("unit size: flights too short to tell are passed over [R37]") {
  UnitSizer sizes;
  sizes.learn(1, 100, 20000);  // a claim takes longer than the pixels of an icon
  sizes.learn(1, 0, 1e9);
  CHECK(sizes.ratio(1) == 1);
}

TEST_CASE("unit size: what is slow on this machine is cut into smaller units the next time [R37]") {
  ManualWorld w(1);
  w.photo = w.pipeline.images().create(2048, 512).value();
  w.pipeline.images().find(w.photo)->sealed = true;
  w.render(Lane::kExport, soft(1.4));
  const int first = run_flight(w, 10000000);
  w.render(Lane::kExport, soft(1.5));
  const int second = run_flight(w, 10000000);
  CHECK(second >= 3 * first);
  // Another kernel at the same speed begins smaller still, where rows enough are left.
  for (int i = 0; i < 3; ++i) {
    w.render(Lane::kExport, soft(1.6 + i * 0.1));
    run_flight(w, 100000);
  }
  w.render(Lane::kExport, soft(1.9));
  CHECK(run_flight(w, 100000) < second);
}

TEST_CASE("unit size: units are no longer than they are given, but for the lowest tiles [R37]") {
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    const Chain chain = {make_step(effects()[static_cast<size_t>(e)].name)};
    for (const double unit_ns : {0.3e6, 1e6, 4e6}) {
      const auto plan = compile_plan(chain, {4000, 3000, 1, 0}, {unit_ns, 1});
      REQUIRE(plan.ok());
      int units = 0;
      for (int pass = 0; pass < plan.value()->pass_count(); ++pass)
        units += plan.value()->unit_count(pass);
      INFO(effects()[static_cast<size_t>(e)].name << ", " << unit_ns);
      // A sweep's strips are passes, of which there are not many.
      const bool sweep = (effects()[static_cast<size_t>(e)].traits & kSequential) != 0;
      const double most = sweep ? 3e6 : unit_ns;
      if (unit_ns >= 1e6) CHECK(plan.value()->nominal_cost_ns() / units <= most);
    }
  }
}

TEST_CASE("unit size: the width of a pass minimises its time plus the hand-offs [R40]") {
  for (const double total_ns : {1e3, 3e4, 1e5, 7e5, 2.5e6, 1e7, 1e9}) {
    for (const double hand_off_ns : {5e3, 4e4, 5e5}) {
      int best = 1;
      for (int k = 1; k <= 16; ++k) {
        if (total_ns / k + hand_off_ns * k < total_ns / best + hand_off_ns * best) best = k;
      }
      CHECK(best_width(total_ns, hand_off_ns, 16) == best);
      CHECK(best_width(total_ns, hand_off_ns, 2) == std::min(best, 2));
    }
  }
}

TEST_CASE("unit size: a pass has no units for workers that are not worth their hand-off [R40]") {
  const auto units = [](int side, double hand_off_ns) {
    const auto plan = compile_plan(soft(1.2), {side, side, 1, 0}, {2e6, 16, hand_off_ns});
    return plan.value()->unit_count(0);
  };
  CHECK(units(32, 40e3) == 1);
  CHECK(units(512, 40e3) >= 2);
  CHECK(units(512, 40e3) <= 8);
  CHECK(units(512, 4e3) > units(512, 40e3));
  CHECK(units(512, 1e9) == 1);
  CHECK(units(4000, 40e3) >= 12 * 8);
}

// stopbath_tests "[units]" prints how long the units of each effect take here, on one thread.
TEST_CASE("unit size: a table of measured units", "[.][units]") {
  UnitSizer sizes;
  const Image photo = make_scene(Scene::kPhoto, 4000, 3000);
  std::printf("effect             units  median     p99     max  ms, 12 MP\n");
  for (int e = 0; e < static_cast<int>(effects().size()); ++e) {
    const Chain chain = {make_step(effects()[static_cast<size_t>(e)].name)};
    const PlanTarget target{photo.width, photo.height, 1, 0};
    const uint64_t kernel = UnitSizer::kernel(chain, target);
    std::vector<double> times_ms;
    for (int round = 0; round < 5; ++round) {
      times_ms.clear();
      auto plan = std::move(compile_plan(chain, target, {sizes.unit_ns(kernel), 2}).value());
      Image out(plan->output_width(), plan->output_height());
      std::vector<AlignedBytes> temporaries;
      std::vector<uint8_t*> pointers;
      for (const size_t bytes : plan->temporary_bytes()) {
        pointers.push_back(temporaries.emplace_back(bytes).data);
      }
      AlignedBytes scratch(plan->scratch_bytes());
      plan->bind(photo.view(), out.view(), pointers);
      double run_ns = 0;
      for (int pass = 0; pass < plan->pass_count(); ++pass) {
        for (int unit = 0; unit < plan->unit_count(pass); ++unit) {
          const auto start = std::chrono::steady_clock::now();
          plan->run_unit(pass, unit, scratch.data);
          const std::chrono::duration<double, std::nano> took =
              std::chrono::steady_clock::now() - start;
          run_ns += took.count();
          times_ms.push_back(took.count() * 1e-6);
        }
      }
      sizes.learn(kernel, plan->nominal_cost_ns(), run_ns);
    }
    std::sort(times_ms.begin(), times_ms.end());
    std::printf("%-18s %5zu %7.2f %7.2f %7.2f\n",
                std::string(effects()[static_cast<size_t>(e)].name).c_str(), times_ms.size(),
                times_ms[times_ms.size() / 2], times_ms[times_ms.size() * 99 / 100],
                times_ms.back());
  }
}
