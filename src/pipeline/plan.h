// A plan is a chain compiled for one image size: an ordered list of passes, each a set of
// independent units.
//
// All units of a pass may run in any order and at the same time; a pass starts when the one before
// it has ended. Bytes never depend on the order of units or on who runs them. A plan knows nothing
// of threads, queues or leases.
#ifndef STOPBATH_PIPELINE_PLAN_H_
#define STOPBATH_PIPELINE_PLAN_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/color_space.h"
#include "base/image_view.h"
#include "base/rect.h"
#include "base/status.h"
#include "effects/chain.h"
#include "pipeline/program.h"
#include "workers/unit_work.h"

namespace stopbath {

// Another image that steps of a chain may name, at the scale of the source; its colours are
// converted to the source's space.
struct OtherImage {
  uint32_t image = 0;
  uint32_t revision = 0;  // for keys
  int width = 0;          // pixels
  int height = 0;
  ColorSpace space = ColorSpace::kSrgb;
};

// What the plan is compiled for.
struct PlanTarget {
  int width = 0;           // of the source, pixels, 1..kMaxSide
  int height = 0;          // of the source, pixels, 1..kMaxSide
  double pixel_scale = 1;  // source pixels per full-resolution pixel, (0, 1]: parameters in pixels
                           // are multiplied by it
  int reduce =
      0;        // the result is averaged over blocks of 2^reduce x 2^reduce pixels, 0..kMaxReduce
  Size full{};  // of the image that the source is a level of; empty: width and height over
                // pixel_scale
  ColorSpace space = ColorSpace::kSrgb;   // of the source; the chain works in it
  ColorSpace result = ColorSpace::kSrgb;  // of the result, which is converted where they differ
  std::vector<OtherImage> others{};       // all that the chain names
};

// What a plan does with the first steps of its chain, of which another setting may have the same.
// Bytes do not depend on it.
struct PrefixUse {
  enum class Mode : uint8_t {
    kNone,
    kKeep,    // their result ends in a temporary that no later pass writes to
    kResume,  // that temporary is there already, and the passes that made it are left out
  };
  Mode mode = Mode::kNone;
  int steps = 0;  // of the canonical chain
};

// What a plan has made of a PrefixUse.
struct Prefix {
  int steps = 0;   // 0: the chain was not cut
  int passes = 0;  // that make it; 0 when it was there already
  int temporary = -1;
};

inline constexpr int kMaxSide = 65535;
// Of one image, also between two steps of a chain.
inline constexpr int64_t kMaxImageBytes = int64_t{1} << 31;
inline constexpr int kMaxReduce = 6;

// Size of a level: the number of 2^reduce blocks that cover `side` pixels.
constexpr int reduced(int side, int reduce) { return (side + (1 << reduce) - 1) >> reduce; }

// pass_count, unit_count, scratch_bytes and run_unit come from UnitWork: the part of a plan that
// workers see.
class Plan : public UnitWork {
 public:
  virtual int output_width() const = 0;
  virtual int output_height() const = 0;

  // The images that are read, by their ids: 0 for the source itself, which is always the first.
  virtual std::span<const uint32_t> sources() const = 0;
  // Bytes of each image-sized temporary, 64-byte aligned; empty for a chain that runs tile by tile.
  virtual std::span<const size_t> temporary_bytes() const = 0;
  // Where the chain was cut; the temporary is one of temporary_bytes(), complete after its passes.
  virtual const Prefix& prefix() const = 0;
  // Relative cost of one run, in nanoseconds on a nominal machine: for ordering and first
  // predictions, not for claims.
  virtual double nominal_cost_ns() const = 0;

  // The plan for a person: passes, effects that run together, reach, bytes.
  virtual std::string explain() const = 0;

  // Names the memory to work on, in the order of sources(); called once, before the first unit.
  // `destination` never overlaps a source.
  virtual void bind_sources(std::span<const ConstImageView> sources, ImageView destination,
                            std::span<uint8_t* const> temporaries) = 0;
  // The same for a plan that reads the source alone.
  void bind(const ConstImageView& source, ImageView destination,
            std::span<uint8_t* const> temporaries) {
    bind_sources({&source, 1}, destination, temporaries);
  }
};

// Compiles a validated chain. An empty chain copies (or reduces) the source. kInvalidParams: a
// target out of range, an image that the target does not list, settings that do not fit the size of
// the image, or a step that gives an image outside 1..kMaxSide pixels a side or kMaxImageBytes.
// Where a prefix has no form in a temporary that would change no byte, the plan is not cut and says
// so.
Result<std::unique_ptr<Plan>> compile_plan(const Chain& chain, const PlanTarget& target,
                                           const UnitCut& cut = {}, const PrefixUse& prefix = {});

// How many of the first `most` steps of a canonical chain are worth keeping as one result: what it
// saves is more than what it costs to write it and read it back. 0 when nothing is.
int best_prefix(const Chain& canonical, const PlanTarget& target, int most);

// Size of what a validated chain gives at full resolution, without compiling it; the same refusals.
Result<Size> output_size(const Chain& chain, Size source);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PLAN_H_
