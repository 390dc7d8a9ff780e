// The simulated page: submits, aborts, edits and closes, and holds every event against what it has
// asked for.
#ifndef STOPBATH_TESTS_SIMULATOR_PAGE_H_
#define STOPBATH_TESTS_SIMULATOR_PAGE_H_

#include <array>
#include <map>
#include <vector>

#include "pipeline/pipeline_coordinator.h"
#include "simulator.h"
#include "simulator_reference.h"
#include "simulator_workers.h"

namespace stopbath::simulator {

class Page {
 public:
  Page(const Setup& setup, PipelineCoordinator& core, const Workers& workers, Judge& judge)
      : core_(core), workers_(workers), judge_(judge), random_(setup.seed ^ 0x9a6e) {}

  void perform(const Operation& operation);
  void take(const std::vector<Event>& events);
  // Closes results that were kept open long enough; all of them when `all`.
  void close_results(bool all);
  void close_images();
  // After a step, nobody waits beyond a timeout.
  void check_deadlines() const;
  // The oldest request of each lower lane goes on within the bound of its lane [L-4].
  void check_ageing();
  // What shut-down has settled without an event.
  void forget_pending();
  // Pressure and drain alternate in every lane [R41].
  void take_news(const Event& event);
  // A lane that came under pressure has drained [L-7].
  void check_drained() const;
  // Workers of the page's own attach what was lent to them, release it, or are gone.
  void move_strangers(bool all);
  // Every slot ends with what was asked of it last [L-2].
  void check_slots() const;

  bool shut_down() const { return shut_down_; }
  size_t pending() const { return pending_.size(); }
  double last_frame_ms() const { return last_frame_ms_; }

 private:
  struct Place {
    ImageId image = 0;
    uint32_t revision = 1;
    Content content;
  };
  struct Name {  // of what a request wants, equal when the key is
    ImageId image = 0;
    uint32_t revision = 0;
    int chain = 0;
    int reduce = 0;
    friend auto operator<=>(const Name&, const Name&) = default;
  };
  struct Request {
    SlotId slot = 0;
    uint64_t version = 0;
    Expected expected;
    Name name;
    Lane lane = Lane::kExport;
    Lane lane_at_first = Lane::kExport;
    bool may_be_coarse = false;
    bool coarse_shown = false;
    double deadline_ms = kNever;
  };
  struct Progress {  // of a lane's oldest request
    RequestId oldest = 0;
    double share = 0;
    double grew_ms = 0;
  };
  struct Shown {
    uint64_t submitted = 0;     // newest version
    uint64_t version = 0;       // newest shown
    bool exact = false;         // of the newest shown
    bool settled_well = false;  // the newest version has settled in a way that may be the last
  };
  struct Kept {
    ImageId image = 0;
    Expected expected;
    double close_ms = 0;
  };

  // A worker of the page's own with a descriptor.
  struct Stranger {
    uint32_t ticket = 0;
    const uint8_t* pixels = nullptr;
    Content content;
    bool attached = false;
  };

  void lend(int index);
  Place& open_place(int index);
  void submit(const Operation& operation);
  void abort(const Operation& operation);
  void update(const Operation& operation);
  void take_outcome(const Event& event);
  void take_frame(const Event& event, Request& request);
  void check_failure(const Outcome& outcome, const Request& request);
  void check_pixels(ImageId image, const Expected& expected);
  bool has_twin(const Name& name) const;
  RequestId pick(int index) const;

  PipelineCoordinator& core_;
  const Workers& workers_;
  Judge& judge_;
  Random random_;
  std::array<Place, 4> places_;
  std::map<RequestId, Request> pending_;
  std::map<SlotId, Shown> slots_;
  std::array<bool, kLanes> pressed_{};
  std::vector<Stranger> strangers_;
  std::map<Name, double> poisoned_until_;
  std::vector<Kept> results_;
  std::array<Progress, kLanes> ageing_;
  double last_frame_ms_ = 0;
  bool shut_down_ = false;
};

}  // namespace stopbath::simulator

#endif  // STOPBATH_TESTS_SIMULATOR_PAGE_H_
