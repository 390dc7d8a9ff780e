// How full a lane is, in requests and in the bytes that they will hold when they run, with a high
// and a low mark for both [R41].
//
// The lane comes under pressure when either reaches its high mark or a request finds no room, and
// drains when both are at their low marks again and nobody waits. Each crossing is told once:
// between two of one kind lies one of the other.
#ifndef STOPBATH_TASKS_LANE_GAUGE_H_
#define STOPBATH_TASKS_LANE_GAUGE_H_

#include <cstddef>
#include <cstdint>

#include "base/mutation.h"

namespace stopbath {

struct LaneMarks {
  size_t high_requests = 4096;
  size_t low_requests = 2048;
  size_t high_bytes = ~size_t{0};
  size_t low_bytes = ~size_t{0} / 2;
};

enum class Crossing : uint8_t { kNone, kPressure, kDrain };

class LaneGauge {
 public:
  LaneGauge() = default;
  explicit LaneGauge(const LaneMarks& marks) : marks_(marks) {}

  // Room for one more request. An empty lane takes any: what is larger than the mark runs alone.
  bool takes(size_t bytes) const {
    if (requests_ == 0) return true;
    return requests_ < marks_.high_requests && bytes_ < marks_.high_bytes &&
           bytes <= marks_.high_bytes - bytes_;
  }
  Crossing add(size_t bytes) {
    ++requests_;
    bytes_ += bytes;
    const bool full = requests_ >= marks_.high_requests || bytes_ >= marks_.high_bytes;
    return full ? press() : Crossing::kNone;
  }
  Crossing remove(size_t bytes) {
    --requests_;
    bytes_ -= bytes;
    return drain();
  }
  // A request has found no room, and waits or was turned away.
  Crossing wait() {
    ++waiting_;
    return press();
  }
  Crossing turn_away() { return press(); }
  // One that waited goes in or goes away.
  Crossing wait_no_more() {
    --waiting_;
    return drain();
  }

  const LaneMarks& marks() const { return marks_; }
  size_t requests() const { return requests_; }
  size_t bytes() const { return bytes_; }
  size_t waiting() const { return waiting_; }
  bool pressed() const { return pressed_; }

 private:
  Crossing press() {
    if (pressed_ && !STOPBATH_BROKEN(41)) return Crossing::kNone;
    pressed_ = true;
    return Crossing::kPressure;
  }
  Crossing drain() {
    const bool low = requests_ <= marks_.low_requests && bytes_ <= marks_.low_bytes;
    if (!pressed_ || !low || waiting_ > 0) return Crossing::kNone;
    pressed_ = false;
    return Crossing::kDrain;
  }

  LaneMarks marks_;
  size_t requests_ = 0;
  size_t bytes_ = 0;
  size_t waiting_ = 0;
  bool pressed_ = false;
};

}  // namespace stopbath

#endif  // STOPBATH_TASKS_LANE_GAUGE_H_
