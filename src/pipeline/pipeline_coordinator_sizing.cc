// Sizing: what the coordinator tells the sizer of the pool's state, and the workers it starts and
// retires for it [R65, R66].
#include <algorithm>

#include "base/mutation.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {
namespace {

constexpr double kLossMemoryMs = 60000;

}  // namespace

void PipelineCoordinator::configure_pool(const PoolLimits& limits) { sizer_.configure(limits); }

void PipelineCoordinator::answer_scale(std::optional<double> workers) {
  if (ask_ == Ask::kAsked) ask_ = Ask::kAnswered;
  wish_ = workers;
}

std::optional<PoolSnapshot> PipelineCoordinator::take_question() {
  if (ask_ != Ask::kDue) return std::nullopt;
  ask_ = Ask::kAsked;
  return question_;
}

// Of background work only what its share of the workers can do at once [R34]: more workers would
// not make it quicker.
int64_t PipelineCoordinator::units_to_do() const {
  int64_t units = 0;
  for (const Job& job : running_) {
    const uint32_t run = board_.berth(job.berth).units_run.load(std::memory_order_relaxed);
    units += job.lane == Lane::kBackground ? 1 : std::max<int64_t>(1, job.units - run);
  }
  return units;
}

double PipelineCoordinator::backlog_ms() const {
  double backlog_ms = registry_.queued_ms();
  for (const Job& job : running_) {
    if (job.lane == Lane::kBackground) continue;
    const Berth& berth = board_.berth(job.berth);
    const double done = berth.units_run.load(std::memory_order_relaxed) / double(job.units);
    backlog_ms += job.predicted_ms * std::max(0.0, 1 - done);
  }
  return backlog_ms;
}

PoolSnapshot PipelineCoordinator::pool_snapshot(double now_ms) {
  const PoolCounters pool = pool_.counters();
  std::erase_if(losses_ms_, [now_ms](double at_ms) { return at_ms < now_ms - kLossMemoryMs; });
  PoolSnapshot s;
  s.workers = pool.ready + pool.starting;
  s.starting = pool.starting;
  s.leaving = pool.leaving;
  s.busy = pool.working;
  s.warm = sizer_.limits().warm;
  s.max = sizer_.limits().max;
  s.queued = static_cast<int>(registry_.queued_flights());
  for (size_t lane = 0; lane < kLanes; ++lane) {
    s.wait_p95_ms[lane] = recent_waits_[lane].quantile_ms(0.95, now_ms);
  }
  const double elapsed_ms = now_ms - looked_ms_;
  if (elapsed_ms > 0 && pool.ready > 0) {
    const double busy = (pool.busy_ms - looked_busy_ms_) / (elapsed_ms * pool.ready);
    s.utilisation = std::clamp(busy, 0.0, 1.0);
  }
  looked_ms_ = now_ms;
  looked_busy_ms_ = pool.busy_ms;
  s.marginal_speedup = marginal_speedup(units_to_do() + s.queued, s.workers);
  s.backlog_ms = backlog_ms();
  s.start_ms = sizer_.start_ms();
  s.spare_ms = sizer_.spare_ms(s.workers, now_ms);
  s.idle_ms = sizer_.idle_ms();
  const BufferStats& buffers = buffers_.stats();
  s.heap_fill = static_cast<double>(buffers.bytes_in_use) / static_cast<double>(buffers_.budget());
  s.memory_pressure = waits_for_memory_;
  s.page_visible = page_visible_;
  s.recent_losses = static_cast<int>(losses_ms_.size());
  s.circuit_open = supervisor_.circuit_open();
  return s;
}

void PipelineCoordinator::size_pool(double now_ms) {
  for (int seat = 1; any_starting_ && seat < kSeats; ++seat) {
    double& started_ms = started_ms_[static_cast<size_t>(seat)];
    if (started_ms == kNever || pool_.seat(seat).state.load() != SeatState::kReady) continue;
    sizer_.answered(now_ms - started_ms);
    started_ms = kNever;
  }
  sizer_.note_demand(units_to_do(), now_ms);
  if (ask_ == Ask::kDue || ask_ == Ask::kAsked) return;
  if (ask_ == Ask::kNone && !sizer_.look_due(now_ms)) return;
  const bool work = !running_.empty() || registry_.queued_flights() > 0;
  const PoolSnapshot snapshot = pool_snapshot(now_ms);
  any_starting_ = snapshot.starting > 0;
  // The first worker shows that workers work here, unless there is work for more at once.
  if (snapshot.workers == snapshot.starting && !work) return;
  std::optional<double> wish;
  if (asks_user_ && !snapshot.circuit_open && snapshot.workers >= snapshot.warm) {
    if (ask_ == Ask::kNone) {
      question_ = snapshot;
      ask_ = Ask::kDue;
      return;
    }
    wish = wish_;
  }
  ask_ = Ask::kNone;
  const PoolMove move = sizer_.decide(snapshot, wish, now_ms);
  if (move == PoolMove::kGrow) grow_pool(now_ms);
  if (move == PoolMove::kRetire && pool_.retire_one() != 0) {
    sizer_.retired(now_ms);
    --wanted_workers_;
  }
}

bool PipelineCoordinator::grow_pool(double now_ms) {
  if (spawn_worker(now_ms) == 0) {
    sizer_.start_failed(now_ms);
    return false;
  }
  sizer_.grown(now_ms);
  wanted_workers_ = std::max(wanted_workers_, workers_in_service());
  return true;
}

// All starts of workers come by here, so that each is timed.
int PipelineCoordinator::spawn_worker(double now_ms) {
  const int seat = pool_.spawn_one();
  if (seat == 0) return 0;
  started_ms_[static_cast<size_t>(seat)] = now_ms;
  any_starting_ = true;
  return seat;
}

int PipelineCoordinator::workers_in_service() const {
  const PoolCounters pool = pool_.counters();
  return pool.ready + pool.starting;
}

void PipelineCoordinator::warm_up_pool(double now_ms) {
  if (supervisor_.circuit_open()) return;
  sizer_.note_demand(sizer_.limits().max, now_ms);
  const PoolCounters pool = pool_.counters();
  for (int n = pool.live - pool.lost; n < sizer_.limits().max; ++n) {
    if (!grow_pool(now_ms)) return;
  }
}

double PipelineCoordinator::next_look_ms() const {
  if (ask_ == Ask::kDue || ask_ == Ask::kAsked) return kNever;  // the answer makes a step
  const PoolCounters pool = pool_.counters();
  const int workers = pool.ready + pool.starting;
  if (supervisor_.circuit_open() || pool.ready == 0 || pool.leaving > 0) return kNever;
  const bool idle = running_.empty() && registry_.queued_flights() == 0;
  return sizer_.next_look_ms(workers, idle, asks_user_);
}

}  // namespace stopbath
