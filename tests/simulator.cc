// The clock: whatever is due next happens next, on the page's side or on the workers'.
#include "simulator.h"

#include <algorithm>

#include "simulator_invariants.h"
#include "simulator_page.h"
#include "simulator_reference.h"
#include "simulator_workers.h"

namespace stopbath::simulator {
namespace {

// Time that a core has, after the last fault, to settle everything; and to notice what hangs.
constexpr double kSettleMs = 300000;
constexpr double kNoticeMs = 16000;

WorkerTaskRegistry::Limits limits_of(const Setup& setup) {
  WorkerTaskRegistry::Limits limits = PipelineCoordinator::default_limits(setup.budget_bytes);
  for (LaneMarks& lane : limits.lanes) {
    if (setup.lane_requests == 0) continue;
    lane.high_requests = setup.lane_requests;
    lane.low_requests = setup.lane_requests / 2;
  }
  return limits;
}

// A heap that refuses blocks at random.
class Blocks final : public BlockSource {
 public:
  Blocks(const Setup& setup, const Workers& workers)
      : refuses_(setup.faults.no_memory), workers_(workers), random_(setup.seed ^ 0xb10c) {}
  uint8_t* take(size_t bytes) override {
    if (refuses_ > 0 && !workers_.faults_over() && random_.chance(refuses_)) return nullptr;
    return BlockSource::take(bytes);
  }

 private:
  double refuses_;
  const Workers& workers_;
  Random random_;
};

class World {
 public:
  explicit World(const Run& run)
      : run_(run),
        random_(run.setup.seed),
        workers_(run.setup, judge_),
        blocks_(run.setup, workers_),
        core_(run.setup.budget_bytes, run.setup.workers > 0 ? &workers_ : nullptr,
              limits_of(run.setup), blocks_),
        page_(run.setup, core_, workers_, judge_),
        invariants_(run.setup, core_, workers_, judge_) {
    workers_.watch(core_.board());
  }

  std::string play() {
    if (run_.setup.warm > 0) {
      core_.configure_pool({run_.setup.warm, run_.setup.workers, run_.setup.idle_ms});
      core_.ask_user(run_.setup.asks_user);
    }
    if (run_.setup.workers > 0) {
      core_.start_workers(run_.setup.warm > 0 ? 1 : run_.setup.workers);
      if (core_.pool().counters().live == 0) core_.pool().seat_host();
    } else {
      core_.pool().seat_host();
    }
    step();
    for (const Operation& operation : run_.operations) {
      run_until(judge_.now_ms + operation.gap_ms);
      perform(operation);
      check_drag();
    }
    workers_.end_faults();
    settle();
    if (!page_.shut_down()) one_more();
    finish();
    return judge_.sentence();
  }

 private:
  void perform(const Operation& operation) {
    if (!judge_.ok()) return;
    page_.perform(operation);
    if (operation.kind == Operation::Kind::kShutDown) step();
    step_ms_ = std::min(step_ms_, judge_.now_ms + random_.uniform(0, run_.setup.wake_ms));
  }

  // The page takes its turns and the workers theirs until the given time, or until nothing is due.
  void run_until(double end_ms) {
    for (;;) {
      if (!judge_.ok()) return;
      listen();
      const double page_ms = std::max(std::min({step_ms_, timer_ms_, slice_ms_}), frozen_until_ms_);
      const double worker_ms = workers_.next_ms();
      const double next_ms = std::min(page_ms, worker_ms);
      if (next_ms >= end_ms) break;
      judge_.now_ms = std::max(judge_.now_ms, next_ms);
      if (worker_ms <= page_ms) {
        workers_.advance();
        check_reports();
      } else if (std::min(step_ms_, timer_ms_) <= slice_ms_) {
        step();
      } else {
        workers_.run_on_host(const_cast<WorkerSeat&>(core_.pool().seat(0)));
        step_ms_ = judge_.now_ms;
      }
    }
    if (end_ms < kNever)
      judge_.now_ms = std::max({judge_.now_ms, end_ms, std::min(frozen_until_ms_, kNever)});
  }

  // What the page may recycle now it has been told of, for nothing else would make it look [L-9].
  void check_reports() {
    const bool told = core_.board().completions().load() != seen_completions_ || step_ms_ < kNever;
    for (int i = 0; i < kBerths && !told; ++i) {
      const FlightState state = core_.board().state(i);
      const bool ended = state != FlightState::kVacant && state != FlightState::kRunning;
      judge_.expect(!ended || core_.pool().holds(i), "L-9: nobody tells that a flight is let go");
    }
  }

  void listen() {
    workers_.listen();
    if (core_.board().completions().load() != seen_completions_) {
      if (report_ms_ == kNever) report_ms_ = judge_.now_ms + random_.uniform(0, run_.setup.wake_ms);
      step_ms_ = std::min(step_ms_, report_ms_);
    }
    const bool slices = core_.pool().host_seated() && core_.board().has_runnable();
    slice_ms_ = slices ? judge_.now_ms : kNever;
  }

  void step() {
    seen_completions_ = core_.board().completions().load();
    step_ms_ = report_ms_ = kNever;
    const std::vector<Event> events = core_.step(judge_.now_ms);
    workers_.page_stepped();
    answer_question();
    page_.take(events);
    if (page_.shut_down()) page_.forget_pending();  // what had settled before was still told
    page_.check_deadlines();
    if (run_.setup.crowd && !settling_) page_.check_ageing();
    if (judge_.ok()) invariants_.after_step(events, page_.pending());
    page_.close_results(false);
    timer_ms_ = std::max(core_.next_wake_ms(judge_.now_ms), judge_.now_ms + 0.5);
    if (settling_) return;
    const Faults& faults = run_.setup.faults;
    if (faults.late_page > 0 && random_.chance(faults.late_page)) {
      frozen_until_ms_ = judge_.now_ms + random_.uniform(200, 5000);
    }
    if (faults.clock_gap > 0 && random_.chance(faults.clock_gap)) {
      judge_.now_ms += random_.uniform(1000, 70000);
    }
  }

  // A user's function: what it returns, or nothing when it throws.
  void answer_question() {
    if (!core_.take_question()) return;
    static constexpr double kAnswers[] = {0, 1, 2, 3, 5, 16, 1e9, -4};
    const bool throws = settling_ || random_.chance(0.2);
    core_.answer_scale(throws ? std::nullopt : std::optional(kAnswers[random_.below(8)]));
    step_ms_ = judge_.now_ms + random_.uniform(0, run_.setup.wake_ms);
  }

  // While input goes on, what is shown changes at least once in two flights, each of at most four
  // units [L-3].
  void check_drag() {
    if (!run_.setup.drag) return;
    const double longest_ms = 2 * (4 * run_.setup.unit_ms + 2 * run_.setup.wake_ms) + 100;
    judge_.expect(judge_.now_ms - page_.last_frame_ms() <= longest_ms,
                  "L-3: steady input freezes the view");
  }

  void settle() {
    settling_ = true;
    frozen_until_ms_ = 0;
    const double start_ms = judge_.now_ms;
    do {
      run_until(judge_.now_ms + 500);
      judge_.expect(judge_.now_ms - start_ms < kSettleMs, "L-1: a request never settles");
    } while (judge_.ok() && core_.stats().live_requests > 0);
    if (workers_.any_busy()) run_until(judge_.now_ms + kNoticeMs);
  }

  // Whatever has happened, the next request is served.
  void one_more() {
    Operation render;
    render.kind = Operation::Kind::kRender;
    render.chain = 1;
    perform(render);
    settle();
  }

  // After a long calm only the warm workers are left [R65].
  void calm_down() {
    run_until(judge_.now_ms + 16 * run_.setup.workers * (run_.setup.idle_ms + 1000));
    const PoolCounters pool = core_.pool().counters();
    judge_.expect(pool.ready <= run_.setup.warm || core_.stats().circuit_open,
                  "R65: idle workers do not retire");
    judge_.expect(pool.leaving == 0, "R65: a retired worker never leaves");
  }

  void finish() {
    if (!judge_.ok()) return;
    page_.close_results(true);
    page_.move_strangers(true);
    if (!page_.shut_down()) page_.close_images();
    step();
    if (run_.setup.warm > 0 && !page_.shut_down()) calm_down();
    if (page_.shut_down()) run_until(judge_.now_ms + 60000);
    judge_.expect(page_.pending() == 0, "L-1: a request never settles");
    if (!page_.shut_down()) page_.check_slots();
    step();
    page_.check_drained();
    invariants_.at_end(page_.shut_down());
  }

  const Run& run_;
  Random random_;
  Judge judge_;
  Workers workers_;
  Blocks blocks_;
  PipelineCoordinator core_;
  Page page_;
  Invariants invariants_;
  uint32_t seen_completions_ = 0;
  double step_ms_ = kNever;
  double report_ms_ = kNever;
  double timer_ms_ = kNever;
  double slice_ms_ = kNever;
  double frozen_until_ms_ = 0;
  bool settling_ = false;
};

}  // namespace

std::string simulate(const Run& run) { return World(run).play(); }

}  // namespace stopbath::simulator
