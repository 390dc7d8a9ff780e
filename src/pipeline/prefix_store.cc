// A handful of entries in a list: looking through it costs less than an index would.
#include "pipeline/prefix_store.h"

#include <algorithm>
#include <utility>

#include "base/mutation.h"

namespace stopbath {

ContentKey prefix_key(const PrefixSource& source, const Chain& canonical, int steps) {
  ContentKeyBuilder key;
  key.add(source.image).add(STOPBATH_BROKEN(102) ? 0u : source.revision);
  key.add(source.target.space);
  if (!STOPBATH_BROKEN(202)) {
    key.add(source.target.width).add(source.target.height).add(source.target.pixel_scale);
  }
  key.add(static_cast<uint32_t>(source.target.others.size()));
  for (const OtherImage& other : source.target.others) key.add(other.image).add(other.revision);
  for (int i = 0; i < steps; ++i) {
    const Step& step = canonical[static_cast<size_t>(i)];
    key.add(step.effect);
    for (const double value : step.values) key.add(value);
  }
  return std::move(key).build();
}

int PrefixStore::shared_steps(SlotId slot, uint32_t image, uint32_t revision, const Chain& chain) {
  const auto before = std::find_if(settings_.begin(), settings_.end(),
                                   [slot](const Setting& s) { return s.slot == slot; });
  Setting setting;
  if (before != settings_.end()) {
    setting = std::move(*before);
    settings_.erase(before);
  } else if (settings_.size() >= kMostSlots) {
    settings_.erase(settings_.begin());
  }
  const auto equal = [](const Step& a, const Step& b) {
    return a.effect == b.effect && a.values == b.values;
  };
  const auto end =
      std::mismatch(chain.begin(), chain.end(), setting.chain.begin(), setting.chain.end(), equal)
          .first;
  const int shared = static_cast<int>(end - chain.begin());
  const bool same_pixels = setting.image == image && setting.revision == revision;
  const bool again = end == chain.end() && chain.size() == setting.chain.size();
  if (!again || !same_pixels) setting.shared = same_pixels ? shared : 0;
  setting.slot = slot;
  setting.image = image;
  setting.revision = revision;
  setting.chain = chain;
  settings_.push_back(std::move(setting));
  return settings_.back().shared;
}

PrefixStore::Kept* PrefixStore::find(const PrefixSource& source, const Chain& canonical) {
  Kept* longest = nullptr;
  for (Kept& kept : kept_) {
    if (kept.image != source.image || kept.steps > static_cast<int>(canonical.size()) ||
        (longest != nullptr && kept.steps <= longest->steps)) {
      continue;
    }
    if (kept.key == prefix_key(source, canonical, kept.steps)) longest = &kept;
  }
  return longest;
}

bool PrefixStore::has_room(size_t bytes) const {
  return counters_.bytes + bytes <= pool_.budget() / 4 &&
         pool_.stats().bytes_in_use + bytes <= pool_.budget() / 2;
}

void PrefixStore::keep(Kept&& kept) {
  drop_slot(kept.slot, kept.scale);
  const auto of_slot = [&](const Kept& k) { return k.slot == kept.slot; };
  if (std::count_if(kept_.begin(), kept_.end(), of_slot) >= kMostOfSlot) {
    const auto oldest = std::find_if(kept_.begin(), kept_.end(), of_slot);
    counters_.bytes -= oldest->bytes;
    kept_.erase(oldest);
  }
  counters_.bytes += kept.bytes;
  ++counters_.made;
  kept_.push_back(std::move(kept));
  counters_.kept = kept_.size();
}

template <class Condition>
bool PrefixStore::drop_if(const Condition& condition) {
  const size_t before = kept_.size();
  std::erase_if(kept_, [&](const Kept& kept) {
    if (!condition(kept)) return false;
    counters_.bytes -= kept.bytes;
    return true;
  });
  counters_.kept = kept_.size();
  return kept_.size() < before;
}

void PrefixStore::drop_slot(SlotId slot, double scale) {
  drop_if([&](const Kept& kept) { return kept.slot == slot && kept.scale == scale; });
}

void PrefixStore::drop_image(uint32_t image) {
  drop_if([image](const Kept& kept) { return kept.image == image; });
  std::erase_if(settings_, [image](const Setting& setting) { return setting.image == image; });
}

bool PrefixStore::drop_all() {
  return drop_if([](const Kept&) { return true; });
}

void PrefixStore::expire(double now_ms) {
  drop_if([now_ms](const Kept& kept) { return kept.used_ms + kIdleMs <= now_ms; });
}

double PrefixStore::next_expiry_ms() const {
  double next_ms = kNever;
  for (const Kept& kept : kept_) next_ms = std::min(next_ms, kept.used_ms + kIdleMs);
  return next_ms;
}

}  // namespace stopbath
