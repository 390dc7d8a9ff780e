// Memory: reservations, all or nothing [R43], and what gives way when there is none, in the order
// of least harm [R62].
//
// Idle blocks go first, inside the pool, since nobody misses them. Then what was kept for the next
// setting of a slot, and reduced levels, which are made again when they are needed; then background
// work, which starts anew later; then, for a preview, the resolution that it asked for. Only then
// the request fails.
#include <algorithm>

#include "base/mutation.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {
namespace {

// What previews keep for themselves: frames that are shown, ready and in work [R43] ...
constexpr size_t kReservedFrames = 3;
constexpr size_t kLargestReserve = 4;  // ... up to this part of the budget

}  // namespace

// Reserves a job's buffers, making room in the order of least harm. False when that takes time, or
// is not to be had.
bool PipelineCoordinator::reserve_somehow(Job& job, Share share) {
  if (reserve(job, share)) return true;
  if (STOPBATH_BROKEN(62)) return false;
  if (images_.prefixes().drop_all() && reserve(job, share)) return true;
  if (images_.drop_all_levels() && reserve(job, share)) return true;
  return registry_.lane(job.flight) != Lane::kBackground && displace_background() &&
         reserve(job, share);
}

// All or nothing: a failed reservation leaves nothing held [R43].
bool PipelineCoordinator::reserve(Job& job, Share share) {
  std::vector<size_t> sizes{ImageStore::bytes(job.plan->output_width(), job.plan->output_height())};
  const std::span<const size_t> temporaries = job.plan->temporary_bytes();
  const int apart = job.plan->prefix().temporary;  // see keep() and resume()
  for (size_t i = 0; i < temporaries.size(); ++i) {
    if (static_cast<int>(i) != apart) sizes.push_back(temporaries[i]);
  }
  for (size_t size : sizes) {
    Result<BufferHandle> buffer = buffers_.acquire(size, share);
    if (!buffer.ok()) {
      job.writes.clear();
      if (job.output && !STOPBATH_BROKEN(43)) buffers_.release(job.output);
      job.output = {};
      return false;
    }
    job.writes.emplace_back(buffers_, buffer.value(), LeaseMode::kWrite);
    if (!job.output) {
      job.output = buffer.value();
    } else {
      buffers_.release(buffer.value());  // a temporary lives as long as its lease
    }
  }
  return true;
}

// Sends running background flights back to the queue, without their partial results [R36]. True
// when there were some; what workers still hold of them comes back when they let go.
bool PipelineCoordinator::displace_background() {
  bool any = false;
  for (size_t i = 0; i < running_.size();) {
    const FlightId flight = running_[i].flight;
    const bool displaced =
        registry_.lane(flight) == Lane::kBackground && board_.cancel(running_[i].berth);
    if (!displaced) {
      ++i;
      continue;
    }
    withdrawn(std::move(running_[i]));
    running_.erase(running_.begin() + static_cast<ptrdiff_t>(i));
    registry_.displaced(flight);
    any = true;
  }
  if (any) release_ended();
  return any;
}

// The last resorts before a flight fails for want of memory; true when it was replaced or may find
// room now.
bool PipelineCoordinator::retreat(FlightId flight, double now_ms) {
  const std::shared_ptr<const Recipe> recipe = registry_.recipe(flight);
  if (recipe == nullptr) return false;
  const auto plan = compile_plan(recipe->chain, recipe->target);
  const bool may_fit = plan.ok() && needed_bytes(*plan.value()) <= buffers_.budget();
  if (may_fit && registry_.lane(flight) != Lane::kBackground &&
      registry_.shed_background(
          Status(Code::kOutOfMemory, "Memory was needed for work of a higher priority"))) {
    return true;
  }
  if (recipe->target.pixel_scale != 1) return false;
  PlanTarget target = recipe->target;
  if (++target.reduce > kMaxReduce) return false;
  Result<Goal> coarser = make_goal(recipe->sources, recipe->chain, target, true,
                                   {recipe->slot, static_cast<size_t>(recipe->shared_steps)});
  if (!coarser.ok()) return false;
  coarser.value().level = target.reduce;
  return registry_.coarsen(flight, coarser.value(), now_ms);
}

void PipelineCoordinator::keep_for_previews(const ImageRecord& image, int reduce) {
  const size_t frame = size_class_bytes(
      ImageStore::bytes(reduced(image.width, reduce), reduced(image.height, reduce)));
  const size_t wanted = std::min(kReservedFrames * frame, buffers_.budget() / kLargestReserve);
  buffers_.reserve_for_interactive(std::max(wanted, buffers_.stats().bytes_kept));
}

}  // namespace stopbath
