// The registry: which requests exist, which flights serve them, what a newer request replaces, and
// what runs next.
//
// The cost of a step does not depend on how much is queued: the queue is kept in order of ranks,
// and what waits for a time in order of times.
//
// A pure state machine. It owns no thread, no clock and no buffer: submissions, ends of flights and
// the time come in; flights to start, flights to stop and outcomes go out. One thread drives it.
// Every request settles exactly once [R27]: through one outcome with `last`, or through cancel().
//
// A full lane refuses nothing that replaces an older request; what else comes is refused, waits, or
// pushes out the oldest, by lane [R42].
//
// Latest wins per slot [R9-R15]: a request that has not started is replaced at once. One that has
// started is let finish its first level when that is near, else stopped; but never twice in a row
// without something shown, so input that is faster than the work cannot freeze the view [R12].
#ifndef STOPBATH_TASKS_WORKER_TASK_REGISTRY_H_
#define STOPBATH_TASKS_WORKER_TASK_REGISTRY_H_

#include <array>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tasks/input_pace.h"
#include "tasks/task_types.h"

namespace stopbath {

class WorkerTaskRegistry {
 public:
  struct Limits {
    std::array<LaneMarks, kLanes> lanes{};
    double let_finish_ms =
        100;  // a started first level with less than this to go is not stopped [R11] ...
    double frame_ms =
        16;  // ... unless the newer one shows something sooner than both it and a frame
    double refine_pause_ms = 80;  // longest wait for a newer version before refinement starts [R54]
    int losses_to_poison = 2;     // a key present at so many losses ...
    double poison_ms = 60000;     // ... fails fast for this long [R60]
  };

  WorkerTaskRegistry() : WorkerTaskRegistry(Limits{}) {}
  explicit WorkerTaskRegistry(const Limits& limits);

  // Admits a request: replaces what it supersedes, joins a live flight with the same key or queues
  // a new one. An export for which its lane has no room waits for admit_waiting().
  // kQueueFull, kPoisoned.
  Result<RequestId> submit(Submission submission);
  // Admits what waits for room, oldest first, as far as there is room.
  void admit_waiting(double now_ms);
  // Detaches and forgets the request; no outcome follows. False when it had settled [R24].
  bool cancel(RequestId request);
  void cancel_all();
  bool set_lane(RequestId request, Lane lane);
  // Fails requests whose deadline is over, or whose work had to start by now [R26].
  void expire(double now_ms);
  // Fails the subscribers for which the flight's unit time is too much. `ended`: it starts anew, if
  // at all.
  void charge(FlightId flight, double run_ms, bool ended);
  FlightLimits limits(FlightId flight) const;
  bool has(FlightId flight) const { return flights_.contains(flight); }
  bool running(FlightId flight) const;

  // The best queued flight that may start now; it stays queued until started() [R31].
  std::optional<FlightId> next_to_start(double now_ms) const;
  // The oldest queued flight of a lower lane when it has waited for longer than the lane's bound:
  // it is started whatever waits before it [R33].
  std::optional<FlightId> overdue(Lane lane, double now_ms) const;
  // When the flight began to wait for its first unit: at admission, or when its time had come.
  double waiting_since_ms(FlightId flight) const;
  std::shared_ptr<const Recipe> recipe(FlightId flight) const;
  const ContentKey& key(FlightId flight) const { return flights_.at(flight).goal.key; }
  double predicted_ms(FlightId flight) const { return flights_.at(flight).goal.predicted_ms; }
  Lane lane(FlightId flight) const;
  // Smaller is better, see tasks/rank.h.
  uint64_t rank(FlightId flight) const;

  void started(FlightId flight, double now_ms);
  void published(FlightId flight, double now_ms);
  void failed(FlightId flight, const Status& error);
  // The worker of a running flight was lost: the flight is queued again, once for previews and
  // twice for exports, or fails with kWorkerLost or kPoisoned [R60].
  void lost(FlightId flight, double now_ms);
  // A worker was lost at a flight that nobody waits for any more: the key counts all the same.
  void note_loss(const ContentKey& key, double now_ms);

  // A running flight has lost its memory to better ones: it is queued again [R36].
  void displaced(FlightId flight);
  // Fails the background requests that have not started; true when there were some.
  bool shed_background(const Status& error);
  // A queued flight cannot be run: its requests go on to their next goal, or fail with `error` when
  // they have none.
  void leave_out(FlightId flight, const Status& error, double now_ms);
  // Moves the requests of a queued flight that may be coarsened, and have shown nothing yet, to
  // `coarser`; true when there were some.
  bool coarsen(FlightId flight, const Goal& coarser, double now_ms);

  // Running flights that nobody wants any more; each is named once, is not joinable, and is
  // forgotten here.
  std::vector<FlightId> take_abandoned();
  // In request order [R29].
  std::vector<Outcome> take_outcomes();
  // In the order in which they happened.
  std::vector<LaneNews> take_lane_news() { return std::exchange(lane_news_, {}); }

  // Earliest time at which next_to_start() or expire() has news without any other event.
  double next_event_ms(double now_ms) const;
  uint64_t version(RequestId request) const;
  FlightId flight_of(RequestId request) const;
  int level(RequestId request) const;
  size_t live_requests() const { return requests_.size(); }
  size_t waiting_requests() const { return waiting_.size(); }
  const LaneGauge& gauge(Lane lane) const { return gauges_[static_cast<size_t>(lane)]; }
  size_t queued_flights() const { return queued_.size(); }
  const std::array<size_t, kLanes>& queued_by_lane() const { return queued_in_lane_; }
  // Age of what has waited longest in the queue, 0 when nothing does. Looks at all of it.
  double oldest_waiting_ms(double now_ms) const;
  // There was no memory for the flight; and how long ago that was first so, 0 when it never was.
  void wait_for_memory(FlightId flight, double now_ms);
  double memory_wait_ms(FlightId flight, double now_ms) const;
  // Predicted time of what is queued, background work apart.
  double queued_ms() const;
  const RegistryCounters& counters() const { return counters_; }

 private:
  static constexpr uint64_t kNoPlace = ~uint64_t{0};

  enum class Phase : uint8_t {
    kWaiting,   // its first level has not started
    kStarted,   // its first level runs
    kRefining,  // its first level was delivered
  };

  struct Request {
    Lane lane = Lane::kExport;
    SlotId slot = 0;
    uint64_t version = 0;
    Phase phase = Phase::kWaiting;
    size_t goal = 0;
    std::vector<Goal> goals;
    FlightId flight = 0;
    int attempt = 0;         // executions begun for its present goal
    bool executing = false;  // the last of them is under way
    size_t bytes = 0;
    bool may_coarsen = false;
    double submitted_ms = 0;
    double deadline_ms = kNever;
    double start_by_ms = kNever;
    double run_limit_ms = kNever;
    int urgency = kUrgency;
  };

  struct Flight {
    FlightId id = 0;
    Goal goal;
    bool running = false;
    bool refinement = false;
    Lane lane = Lane::kBackground;
    double deadline_ms = kNever;
    int urgency = kUrgency;
    Lane queued_lane = Lane::kBackground;  // as which it counts in `queued_in_lane_`
    RequestId age = 0;                     // of the oldest subscriber [R7]
    double not_before_ms = 0;
    double started_ms = 0;
    double no_memory_since_ms = kNever;
    int losses = 0;
    std::vector<RequestId> subscribers;  // ascending
    uint64_t place = kNoPlace;           // its rank in `queued_`
    double due_ms = kNever;              // its time in `delayed_`
  };

  struct Slot {
    uint64_t newest = 0;
    uint64_t shown = 0;
    bool guarded =
        false;  // the last started flight was stopped unpublished: the next one may not be [R12]
    std::vector<RequestId> requests;  // live, ascending
    ContentKey asked;                 // the exact version that was asked for last
    InputPace pace;
  };

  struct Poison {
    ContentKey key;
    int losses = 0;
    double until_ms = 0;
  };

  enum class Door : uint8_t { kOpen, kWait, kShut };

  Door door(const Submission& submission);
  bool drop_oldest_waiting(Lane lane);
  void count_in(const Request& request);
  void count_out(const Request& request);
  void tell(Lane lane, Crossing crossing);
  static double due_ms(const Request& request);
  void begun(RequestId id, Request& request);
  static void next_goal(Request& request);
  void enter(RequestId id, Request& request, double now_ms);
  bool poisoned(const ContentKey& key, double now_ms) const;
  void requeue(FlightId id);
  FlightId find_joinable(const ContentKey& key) const;
  void subscribe(RequestId id, Request& request, double not_before_ms);
  void join(RequestId id, Request& request, FlightId flight);
  void supersede_older(SlotId slot, RequestId newest, double now_ms);
  void settle_superseded(RequestId id);
  void settle_failed(RequestId id, const Status& error);
  void detach(RequestId id);
  void refresh(Flight& flight);
  void place(Flight& flight);
  static uint64_t rank_of(const Flight& flight);
  void remove_flight(FlightId id);
  void deliver(RequestId id, FlightId flight_id, const Goal& goal, double now_ms);
  double refine_at_ms(const Request& request, double now_ms) const;
  bool slot_is_busy(SlotId slot) const;
  bool startable(const Flight& flight) const;
  std::optional<FlightId> oldest_queued(Lane lane, double now_ms) const;
  double overdue_ms(FlightId id) const;

  Limits limits_;
  RequestId last_request_ = 0;
  FlightId last_flight_ = 0;
  std::unordered_map<RequestId, Request> requests_;
  std::unordered_map<FlightId, Flight> flights_;
  std::set<std::pair<uint64_t, FlightId>> queued_;  // by rank
  // Queued flights that age alone does not order, by age.
  std::set<std::tuple<Lane, RequestId, FlightId>> passing_;
  std::set<std::pair<double, FlightId>> delayed_;       // queued refinement, by its earliest time
  std::set<std::pair<double, RequestId>> deadlines_;    // of requests that have one
  std::unordered_multimap<uint64_t, FlightId> by_key_;  // joinable flights by hash
  std::unordered_map<SlotId, Slot> slots_;
  std::array<LaneGauge, kLanes> gauges_;
  std::array<size_t, kLanes> queued_in_lane_{};
  std::set<RequestId> waiting_;  // for admission; oldest first
  std::vector<LaneNews> lane_news_;
  std::vector<Poison> poisons_;
  std::vector<FlightId> abandoned_;
  std::vector<Outcome> outcomes_;
  RegistryCounters counters_;
};

}  // namespace stopbath

#endif  // STOPBATH_TASKS_WORKER_TASK_REGISTRY_H_
