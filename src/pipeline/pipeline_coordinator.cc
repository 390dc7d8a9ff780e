// Admission: from a request on an image to goals in the registry.
#include "pipeline/pipeline_coordinator.h"

#include <algorithm>

#include "base/mutation.h"
#include "effects/registry.h"
#include "pipeline/explain.h"

namespace stopbath {

PipelineCoordinator::PipelineCoordinator(size_t budget_bytes, ThreadHost* threads,
                                         const WorkerTaskRegistry::Limits& limits,
                                         BlockSource& blocks)
    : buffers_(budget_bytes, blocks), images_(buffers_), pool_(board_, threads), registry_(limits) {
  started_ms_.fill(kNever);
  images_.on_shortage([this] { return displace_background(); });
}

PipelineCoordinator::~PipelineCoordinator() = default;

WorkerTaskRegistry::Limits PipelineCoordinator::default_limits(size_t budget_bytes) {
  WorkerTaskRegistry::Limits limits;
  for (LaneMarks& lane : limits.lanes) {
    lane.high_bytes = budget_bytes / 2;
    lane.low_bytes = budget_bytes / 4;
  }
  LaneMarks& background = limits.lanes[static_cast<size_t>(Lane::kBackground)];
  background.high_bytes = budget_bytes / 8;
  background.low_bytes = budget_bytes / 16;
  return limits;
}

Result<ImageRecord*> PipelineCoordinator::readable(ImageId id) {
  if (shut_down_ && !STOPBATH_BROKEN(67))
    return Status(Code::kDisposed, "Expected a live coordinator, got a disposed one");
  ImageRecord* image = images_.find(id);
  if (image == nullptr || !image->sealed) {
    return Status(Code::kClosed, "Expected an open image, got a closed one");
  }
  return image;
}

size_t PipelineCoordinator::needed_bytes(const Plan& plan) {
  size_t bytes = size_class_bytes(ImageStore::bytes(plan.output_width(), plan.output_height()));
  for (size_t temporary : plan.temporary_bytes()) bytes += size_class_bytes(temporary);
  return bytes;
}

std::shared_ptr<const BufferReference> PipelineCoordinator::refer(BufferHandle pixels) {
  return std::make_shared<const BufferReference>(buffers_, pixels);
}

Result<ChainSources> PipelineCoordinator::sources_of(ImageId id, const Chain& chain) {
  ChainSources sources;
  const Result<ImageRecord*> own = readable(id);
  if (!own.ok()) return own.status();
  const auto add = [&](ImageId image, const ImageRecord& record) {
    sources.push_back({image,
                       record.revision,
                       {record.width, record.height},
                       record.space,
                       refer(record.pixels)});
  };
  add(id, *own.value());
  for (const Step& step : chain) {
    for (const uint32_t image : images_of(step)) {
      const Result<ImageRecord*> other = readable(image);
      if (!other.ok()) return other.status();
      // What nobody sees is not held.
      if (effects()[static_cast<size_t>(step.effect)].is_identity(step.values)) continue;
      const auto same = [image](const ChainSource& source) { return source.image == image; };
      if (std::none_of(sources.begin() + 1, sources.end(), same)) add(image, *other.value());
    }
  }
  return sources;
}

PlanTarget PipelineCoordinator::target_of(const ChainSources& sources,
                                          std::optional<ColorSpace> result) {
  const ChainSource& own = sources.front();
  PlanTarget target{.width = own.size.width,
                    .height = own.size.height,
                    .space = own.space,
                    .result = result.value_or(own.space)};
  for (size_t i = 1; i < sources.size(); ++i) {
    const auto& [image, revision, size, space, pixels] = sources[i];
    target.others.push_back({image, revision, size.width, size.height, space});
  }
  return target;
}

Result<Goal> PipelineCoordinator::make_goal(const ChainSources& sources, const Chain& wanted,
                                            const PlanTarget& target, bool exact,
                                            const Shared& shared) {
  Result<std::unique_ptr<Plan>> plan = compile_plan(wanted, target);
  if (!plan.ok()) return plan.status();

  // Chains that differ in steps without effect alone share one execution [R2].
  auto recipe = std::make_shared<Recipe>();
  recipe->chain = canonical_chain(wanted, target.pixel_scale);
  recipe->target = target;
  ContentKeyBuilder key;
  key.add(static_cast<uint32_t>(plan.value()->sources().size()));
  for (const uint32_t id : plan.value()->sources()) {
    const auto source =
        id == 0 ? sources.begin()
                : std::find_if(sources.begin() + 1, sources.end(),
                               [id](const ChainSource& other) { return other.image == id; });
    key.add(source->image);
    if (id == 0 || !STOPBATH_BROKEN(302)) key.add(source->revision);
    recipe->sources.push_back(*source);
  }
  key.add(target.width).add(target.height).add(target.pixel_scale);
  key.add(target.reduce).add(static_cast<int>(target.result));
  for (const Step& step : recipe->chain) {
    key.add(step.effect);
    for (double value : step.values) key.add(value);
  }
  recipe->slot = shared.slot;
  const auto head = wanted.begin() + static_cast<ptrdiff_t>(shared.steps);
  recipe->shared_steps =
      static_cast<int>(canonical_chain({wanted.begin(), head}, target.pixel_scale).size());
  const PrefixUse use = resumable(*recipe);
  double nominal_ns = plan.value()->nominal_cost_ns();
  if (use.steps > 0) {
    const auto rest = compile_plan(recipe->chain, target, {}, use);
    if (rest.ok()) nominal_ns = rest.value()->nominal_cost_ns();
  }

  Goal goal;
  goal.key = std::move(key).build();
  goal.exact = exact;
  goal.bytes = needed_bytes(*plan.value());
  goal.predicted_ms =
      costs_.predict_ms(CostModel::signature(recipe->chain, use), nominal_ns, pool_.width());
  goal.recipe = std::move(recipe);
  return goal;
}

Result<RequestId> PipelineCoordinator::preview(ImageId id, Chain chain,
                                               const PreviewOptions& preview,
                                               const RequestOptions& request, double now_ms) {
  Result<ImageRecord*> found = readable(id);
  if (!found.ok()) return found.status();
  ImageRecord& image = *found.value();
  if (preview.reduce < 0 || preview.reduce > kMaxReduce) {
    return Status(Code::kInvalidParams, "Expected `reduce` to be an integer from 0 to " +
                                            std::to_string(kMaxReduce) + ", got " +
                                            std::to_string(preview.reduce));
  }
  const Result<ChainSources> sources = sources_of(id, chain);
  if (!sources.ok()) return sources.status();
  PlanTarget full = target_of(sources.value(), request.space);
  full.reduce = preview.reduce;
  Shared shared{preview.slot, 0};
  if (preview.slot != 0 && request.lane == Lane::kInteractive) {
    shared.steps = static_cast<size_t>(
        images_.prefixes().shared_steps(preview.slot, id, image.revision, chain));
  }
  Result<Goal> exact = make_goal(sources.value(), chain, full, true, shared);
  if (!exact.ok()) return exact.status();
  exact.value().level = preview.reduce;
  if (request.lane == Lane::kInteractive) keep_for_previews(image, preview.reduce);

  Submission submission;
  submission.slot = preview.slot;
  submission.may_coarsen = request.lane == Lane::kInteractive;
  // A coarse frame is worth showing only when the exact one would come late [R50].
  if (preview.reduce > 0 &&
      (exact.value().predicted_ms > preview.budget_ms || STOPBATH_BROKEN(50))) {
    const Status status =
        add_coarse_goal(submission, sources.value(), chain, exact.value(), shared, request, now_ms);
    if (!status.ok()) return status;
  }
  submission.goals.push_back(std::move(exact.value()));
  return admit(std::move(submission), request, now_ms);
}

Result<RequestId> PipelineCoordinator::render(ImageId id, Chain chain,
                                              const RequestOptions& request, double now_ms) {
  Result<ImageRecord*> found = readable(id);
  if (!found.ok()) return found.status();
  const Result<ChainSources> sources = sources_of(id, chain);
  if (!sources.ok()) return sources.status();
  const PlanTarget target = target_of(sources.value(), request.space);
  Result<Goal> goal = make_goal(sources.value(), chain, target, true, {});
  if (!goal.ok()) return goal.status();
  Submission submission;
  submission.goals.push_back(std::move(goal.value()));
  return admit(std::move(submission), request, now_ms);
}

Result<std::string> PipelineCoordinator::explain(ImageId id, const Chain& chain) {
  const Result<ChainSources> sources = sources_of(id, chain);
  if (!sources.ok()) return sources.status();
  const PlanTarget target = target_of(sources.value(), {});
  const Result<std::unique_ptr<Plan>> plan = compile_plan(chain, target);
  if (!plan.ok()) return plan.status();
  return plan.value()->explain() + explain_prefix(chain, target);
}

Result<RequestId> PipelineCoordinator::empty(const RequestOptions& request, double now_ms) {
  if (shut_down_) return Status(Code::kDisposed, "Expected a live coordinator, got a disposed one");
  Submission submission;
  submission.goals.emplace_back();
  return admit(std::move(submission), request, now_ms);
}

Result<RequestId> PipelineCoordinator::admit(Submission submission, const RequestOptions& request,
                                             double now_ms) {
  submission.lane = request.lane;
  submission.admission = request.admission;
  submission.urgency = request.urgency;
  submission.now_ms = now_ms;
  if (submission.slot != 0) slot_active_ms_ = now_ms;
  if (request.timeout_ms > 0) submission.deadline_ms = now_ms + request.timeout_ms;
  if (request.queue_timeout_ms > 0) submission.start_by_ms = now_ms + request.queue_timeout_ms;
  if (request.run_timeout_ms > 0) submission.run_limit_ms = request.run_timeout_ms;
  note_time(now_ms);
  const SlotId slot = submission.slot;
  Result<RequestId> id = registry_.submit(std::move(submission));
  if (id.ok() && slot != 0) telemetry_.submitted(slot, registry_.version(id.value()), now_ms);
  withdraw_abandoned();
  if (id.ok()) relax(registry_.flight_of(id.value()));
  return id;
}

bool PipelineCoordinator::cancel(RequestId request) {
  const bool cancelled = registry_.cancel(request);
  withdraw_abandoned();
  return cancelled;
}

double PipelineCoordinator::progress(RequestId request) const {
  const FlightId flight = registry_.flight_of(request);
  for (const Job& job : running_) {
    if (job.flight != flight) continue;
    const uint32_t run = board_.berth(job.berth).units_run.load(std::memory_order_relaxed);
    return std::min(1.0, run / static_cast<double>(job.units));
  }
  return 0;
}

void PipelineCoordinator::shut_down() {
  shut_down_ = true;
  registry_.cancel_all();
  level_builds_.clear();
  withdraw_abandoned();
  release_ended();
  images_.close_all();
  if (!STOPBATH_BROKEN(68)) pool_.dismiss();
}

CoordinatorStats PipelineCoordinator::stats() const {
  CoordinatorStats stats;
  stats.tasks = registry_.counters();
  stats.buffers = buffers_.stats();
  stats.pool = pool_.counters();
  stats.live_requests = registry_.live_requests();
  stats.waiting_requests = registry_.waiting_requests();
  stats.queued_flights = registry_.queued_flights();
  stats.running_flights = running_.size();
  stats.ending_flights = ending_.size();
  for (const std::vector<Job>* jobs : {&running_, &ending_}) {
    for (const Job& job : *jobs)
      stats.flight_leases += job.writes.size() + job.reads.size() + (job.prefix.ok() ? 1 : 0);
  }
  stats.images = images_.count();
  stats.lent = images_.lent();
  stats.stalls_noted = stalls_noted_;
  stats.workers_lost = workers_lost_;
  stats.workers_restarted = workers_restarted_;
  stats.ending_withdrawn = static_cast<size_t>(std::count_if(
      ending_.begin(), ending_.end(), [](const Job& job) { return job.withdrawn_ms != kNever; }));
  stats.telemetry = telemetry_.counters();
  stats.circuit_open = supervisor_.circuit_open();
  stats.scaling = sizer_.counters();
  stats.prefixes = images_.prefixes().counters();
  return stats;
}

}  // namespace stopbath
