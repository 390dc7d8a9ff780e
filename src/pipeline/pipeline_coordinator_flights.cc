// Flights: from a goal in the registry to units on the board, and back to events.
#include <algorithm>

#include "base/mutation.h"
#include "pipeline/pipeline_coordinator.h"
#include "tasks/rank.h"

namespace stopbath {
namespace {

// Berths that only the interactive lane may take, so that a preview never waits for a place [R43].
constexpr size_t kInteractiveBerths = 8;
// One for each lower lane, so that endless previews leave a place to what is overdue [R33].
constexpr size_t kOverdueBerths = kLanes - 1;
// Of predicted work on the board, when its flights are short.
constexpr double kAheadMs = 1;

// The work of an empty task.
class EmptyWork final : public UnitWork {
 public:
  int pass_count() const override { return 1; }
  int unit_count(int /*pass*/) const override { return 1; }
  size_t scratch_bytes() const override { return 0; }
  bool brief() const override { return true; }
  void run_unit(int /*pass*/, int /*unit*/, uint8_t* /*scratch*/) const noexcept override {}
};
const EmptyWork kEmptyWork;

}  // namespace

std::vector<Event> PipelineCoordinator::step(double now_ms) {
  note_time(now_ms);
  collect_ended(now_ms);
  bury_dead(now_ms);
  images_.strangers().collect();
  if (!shut_down_) supervise(now_ms);
  registry_.expire(now_ms);
  images_.prefixes().expire(now_ms);
  withdraw_abandoned();
  release_ended();
  flush_outcomes(nullptr, now_ms);
  if (!shut_down_) {
    pool_.share_lanes(now_ms - slot_active_ms_ < kSlotActiveMs);
    dispatch(now_ms);
    size_pool(now_ms);
  }
  give_probe_a_start(now_ms);
  flush_outcomes(nullptr, now_ms);
  telemetry_.depth(registry_.queued_by_lane(), now_ms);
  for (const LaneNews& news : registry_.take_lane_news()) {
    announce(news.crossing == Crossing::kPressure ? PoolEvent::kPressure : PoolEvent::kDrain,
             news.lane);
  }
  if (STOPBATH_BROKEN(29)) return std::exchange(events_, {});
  std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
    return a.outcome.request < b.outcome.request;
  });
  return std::exchange(events_, {});
}

void PipelineCoordinator::collect_ended(double now_ms) {
  for (Job& job : running_) {
    // Whoever wanted it ran out of time in this very step: withdraw_abandoned() has it next.
    if (!registry_.has(job.flight)) continue;
    const FlightState state = board_.state(job.berth);
    if (state == FlightState::kRunning) {
      if (!STOPBATH_BROKEN(38)) board_.set_rank(job.berth, registry_.rank(job.flight));
      registry_.charge(job.flight, run_ms_of(job), false);
      limit(job);
      continue;
    }
    board_.retire(job.berth);
    if (state == FlightState::kPublished) {
      const Berth& berth = board_.berth(job.berth);
      if (job.plan != nullptr) {
        const Recipe& recipe = *job.recipe;
        keep_prefix(job);
        job.prefix = {};
        const double run_ns = static_cast<double>(berth.run_ns.load(std::memory_order_relaxed));
        costs_.learn(CostModel::signature(recipe.chain, job.use), job.plan->nominal_cost_ns(),
                     run_ns);
        unit_sizes_.learn(UnitSizer::kernel(recipe.chain, recipe.target, job.use),
                          job.plan->nominal_cost_ns(), run_ns);
      }
      job.writes.clear();  // every unit has ended: from here on the result is read only
      const uint64_t frames = registry_.counters().frames;
      registry_.published(job.flight, now_ms);
      flush_outcomes(&job, now_ms);
      note_publication(job, registry_.counters().frames > frames, now_ms);
    } else if (state == FlightState::kExpired) {
      // A worker saw it first. Who has joined since, with more time, is served anew.
      registry_.charge(job.flight, run_ms_of(job), true);
      registry_.expire(now_ms);
      registry_.displaced(job.flight);
      withdrawn(std::exchange(job, Job{}));
      continue;
    } else {
      registry_.failed(job.flight, Status(Code::kTaskFailed, "A unit of the chain trapped"));
      telemetry_.failed_running();
      note_run(job, FlightEnd::kFailed);
    }
    ending_.push_back(std::exchange(job, Job{}));
  }
  std::erase_if(running_, [](const Job& job) { return job.berth < 0; });
}

double PipelineCoordinator::run_ms_of(const Job& job) const {
  return static_cast<double>(board_.berth(job.berth).run_ns.load(std::memory_order_relaxed)) * 1e-6;
}

// Tells the workers when nobody wants the flight any more [R26].
void PipelineCoordinator::limit(const Job& job) {
  if (!registry_.has(job.flight)) return;
  const FlightLimits limits = registry_.limits(job.flight);
  const auto to_ns = [](double ms) {
    return ms < 9e12 ? static_cast<int64_t>(ms * 1e6) : kNoLimit;
  };
  board_.set_limits(job.berth, to_ns(limits.deadline_ms), to_ns(limits.run_ms));
}

// After a join: at once, and not with the next step, so that no worker stops it for who was there
// before.
void PipelineCoordinator::relax(FlightId flight) {
  if (!registry_.running(flight)) return;
  const auto job = std::find_if(running_.begin(), running_.end(),
                                [flight](const Job& j) { return j.flight == flight; });
  if (job != running_.end()) limit(*job);
}

void PipelineCoordinator::withdraw_abandoned() {
  for (FlightId flight : registry_.take_abandoned()) {
    const auto job = std::find_if(running_.begin(), running_.end(),
                                  [flight](const Job& j) { return j.flight == flight; });
    if (job == running_.end()) continue;
    for (int seat = 1; STOPBATH_BROKEN(23) && seat < kSeats; ++seat) {
      if (FlightBoard::berth_of(pool_.seat(seat).holding.load()) == job->berth) pool_.give_up(seat);
    }
    if (job->plan != nullptr) keep_prefix(*job);
    // A flight that published at the same moment has nobody to deliver to: its bytes are dropped
    // [R20].
    if (!board_.cancel(job->berth)) board_.retire(job->berth);
    withdrawn(std::move(*job));
    running_.erase(job);
  }
}

void PipelineCoordinator::withdrawn(Job&& job) {
  telemetry_.withdrawn();
  job.withdrawn_ms = now_ms_;
  ending_.push_back(std::move(job));
}

void PipelineCoordinator::release_ended() {
  if (ending_.empty()) return;
  const uint64_t held = STOPBATH_BROKEN(22) ? 0 : pool_.held_berths();
  std::erase_if(ending_, [this, held](Job& job) {
    if (held >> job.berth & 1) return false;
    if (job.withdrawn_ms != kNever) {
      note_run(job, FlightEnd::kWithdrawn);
      telemetry_.let_go(now_ms_ - job.withdrawn_ms);
    }
    board_.vacate(job.berth);
    buffers_.release(job.output);
    return true;
  });
}

void PipelineCoordinator::start_early(RequestId request, double now_ms) {
  if (shut_down_ || running_.size() >= static_cast<size_t>(pool_.width())) return;
  const bool next = registry_.next_to_start(now_ms) == registry_.flight_of(request);
  if (next || STOPBATH_BROKEN(331)) dispatch(now_ms);
}

void PipelineCoordinator::dispatch(double now_ms) {
  waits_for_memory_ = false;
  for (const Lane lane : {Lane::kExport, Lane::kBackground}) {
    const std::optional<FlightId> flight = registry_.overdue(lane, now_ms);
    if (flight && !serves_older(*flight) && board_.vacant() >= 0) launch(*flight, now_ms);
  }
  // Enough flights to keep every worker busy while one of them ends, and to last until the page
  // looks again: more would only hold memory. Ending ones do not count: what a lost worker holds
  // may stay for ever.
  const size_t enough = static_cast<size_t>(pool_.width()) + 1;
  double ahead_ms = 0;
  for (const Job& job : running_) ahead_ms += job.predicted_ms;
  for (;;) {
    registry_.admit_waiting(now_ms);
    const std::optional<FlightId> flight = registry_.next_to_start(now_ms);
    if (!flight) break;
    const bool interactive = registry_.lane(*flight) == Lane::kInteractive;
    const bool fed = running_.size() >= enough && ahead_ms >= kAheadMs;
    const size_t most = interactive ? kBerths - kOverdueBerths : kBerths - kInteractiveBerths;
    if ((fed && !interactive) || running_.size() >= most || board_.vacant() < 0) break;
    const size_t before = running_.size();
    if (!launch(*flight, now_ms)) break;
    if (running_.size() > before) ahead_ms += running_.back().predicted_ms;
  }
  if (offered_units_ > 0) {
    pool_.wake(std::exchange(offered_units_, 0), std::exchange(worst_offered_, 0));
  }
}

// A flight of the same lane runs that is older.
bool PipelineCoordinator::serves_older(FlightId flight) const {
  return std::any_of(running_.begin(), running_.end(), [&](const Job& job) {
    return registry_.lane(job.flight) == registry_.lane(flight) &&
           age_of(registry_.rank(job.flight)) < age_of(registry_.rank(flight));
  });
}

// Starts the flight, or fails it when it can never start. False when it has to wait for memory.
bool PipelineCoordinator::launch(FlightId flight, double now_ms) {
  const std::shared_ptr<const Recipe> recipe = registry_.recipe(flight);
  const auto missing = [](const ChainSource& source) { return !source.pixels->buffer(); };
  if (recipe != nullptr && std::ranges::any_of(recipe->sources, missing)) {
    registry_.leave_out(flight, Status(Code::kTaskFailed, "A reduced level could not be built"),
                        now_ms);
    return true;
  }
  const Status status = start(flight, now_ms);
  if (status.ok()) return true;
  // What runs now will give memory back; with nothing running it will never be enough.
  const bool more_comes =
      !running_.empty() || std::any_of(ending_.begin(), ending_.end(), [this](const Job& job) {
        return !pool_.stranded(job.berth);
      });
  if (status.code() == Code::kOutOfMemory && more_comes) {
    waits_for_memory_ = true;
    registry_.wait_for_memory(flight, now_ms);
    return false;
  }
  if (status.code() == Code::kOutOfMemory && retreat(flight, now_ms)) return true;
  registry_.failed(flight, status);
  return true;
}

Status PipelineCoordinator::start(FlightId flight, double now_ms) {
  Job job;
  job.flight = flight;
  job.key = registry_.key(flight);
  job.recipe = registry_.recipe(flight);
  job.started_ms = now_ms;
  job.admitted_ms = registry_.waiting_since_ms(flight);
  job.predicted_ms = registry_.predicted_ms(flight);
  job.lane = registry_.lane(flight);
  if (job.recipe != nullptr) {
    if (Status status = prepare(job); !status.ok()) return status;
  }
  const UnitWork* work = &kEmptyWork;
  if (job.plan != nullptr) work = job.plan.get();
  for (int pass = 0; pass < work->pass_count(); ++pass) job.units += work->unit_count(pass);
  job.berth = board_.vacant();
  limit(job);
  board_.offer(job.berth, work, registry_.rank(flight),
               static_cast<int64_t>(registry_.waiting_since_ms(flight) * 1e6), flight);
  offered_units_ += work->unit_count(0);
  worst_offered_ = std::max(worst_offered_, registry_.rank(flight));
  telemetry_.started(registry_.memory_wait_ms(flight, now_ms));
  registry_.started(flight, now_ms);
  running_.push_back(std::move(job));
  return {};
}

Status PipelineCoordinator::compile(Job& job, const PrefixUse& use) {
  const Recipe& recipe = *job.recipe;
  const uint64_t kernel = UnitSizer::kernel(recipe.chain, recipe.target, use);
  const UnitCut cut{unit_sizes_.unit_ns(kernel), pool_.width(),
                    pool_.hand_off_ns(kHandOffNs) / unit_sizes_.ratio(kernel)};
  Result<std::unique_ptr<Plan>> plan = compile_plan(recipe.chain, recipe.target, cut, use);
  if (!plan.ok()) return plan.status();
  job.plan = std::move(plan.value());
  job.use = use;
  return {};
}

// Compiles the job's recipe and reserves and binds what its plan works on.
Status PipelineCoordinator::prepare(Job& job) {
  const bool interactive = job.lane == Lane::kInteractive;
  const Share share = interactive ? Share::kInteractive : Share::kCommon;
  if (resume(job, share) || keep(job, share)) {
    bind(job);
    return {};
  }
  if (Status status = compile(job, {}); !status.ok()) return status;
  if (!reserve_somehow(job, share)) {
    return Status(Code::kOutOfMemory,
                  "Expected room for a result of " + std::to_string(job.plan->output_width()) +
                      " x " + std::to_string(job.plan->output_height()) +
                      " pixels, got a pool with " +
                      std::to_string(buffers_.stats().bytes_in_use >> 20) + " MiB in use" +
                      (interactive ? "" : buffers_.kept_text()));
  }
  bind(job);
  return {};
}

void PipelineCoordinator::bind(Job& job) {
  std::vector<ConstImageView> sources;
  for (const ChainSource& source : job.recipe->sources) {
    const BufferLease& lease =
        job.reads.emplace_back(buffers_, source.pixels->buffer(), LeaseMode::kRead);
    sources.push_back({lease.data(), source.size.width, source.size.height,
                       ptrdiff_t{source.size.width} * kBytesPerPixel});
  }
  std::vector<uint8_t*> temporaries;
  for (size_t i = 1; i < job.writes.size(); ++i) temporaries.push_back(job.writes[i].data());
  if (job.prefix.ok()) {
    temporaries.insert(temporaries.begin() + job.plan->prefix().temporary, job.prefix.data());
  }
  const int out_width = job.plan->output_width();
  job.plan->bind_sources(
      sources,
      {buffers_.data(job.output), out_width, job.plan->output_height(), ptrdiff_t{out_width} * 4},
      temporaries);
}

void PipelineCoordinator::flush_outcomes(const Job* published, double now_ms) {
  for (Outcome& outcome : registry_.take_outcomes()) {
    if (outcome.version != 0) slot_active_ms_ = now_ms;
    const auto build = level_builds_.find(outcome.request);
    if (build == level_builds_.end()) {
      events_.push_back(to_event(std::move(outcome), published, now_ms));
      continue;
    }
    if (outcome.kind == Outcome::Kind::kFrame) keep_level(build->second, published->output);
    level_builds_.erase(build);
  }
}

Event PipelineCoordinator::to_event(Outcome&& outcome, const Job* published, double now_ms) {
  Event event;
  event.outcome = std::move(outcome);
  if (event.outcome.slot != 0) {
    const Outcome& frame = event.outcome;
    telemetry_.shown(frame.slot, frame.version, frame.submitted_ms, now_ms);
  }
  event.wall_ms = now_ms - event.outcome.submitted_ms;
  if (event.outcome.kind != Outcome::Kind::kFrame) return event;
  if (published->plan != nullptr) {
    // Every receiver of a shared flight gets a reference of its own [R3].
    buffers_.retain(published->output);
    event.width = published->plan->output_width();
    event.height = published->plan->output_height();
    event.image = images_.adopt(event.width, event.height, published->recipe->target.result,
                                published->output);
  }
  const Berth& berth = board_.berth(published->berth);
  const double first_unit_ms =
      static_cast<double>(berth.first_unit_ns.load(std::memory_order_relaxed)) * 1e-6;
  event.queue_ms = std::max(0.0, first_unit_ms - event.outcome.submitted_ms);
  recent_waits_[static_cast<size_t>(published->lane)].record(event.queue_ms, now_ms);
  event.run_ms = static_cast<double>(berth.run_ns.load(std::memory_order_relaxed)) * 1e-6;
  return event;
}

}  // namespace stopbath
