// Draws runs from seeds, prints them, and makes failing ones smaller.
#include <algorithm>
#include <cstdio>

#include "simulator.h"
#include "simulator_reference.h"

namespace stopbath::simulator {
namespace {

constexpr size_t kBlock = size_t{64} << 10;

// Every probability by name, so that shrinking and printing need no second list.
std::vector<std::pair<const char*, double*>> all_faults(Faults& f) {
  return {{"never_answers", &f.never_answers},
          {"late_answer", &f.late_answer},
          {"refused_start", &f.refused_start},
          {"slow", &f.slow},
          {"hangs_forever", &f.hangs_forever},
          {"hangs_a_while", &f.hangs_a_while},
          {"dies", &f.dies},
          {"traps", &f.traps},
          {"stops", &f.stops},
          {"never_dies", &f.never_dies},
          {"late_page", &f.late_page},
          {"clock_gap", &f.clock_gap},
          {"no_memory", &f.no_memory}};
}

Operation draw_operation(Random& random, double gap_ms) {
  using Kind = Operation::Kind;
  static constexpr Kind kMix[] = {Kind::kPreview, Kind::kPreview, Kind::kPreview, Kind::kPreview,
                                  Kind::kPreview, Kind::kPreview, Kind::kRender,  Kind::kRender,
                                  Kind::kRender,  Kind::kRender,  Kind::kAbort,   Kind::kAbortTwice,
                                  Kind::kSetLane, Kind::kUpdate,  Kind::kClose,   Kind::kPreview};
  Operation operation;
  operation.kind = kMix[random.below(16)];
  operation.gap_ms = random.chance(0.3) ? 0 : random.uniform(0, 2 * gap_ms);
  operation.image = random.below(random.chance(0.5) ? 1 : 4);
  operation.chain = random.below(kChains);
  operation.slot = 1 + random.below(3);
  operation.lane = operation.kind == Kind::kPreview && random.chance(0.8) ? 0 : random.below(3);
  operation.reduce = random.below(4);
  operation.coarse = random.chance(0.5);
  if (random.chance(0.1)) operation.timeout_ms = random.uniform(1, 3000);
  operation.pick = random.below(8);
  operation.reject = random.chance(0.1);
  return operation;
}

// Of a random source of its own, so that histories of pools that keep their size stay as they are.
void draw_sizing(Setup& setup, uint64_t seed) {
  Random random(seed ^ 0x512e);
  if (setup.workers < 2 || random.chance(0.5)) return;
  setup.warm = 1 + random.below(setup.workers);
  setup.idle_ms = random.uniform(20, 1500);
  setup.asks_user = random.chance(0.2);
}

void draw_pool_operations(Run& run, uint64_t seed) {
  Random random(seed ^ 0x9001);
  for (Operation& operation : run.operations) {
    if (operation.kind == Operation::Kind::kShutDown || !random.chance(0.15)) continue;
    static constexpr Operation::Kind kMix[] = {Operation::Kind::kWarmUp, Operation::Kind::kHide,
                                               Operation::Kind::kShow};
    operation.kind = kMix[random.below(3)];
    // Some of them after a calm in which workers retire.
    if (random.chance(0.5)) operation.gap_ms += random.uniform(0, 3) * run.setup.idle_ms;
  }
}

Run draw_drag(Run run, Random& random) {
  run.setup.drag = true;
  run.setup.workers = 1;
  run.setup.unit_ms = random.uniform(50, 400);
  const double gap_ms = random.uniform(2, 40);
  const bool twice = random.chance(0.3);  // every value is submitted by two listeners
  for (int i = 0; i < 120; ++i) {
    Operation operation;
    operation.gap_ms = random.uniform(0, 2 * gap_ms);
    operation.chain = random.below(4);
    operation.image = 0;
    run.operations.push_back(operation);
    if (!twice) continue;
    operation.gap_ms = 1;
    run.operations.push_back(operation);
  }
  return run;
}

// Previews that nobody replaces and that come faster than they are computed, for half a minute; a
// few exports and warm-ups among the first of them.
Run draw_crowd(Run run, Random& random) {
  run.setup.crowd = true;
  run.setup.workers = random.below(4);
  run.setup.unit_ms = random.uniform(100, 400);
  const double mean_unit_ms = 0.5 * run.setup.unit_ms / std::max(run.setup.workers, 1);
  const bool exports_too =
      random.chance(0.5);  // without end, so that background work waits for both
  double total_ms = 0;
  while (total_ms < 30000) {
    Operation operation;
    operation.gap_ms = random.uniform(0, 1.4 * mean_unit_ms);
    total_ms += operation.gap_ms;
    operation.kind = Operation::Kind::kRender;
    operation.image = random.below(4);
    operation.chain = random.below(kChains);
    if (exports_too && random.chance(0.3)) operation.lane = 1;
    if (total_ms < 4000 && random.chance(0.2)) operation.lane = 1 + random.below(2);
    run.operations.push_back(operation);
  }
  return run;
}

}  // namespace

Run draw_run(uint64_t seed) {
  Random random(seed);
  Run run;
  Setup& setup = run.setup;
  setup.seed = random.next();
  setup.budget_bytes =
      random.chance(0.6) ? 512 * kBlock : static_cast<size_t>(6 + random.below(40)) * kBlock;
  setup.workers = random.chance(0.12) ? 0 : 1 + random.below(5);
  setup.wake_ms = random.chance(0.5) ? 0.5 : 20;
  if (random.chance(0.05)) {
    setup.budget_bytes = 512 * kBlock;
    return draw_drag(std::move(run), random);
  }
  if (random.chance(0.02)) {
    setup.budget_bytes = 512 * kBlock;
    return draw_crowd(std::move(run), random);
  }
  static constexpr double kUnitMs[] = {0.5, 2, 20, 150};
  static constexpr double kGapMs[] = {0.5, 8, 60, 700};
  setup.unit_ms = kUnitMs[random.below(4)];
  if (random.chance(0.25)) setup.lane_requests = static_cast<size_t>(1 + random.below(6));
  for (const auto& [name, probability] : all_faults(setup.faults)) {
    if (random.chance(0.2)) *probability = random.uniform(0.01, 0.15);
  }
  if (random.chance(0.1)) setup.faults.hangs_forever = 0.6;  // until the circuit opens
  if (random.chance(0.05)) setup.faults.never_answers = 1;
  setup.faults.clock_gap /= 10;
  draw_sizing(setup, seed);
  const double gap_ms = kGapMs[random.below(4)];
  const int operations = 8 + random.below(40);
  for (int i = 0; i < operations; ++i) run.operations.push_back(draw_operation(random, gap_ms));
  if (random.chance(0.1)) {
    run.operations[static_cast<size_t>(random.below(operations))].kind = Operation::Kind::kShutDown;
  }
  if (setup.warm > 0) draw_pool_operations(run, seed);
  return run;
}

Run shrink(Run run) {
  // Another invariant would be another failure: the sentence without its time must be the same.
  const auto sentence = [](const Run& candidate) {
    const std::string whole = simulate(candidate);
    return whole.substr(0, whole.find(" (at"));
  };
  const std::string broken = sentence(run);
  const auto still_fails = [&](const Run& candidate) { return sentence(candidate) == broken; };
  for (size_t chunk = run.operations.size(); chunk > 0; chunk /= 2) {
    for (size_t at = 0; at < run.operations.size();) {
      Run smaller = run;
      const auto first = smaller.operations.begin() + static_cast<ptrdiff_t>(at);
      const size_t count = std::min(chunk, smaller.operations.size() - at);
      double gap_ms = 0;  // what follows keeps its time
      for (size_t i = 0; i < count; ++i) gap_ms += first[static_cast<ptrdiff_t>(i)].gap_ms;
      const auto next = smaller.operations.erase(first, first + static_cast<ptrdiff_t>(count));
      if (next != smaller.operations.end()) next->gap_ms += gap_ms;
      if (still_fails(smaller)) {
        run = std::move(smaller);
      } else {
        at += chunk;
      }
    }
  }
  const size_t faults = all_faults(run.setup.faults).size();
  for (size_t i = 0; i < faults; ++i) {
    Run smaller = run;
    *all_faults(smaller.setup.faults)[i].second = 0;
    if (still_fails(smaller)) run = std::move(smaller);
  }
  return run;
}

std::string describe(const Run& run) {
  static constexpr const char* kNames[] = {"preview",  "render", "abort", "abort twice",
                                           "set lane", "update", "close", "shut down",
                                           "warm up",  "hide",   "show"};
  char line[200];
  std::string text;
  std::snprintf(
      line, sizeof line, "%d workers, %zu blocks of 64 KiB, units to %g ms, wake-ups to %g ms;",
      run.setup.workers, run.setup.budget_bytes / kBlock, run.setup.unit_ms, run.setup.wake_ms);
  text += line;
  if (run.setup.lane_requests > 0) {
    std::snprintf(line, sizeof line, " %zu requests a lane;", run.setup.lane_requests);
    text += line;
  }
  if (run.setup.warm > 0) {
    std::snprintf(line, sizeof line, " at least %d, idle for %g ms%s;", run.setup.warm,
                  run.setup.idle_ms, run.setup.asks_user ? ", a user decides" : "");
    text += line;
  }
  Faults faults = run.setup.faults;
  for (const auto& [name, probability] : all_faults(faults)) {
    if (*probability == 0) continue;
    std::snprintf(line, sizeof line, " %s %.3f", name, *probability);
    text += line;
  }
  for (const Operation& o : run.operations) {
    std::snprintf(
        line, sizeof line,
        "\n  +%7.2f ms %-11s image %d chain %d slot %d lane %d reduce %d%s%s timeout %g pick %d",
        o.gap_ms, kNames[static_cast<int>(o.kind)], o.image, o.chain, o.slot, o.lane, o.reduce,
        o.coarse ? " coarse" : "", o.reject ? " reject" : "", o.timeout_ms, o.pick);
    text += line;
  }
  return text;
}

}  // namespace stopbath::simulator
