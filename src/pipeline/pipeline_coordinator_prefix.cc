// Plans that keep the result of their first steps for the next setting of a slot, and plans that
// begin with one.
//
// The second of two settings in a row tells which steps stay: it keeps what they give, from the
// third on it is there. A flight that was superseded keeps it too, once the passes that make it are
// over. Without room a plan is the whole chain, as if nothing had ever been kept.
#include <algorithm>

#include "pipeline/pipeline_coordinator.h"

namespace stopbath {
namespace {

PrefixSource source_of(const Recipe& recipe) {
  const ChainSource& own = recipe.sources.front();
  return {own.image, own.revision, recipe.target};
}

}  // namespace

// The cut of a recipe that has a kept result, in which the passes that made it are left out.
PrefixUse PipelineCoordinator::resumable(const Recipe& recipe) {
  const PrefixStore::Kept* kept = images_.prefixes().find(source_of(recipe), recipe.chain);
  return kept != nullptr ? PrefixUse{PrefixUse::Mode::kResume, kept->steps} : PrefixUse{};
}

// Compiles and reserves a plan that begins with what is kept; false when nothing fits.
bool PipelineCoordinator::resume(Job& job, Share share) {
  const Recipe& recipe = *job.recipe;
  PrefixStore::Kept* kept = images_.prefixes().find(source_of(recipe), recipe.chain);
  if (kept == nullptr) return false;
  if (recipe.shared_steps > kept->best_for) {  // a later step moves now
    kept->best_for = recipe.shared_steps;
    if (best_prefix(recipe.chain, recipe.target, recipe.shared_steps) > kept->steps) return false;
  }
  if (!compile(job, {PrefixUse::Mode::kResume, kept->steps}).ok()) return false;
  if (job.plan->prefix().steps == 0) return false;
  job.prefix = BufferLease(buffers_, kept->pixels.buffer(), LeaseMode::kRead);
  if (job.prefix.ok() && reserve(job, share)) {
    images_.prefixes().note_resumed(*kept, now_ms_);
    return true;
  }
  job.prefix = {};
  return false;
}

// Compiles and reserves a plan that keeps what the next setting is likely to share; false when that
// is not worth it, or there is no room to spare.
bool PipelineCoordinator::keep(Job& job, Share share) {
  const Recipe& recipe = *job.recipe;
  if (recipe.shared_steps == 0 || job.lane != Lane::kInteractive) return false;
  const int steps = best_prefix(recipe.chain, recipe.target, recipe.shared_steps);
  if (steps == 0 || !compile(job, {PrefixUse::Mode::kKeep, steps}).ok()) return false;
  const Prefix& prefix = job.plan->prefix();
  if (prefix.steps == 0) return false;
  PrefixStore& store = images_.prefixes();
  store.drop_slot(recipe.slot, recipe.target.pixel_scale);
  if (!store.has_room(needed_bytes(*job.plan))) return false;
  const Result<BufferHandle> buffer =
      buffers_.acquire(job.plan->temporary_bytes()[static_cast<size_t>(prefix.temporary)]);
  if (!buffer.ok()) return false;
  job.prefix = BufferLease(buffers_, buffer.value(), LeaseMode::kWrite);
  job.kept = BufferReference(buffers_, buffer.value());
  buffers_.release(buffer.value());
  if (reserve(job, share)) return true;
  job.prefix = {};
  job.kept = {};
  return false;
}

// Hands the result of the first steps on, when it is complete. Units that still run read it at
// most.
void PipelineCoordinator::keep_prefix(Job& job) {
  if (!job.kept.buffer()) return;
  const Recipe& recipe = *job.recipe;
  const Prefix& prefix = job.plan->prefix();
  const bool published = board_.state(job.berth) == FlightState::kPublished;
  const ChainSource& own = recipe.sources.front();
  const ImageRecord* image = images_.find(own.image);
  if (shut_down_ || image == nullptr || image->revision != own.revision ||
      (!published && board_.pass(job.berth) < prefix.passes)) {
    return;
  }
  job.prefix = {};  // the right to write; the reference holds the pixels meanwhile
  job.prefix = BufferLease(buffers_, job.kept.buffer(), LeaseMode::kRead);
  PrefixStore::Kept kept;
  kept.key = prefix_key(source_of(recipe), recipe.chain, prefix.steps);
  kept.image = own.image;
  kept.slot = recipe.slot;
  kept.scale = recipe.target.pixel_scale;
  kept.steps = prefix.steps;
  kept.best_for = recipe.shared_steps;
  kept.bytes = size_class_bytes(job.plan->temporary_bytes()[static_cast<size_t>(prefix.temporary)]);
  kept.pixels = std::move(job.kept);
  kept.used_ms = now_ms_;
  images_.prefixes().keep(std::move(kept));
}

}  // namespace stopbath
