// Thousands of seeded histories of the scheduler with every fault of the menu; a failing seed
// prints a small one.
//
// STOPBATH_SEED runs one seed, STOPBATH_SEEDS that many.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string>

#include "simulator.h"

using namespace stopbath::simulator;

namespace {

#if defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 200;  // one thread plays all parts: there are no races to find
#elif defined(STOPBATH_MUTATIONS) || defined(__SANITIZE_ADDRESS__) || defined(__wasm__)
constexpr uint64_t kSeeds = 1000;
#else
constexpr uint64_t kSeeds = 20000;
#endif

uint64_t number(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("simulation: no history of faults breaks an invariant or leaves a request unsettled") {
  const uint64_t one = number("STOPBATH_SEED", 0);
  const uint64_t last = one != 0 ? one : number("STOPBATH_SEEDS", kSeeds);
  for (uint64_t seed = one != 0 ? one : 1; seed <= last; ++seed) {
    const Run run = draw_run(seed);
    const std::string broken = simulate(run);
    if (broken.empty()) continue;
#ifdef STOPBATH_MUTATIONS
    FAIL("seed " << seed << ": " << broken);
#endif
    const Run small = shrink(run);
    FAIL("seed " << seed << ": " << broken << "\nshrunk: " << simulate(small) << '\n'
                 << describe(small));
  }
}

TEST_CASE("simulation: a run has one history") {
  for (uint64_t seed = 1; seed <= 20; ++seed)
    CHECK(simulate(draw_run(seed)) == simulate(draw_run(seed)));
}
