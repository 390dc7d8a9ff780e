// Reduced levels of images: what coarse frames are made from. They are built on first need, ahead
// of the exact version, or by a warm-up as background work.
#include <algorithm>

#include "base/mutation.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {

// The chain on the level of the exact goal, for each image that it reads. Levels that are missing
// are built first, if they and the coarse frame together are sooner than the exact one; else they
// serve the previews that follow.
Status PipelineCoordinator::add_coarse_goal(Submission& submission, const ChainSources& sources,
                                            const Chain& chain, const Goal& exact,
                                            const Shared& shared, const RequestOptions& request,
                                            double now_ms) {
  const int reduce = exact.level;
  ChainSources levels;
  std::vector<RequestId> builds;
  double build_ms = 0;
  for (const ChainSource& source : sources) {
    const ImageRecord& image = *images_.find(source.image);
    const BufferHandle level = image.levels[static_cast<size_t>(reduce)];
    ChainSource& small = levels.emplace_back(source);
    small.size = {reduced(image.width, reduce), reduced(image.height, reduce)};
    if (level) {
      small.pixels = refer(level);
      continue;
    }
    const RequestId build = want_level(source.image, image, reduce, request, now_ms);
    if (build == 0) return {};
    builds.push_back(build);
    build_ms += level_builds_.at(build).predicted_ms;
    small.pixels = level_builds_.at(build).pixels;
  }
  PlanTarget small = target_of(levels, request.space);
  small.pixel_scale = 1.0 / (1 << reduce);
  small.full = sources[0].size;
  Result<Goal> coarse = make_goal(levels, chain, small, false, shared);
  if (!coarse.ok()) return coarse.status();
  coarse.value().level = reduce;
  if (!builds.empty()) {
    coarse.value().after = std::move(builds);
    coarse.value().predicted_ms += build_ms;
    if (coarse.value().predicted_ms >= exact.predicted_ms || STOPBATH_BROKEN(250)) return {};
  }
  submission.goals.push_back(std::move(coarse.value()));
  return {};
}

// The request that builds the level, 0 when it is refused. It runs with the previews: a slider that
// moves all the time would otherwise never get it.
RequestId PipelineCoordinator::want_level(ImageId id, const ImageRecord& image, int reduce,
                                          const RequestOptions& request, double now_ms) {
  const auto under_way =
      std::find_if(level_builds_.begin(), level_builds_.end(), [&](const auto& entry) {
        const LevelBuild& build = entry.second;
        return build.image == id && build.revision == image.revision && build.reduce == reduce;
      });
  if (under_way != level_builds_.end()) {  // a preview does not wait behind warm-ups
    const RequestId builder = under_way->first;
    if (registry_.flight_of(builder) == 0) return 0;  // dropped since the last step
    if (request.lane < registry_.lane(registry_.flight_of(builder))) {
      registry_.set_lane(builder, request.lane);
    }
    return builder;
  }
  const ChainSources source = {
      {id, image.revision, {image.width, image.height}, image.space, refer(image.pixels)}};
  PlanTarget target = target_of(source, {});
  target.reduce = reduce;
  Result<Goal> goal = make_goal(source, {}, target, true, {});
  if (!goal.ok()) return 0;
  const double predicted_ms = goal.value().predicted_ms;
  Submission submission;
  submission.lane = request.lane;
  submission.admission = Admission::kReject;
  submission.urgency = request.urgency;
  submission.now_ms = now_ms;
  submission.goals.push_back(std::move(goal.value()));
  const Result<RequestId> builder = registry_.submit(std::move(submission));
  if (!builder.ok()) return 0;
  level_builds_[builder.value()] = {id, image.revision, reduce, predicted_ms,
                                    std::make_shared<BufferReference>()};
  return builder.value();
}

int PipelineCoordinator::warm_levels(ImageId id, double now_ms) {
  const Result<ImageRecord*> found = readable(id);
  if (!found.ok()) return 0;
  const ImageRecord& image = *found.value();
  // Half the side of a level is of use while some canvas may be smaller than it.
  constexpr int kLeastSide = 64;
  for (int reduce = 1; reduce <= kMaxReduce; ++reduce) {
    if (std::max(reduced(image.width, reduce), reduced(image.height, reduce)) < kLeastSide) break;
    if (!image.levels[static_cast<size_t>(reduce)]) {
      want_level(id, image, reduce, {.lane = Lane::kBackground}, now_ms);
    }
  }
  return static_cast<int>(
      std::count_if(level_builds_.begin(), level_builds_.end(),
                    [id](const auto& entry) { return entry.second.image == id; }));
}

// For the previews that wait for it, and for later ones while the image has these pixels.
void PipelineCoordinator::keep_level(const LevelBuild& build, BufferHandle pixels) {
  *build.pixels = BufferReference(buffers_, pixels);
  ImageRecord* image = images_.find(build.image);
  if (image != nullptr && image->revision == build.revision && buffers_.retain(pixels)) {
    images_.set_level(*image, build.reduce, pixels);
  }
}

}  // namespace stopbath
