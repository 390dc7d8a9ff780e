// Every core rule is broken on purpose, and something must notice: the simulator or the tests that
// name the rule.
//
// The program runs itself with STOPBATH_BROKEN=rule, since a broken scheduler may crash or hang.
// What stays unnoticed is a rule without a guard, so this test fails. The table of who noticed what
// is printed.
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <string>

#include "base/mutation.h"

namespace {

// What the broken code does instead of what the rule says.
struct Mutation {
  int rule;
  const char* sentence;
};

constexpr Mutation kMutations[] = {
    {2, "a write goes to pixels that somebody reads"},
    {102, "what is kept of a chain ignores the image's revision"},
    {202, "what is kept of a chain ignores the level"},
    {302, "the key leaves out the revision of the images that steps name"},
    {3, "an equal key starts a flight of its own"},
    {4, "one subscriber's abort stops the flight of all"},
    {5, "a flight whose stop was requested can be joined"},
    {6, "a flight does not inherit the lane of its subscribers"},
    {7, "a join makes a flight younger"},
    {8, "a failure is told to one subscriber only"},
    {9, "versions skip a number"},
    {10, "a queued request is not replaced"},
    {11, "a first level that is nearly done is stopped"},
    {12, "flights of a slot are stopped again and again"},
    {13, "an older version is shown after a newer one"},
    {14, "no wake-up is due for work that waits for a time"},
    {15, "a newer request supersedes before it joins"},
    {16, "supersession reaches into other slots"},
    {17, "a superseded request is not told"},
    {18, "a worker does not see that its flight was withdrawn"},
    {19, "units of a cancelled flight go on starting"},
    {20, "cancel overrules a publication"},
    {21, "a cancelled flight stays in the queue"},
    {22, "buffers are given back while a worker still writes"},
    {23, "a worker is ended whose flight was cancelled"},
    {24, "a second abort says that it caused something"},
    {26, "deadlines pass unnoticed"},
    {27, "a superseded request settles again"},
    {127, "nobody looks at a flight whose last report never comes"},
    {29, "events come in another order than requests"},
    {130, "a worker of a former life serves on in the seat of its successor"},
    {30, "the late notice of an old worker's death hits the new one"},
    {31, "lanes do not count"},
    {131, "deadlines do not count in the order"},
    {231, "the caller's urgency does not count"},
    {331, "a call starts what waits before it"},
    {32, "workers take the first unit, not the best"},
    {33, "lower lanes never get a turn while higher ones have work"},
    {133, "an overdue flight is not started while the places of its lane are taken"},
    {233, "overdue flights have every turn"},
    {34, "background work runs on every worker"},
    {134, "exports take the worker that is kept free for previews"},
    {234, "a worker is replaced because it leaves to others what it may not take"},
    {35, "a worker stays with its flight although a better one waits"},
    {36, "a flight that gave way starts its pass anew"},
    {37, "units are of one size whatever they take"},
    {38, "a new lane does not reach the board"},
    {41, "pressure is told again while it lasts"},
    {138, "who may take a flight only since its lane rose is not woken"},
    {40, "every pass is cut for all workers"},
    {140, "the oldest preview takes all workers"},
    {42, "the limit of live requests is ignored"},
    {43, "a failed reservation keeps what it had"},
    {44, "the budget is ignored"},
    {50, "coarse frames come although the exact one is quick"},
    {250, "the first preview does not wait for its level"},
    {51, "a coarse frame is the last one"},
    {52, "an older exact frame replaces a newer coarse one"},
    {53, "a flight is published when its last unit starts"},
    {54, "refinement does not wait for the pause"},
    {154, "a setting that is asked for again does not count as settled"},
    {55, "a late tick counts as a tick"},
    {255, "a worker that somebody else ended is missed by its silence only"},
    {56, "a hanging flight is not stopped before its worker is lost"},
    {57, "what a lost worker holds is given away"},
    {257, "the unit that a dead worker held to the end is forgotten"},
    {58, "workers that never die pile up for ever"},
    {59, "workers are restarted without end"},
    {159, "the hosting thread takes each unit before the probe can"},
    {60, "keys are never poisoned"},
    {61, "a worker that never answered is replaced"},
    {62, "caches are kept although there is no memory"},
    {63, "a buffer without owners is retained again"},
    {64, "the mode changes while workers are left"},
    {65, "workers are retired below the minimum"},
    {66, "the pool never grows, whatever waits"},
    {67, "a disposed coordinator admits requests"},
    {68, "workers are not dismissed at shut-down"},
    {144, "a ticket goes on after its end"},
    {145, "the queue's timeout also counts while the work runs"},
    {146, "the run's timeout does not count"},
    {147, "workers do not look at the time"},
    {143, "exports take what is kept for previews"},
    {109, "the release of a withdrawn flight is not reported"},
    {110, "who looks at a flight while it ends does not tell"},
    {111, "a worker that leaves while it is given up counts as lost"},
    {69, "the work of a withdrawn flight is not counted"},
    {70, "rings are made although nobody traces"},
    {170, "a full ring forgets records without counting them"},
    {165, "workers are retired while something is queued"},
    {166, "a pool that shrinks and grows again goes on to do so"},
    {167, "no wake-up is due for a retirement"},
    {168, "a retired worker that died is not noticed"},
};

class BreakOneRule final : public Catch::EventListenerBase {
 public:
  using EventListenerBase::EventListenerBase;
  void testRunStarting(const Catch::TestRunInfo&) override {
    const char* rule = std::getenv("STOPBATH_BROKEN");
    if (rule == nullptr) return;
    stopbath::broken_rule = std::atoi(rule);
    alarm(60);  // a broken scheduler may run for ever
  }
};
CATCH_REGISTER_LISTENER(BreakOneRule)

struct Report {
  bool noticed = false;
  std::string output;
};

Report run_self(int rule, const std::string& tests) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string command = "STOPBATH_BROKEN=" + std::to_string(rule) + " '" + program + "' '" +
                              tests + "' --colour-mode none --allow-running-no-tests 2>&1";
  Report report;
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, pipe))
    report.output.append(buffer, count);
  report.noticed = pclose(pipe) != 0;
  return report;
}

// The number and sentence of the first seed that fails.
std::string by_simulator(const Report& report) {
  if (!report.noticed) return "-";
  std::smatch match;
  const std::regex seed("seed (\\d+): ([A-Z]-?\\d+)");
  if (std::regex_search(report.output, match, seed))
    return match[2].str() + " at seed " + match[1].str();
  return "crash or hang";
}

std::string by_tests(const Report& report) {
  if (!report.noticed) return "-";
  std::smatch match;
  if (std::regex_search(report.output, match, std::regex("test cases:.* (\\d+) failed"))) {
    return match[1].str() + " tests";
  }
  return "crash or hang";
}

}  // namespace

TEST_CASE("mutation: whichever rule is broken, a test notices") {
  if (!std::filesystem::exists("/proc/self/exe")) SKIP("needs a way to run itself again");
  std::printf("rule  simulator            tests of the rule  when\n");
  for (const Mutation& mutation : kMutations) {
    const Report simulated = run_self(mutation.rule, "simulation: no*");
    const Report tested = run_self(mutation.rule, "*\\[R" + std::to_string(mutation.rule) + "\\]*");
    std::printf("R%-4d %-20s %-18s %s\n", mutation.rule, by_simulator(simulated).c_str(),
                by_tests(tested).c_str(), mutation.sentence);
    std::fflush(stdout);
    INFO("rule " << mutation.rule << ": " << mutation.sentence);
    CHECK((simulated.noticed || tested.noticed));
  }
}

TEST_CASE("mutation: unbroken, the same tests pass") {
  const Report report = run_self(0, "~mutation*");
  INFO(report.output);
  CHECK_FALSE(report.noticed);
}
