// Results of the first steps of chains, kept for the next setting of a slot: whoever drags the last
// slider does not pay for the steps before it.
//
// A result belongs to exactly one prefix: image, revision, size and scale of the level, and the
// canonical steps with their settings, compared by bytes [R2]. It is a cache: bounded per slot and
// in all, given up before anything else when memory is short [R62], and with its image. Hosting
// thread only.
#ifndef STOPBATH_PIPELINE_PREFIX_STORE_H_
#define STOPBATH_PIPELINE_PREFIX_STORE_H_

#include <cstdint>
#include <vector>

#include "buffers/buffer_reference.h"
#include "pipeline/plan.h"
#include "tasks/content_key.h"
#include "tasks/task_types.h"

namespace stopbath {

// What a chain works on: an image as it was at one revision, and the level of it.
struct PrefixSource {
  uint32_t image = 0;
  uint32_t revision = 0;
  PlanTarget target;
};

// Of the first `steps` steps of a canonical chain.
ContentKey prefix_key(const PrefixSource& source, const Chain& canonical, int steps);

struct PrefixCounters {
  size_t kept = 0;
  size_t bytes = 0;      // of their blocks
  uint64_t made = 0;     // since the start
  uint64_t resumed = 0;  // plans that began with one
};

class PrefixStore {
 public:
  struct Kept {
    ContentKey key;
    uint32_t image = 0;
    SlotId slot = 0;
    double scale = 1;  // of the level
    int steps = 0;
    int best_for = 0;  // no more of so many leading steps are worth keeping
    size_t bytes = 0;
    BufferReference pixels;
    double used_ms = 0;
  };
  // What is kept goes when nobody has used it for so long.
  static constexpr double kIdleMs = 10000;
  // One for each level that a slot shows.
  static constexpr int kMostOfSlot = 2;

  explicit PrefixStore(SharedBufferController& pool) : pool_(pool) {}

  // How many leading steps this setting of the slot shares with the one before it, which it takes
  // the place of. Equal settings in a row count as one.
  int shared_steps(SlotId slot, uint32_t image, uint32_t revision, const Chain& chain);
  // The kept result with the most of the chain's first steps; nullptr when there is none.
  Kept* find(const PrefixSource& source, const Chain& canonical);
  // There is room for so many bytes more, in work included, without others coming off badly: a
  // quarter of the budget for what is kept, and half of it for all.
  bool has_room(size_t bytes) const;
  // Keeps a result in place of the slot's older ones.
  void keep(Kept&& kept);
  void note_resumed(Kept& kept, double now_ms) { kept.used_ms = now_ms, ++counters_.resumed; }

  // What the slot has of a level, which a result for another setting takes the place of.
  void drop_slot(SlotId slot, double scale);
  void drop_image(uint32_t image);
  // True when something was dropped. What a flight reads stays until it has ended.
  bool drop_all();
  void expire(double now_ms);
  double next_expiry_ms() const;  // kNever when nothing is kept
  const PrefixCounters& counters() const { return counters_; }

 private:
  struct Setting {
    SlotId slot = 0;
    uint32_t image = 0;
    uint32_t revision = 0;
    Chain chain;
    int shared = 0;
  };
  static constexpr size_t kMostSlots = 8;

  template <class Condition>
  bool drop_if(const Condition& condition);

  SharedBufferController& pool_;
  std::vector<Setting> settings_;  // the latest of each slot, the oldest first
  std::vector<Kept> kept_;         // the oldest first
  PrefixCounters counters_;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PREFIX_STORE_H_
