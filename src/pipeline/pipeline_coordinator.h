// The coordinator: turns requests on images into flights on the board, and ends of flights into
// events for the page.
//
// One single-threaded state machine that takes the time as an argument, starts no thread and never
// waits; the page, Node and tests drive the same object. It joins the parts that do not know each
// other: registry, buffers, plans, pool.
//
// A flight runs only when its output and all its temporaries are reserved [R43], and its buffers
// are given back only when no worker can touch them any more: a flight that has ended stays in
// `ending_` until its berth is not held.
#ifndef STOPBATH_PIPELINE_PIPELINE_COORDINATOR_H_
#define STOPBATH_PIPELINE_PIPELINE_COORDINATOR_H_

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "buffers/buffer_lease.h"
#include "buffers/buffer_reference.h"
#include "pipeline/cost_model.h"
#include "pipeline/flight_telemetry.h"
#include "pipeline/image_store.h"
#include "pipeline/plan.h"
#include "pipeline/unit_size.h"
#include "tasks/worker_task_registry.h"
#include "telemetry/histogram.h"
#include "workers/pool_sizer.h"
#include "workers/supervisor.h"
#include "workers/worker_pool.h"

namespace stopbath {

// One image that a chain reads, at full resolution or a level of it. The pixels are empty while
// they are being built, and when that has failed.
struct ChainSource {
  ImageId image = 0;
  uint32_t revision = 0;
  Size size;
  ColorSpace space = ColorSpace::kSrgb;
  std::shared_ptr<const BufferReference> pixels;
};

// The image that a chain works on comes first, then those that its steps name.
using ChainSources = std::vector<ChainSource>;

// What a flight computes: a chain on sources that keep their present pixels for as long as anybody
// may want the result.
struct Recipe {
  Chain chain;
  PlanTarget target;
  ChainSources sources;  // those that the plan reads, in its order
  SlotId slot = 0;
  int shared_steps = 0;  // leading ones that the slot's setting before had too
};

struct PreviewOptions {
  SlotId slot = 0;
  int reduce = 0;  // log2 of the output's reduction, 0..kMaxReduce
  double budget_ms =
      kNever;  // a coarse frame comes first when the exact one is predicted to take longer
};

struct RequestOptions {
  Lane lane = Lane::kExport;
  double timeout_ms = 0;  // until it has settled; 0: none
  Admission admission = Admission::kWait;
  double queue_timeout_ms = 0;  // until its work starts; 0: none
  double run_timeout_ms = 0;    // of unit time; 0: none
  // Inside the lane, such as a class of distance to the viewport's centre: 0, first, to 7.
  int urgency = kUrgency;
  std::optional<ColorSpace> space = {};  // of the result; none: the image's own
};

// What happened to the pool or to a lane, apart from any request.
enum class PoolEvent : uint8_t {
  kNone,
  kWorkerLost,
  kWorkerRestarted,
  kCircuitOpened,
  kCircuitClosed,
  kPressure,  // of a lane [R41]
  kDrain,
  kExhausted  // too many lost workers never die: this memory should be given up [R58]
};

// An outcome with what the page needs to show it (`image` belongs to the receiver, who closes it),
// or news of the pool.
struct Event {
  PoolEvent pool = PoolEvent::kNone;
  Lane lane = Lane::kInteractive;  // of kPressure and kDrain
  Outcome outcome;                 // when `pool` is kNone
  ImageId image = 0;
  int width = 0;
  int height = 0;
  double queue_ms = 0;  // admission to first unit
  double run_ms = 0;    // unit time, summed over workers
  double wall_ms = 0;   // admission to publication
};

struct CoordinatorStats {
  RegistryCounters tasks;
  BufferStats buffers;
  PoolCounters pool;
  size_t live_requests = 0;
  size_t waiting_requests = 0;  // for admission
  size_t queued_flights = 0;
  size_t running_flights = 0;
  size_t ending_flights = 0;
  size_t ending_withdrawn = 0;  // of them, those that were stopped
  size_t flight_leases = 0;     // of running and ending flights; who waits holds none [I-16]
  size_t lent = 0;              // read leases of workers of the page's own
  size_t images = 0;
  uint64_t stalls_noted = 0;
  uint64_t workers_lost = 0;
  uint64_t workers_restarted = 0;
  bool circuit_open = false;
  TelemetryCounters telemetry;
  SizerCounters scaling;
  PrefixCounters prefixes;
};

class PipelineCoordinator {
 public:
  // `threads` may be nullptr: then the hosting thread runs the units, see run_slice().
  PipelineCoordinator(size_t budget_bytes, ThreadHost* threads)
      : PipelineCoordinator(budget_bytes, threads, default_limits(budget_bytes)) {}
  PipelineCoordinator(size_t budget_bytes, ThreadHost* threads,
                      const WorkerTaskRegistry::Limits& limits,
                      BlockSource& blocks = heap_blocks());
  ~PipelineCoordinator();

  // By the bytes that a lane may hold: half of the budget, for background work an eighth [R41].
  static WorkerTaskRegistry::Limits default_limits(size_t budget_bytes);

  WorkerPool& pool() { return pool_; }
  FlightBoard& board() { return board_; }
  ImageStore& images() { return images_; }
  SharedBufferController& buffers() { return buffers_; }

  // Admits a request. kClosed: no such sealed image, the chain's own or one that a step names.
  // kInvalidParams: chain or size. kQueueFull,
  // kDisposed.
  Result<RequestId> preview(ImageId image, Chain chain, const PreviewOptions& preview,
                            const RequestOptions& request, double now_ms);
  Result<RequestId> render(ImageId image, Chain chain, const RequestOptions& request,
                           double now_ms);
  // The plan of a chain for an image, as text. kClosed, kInvalidParams.
  Result<std::string> explain(ImageId image, const Chain& chain);
  // Admits a request for nothing: one empty unit that goes the way of all others and ends in a
  // frame without an image. What a task costs beside its work.
  Result<RequestId> empty(const RequestOptions& request, double now_ms);
  // No event follows. False when the request had settled.
  bool cancel(RequestId request);
  // Tells the time between steps, for what calls without one measure.
  void note_time(double now_ms) { now_ms_ = std::max(now_ms_, now_ms); }
  // Records what workers run and what becomes of flights, for take_trace(), or stops doing so. What
  // nobody takes in time is lost and counted [R70].
  void set_tracing(bool on);
  Trace take_trace();
  // Age of what has waited longest to start.
  double oldest_waiting_ms(double now_ms) const { return registry_.oldest_waiting_ms(now_ms); }
  // False when the request had settled.
  bool set_lane(RequestId request, Lane lane) { return registry_.set_lane(request, lane); }
  uint64_t version(RequestId request) const { return registry_.version(request); }
  bool admitted(RequestId request) const { return registry_.flight_of(request) != 0; }
  // log2 of the reduction of what the request gets next: more than it asked for when memory was
  // short [R62].
  int level(RequestId request) const { return registry_.level(request); }
  const LaneGauge& gauge(Lane lane) const { return registry_.gauge(lane); }
  // Finished share of the flight that serves the request, 0..1.
  double progress(RequestId request) const;

  // Takes note of what workers have ended, starts what can start, and gives the events since the
  // last step in request order.
  std::vector<Event> step(double now_ms);
  // Starts the request before the next step, when it is next and some worker has nothing to do: for
  // one that nothing in the same turn of the page replaces.
  void start_early(RequestId request, double now_ms);
  // Starts workers; the number that could be started.
  int start_workers(int count);
  // Lets the pool grow and shrink between these limits from the next step on [R65]. Without a call
  // it keeps the workers that were started.
  void configure_pool(const PoolLimits& limits);
  // Builds the reduced levels of an image that are missing, as background work, so that its first
  // previews can be coarse and quick; how many are under way, 0 when there is no such image.
  int warm_levels(ImageId image, double now_ms);
  size_t level_builds() const { return level_builds_.size(); }
  // Starts workers up to the most, for work that is about to come.
  void warm_up_pool(double now_ms);
  void set_page_visible(bool visible) { page_visible_ = visible; }
  // Decisions on the number of workers are a user's, who is asked through take_question() after a
  // step and answers with a number, or nothing for the default, before a later one [R66].
  void ask_user(bool asks) { asks_user_ = asks; }
  std::optional<PoolSnapshot> take_question();
  void answer_scale(std::optional<double> workers);
  // Runs units on the hosting thread, when there are no workers; true when more wait.
  bool run_slice(double budget_ms) {
    return host_waits_ ? board_.has_runnable() : pool_.run_slice(budget_ms);
  }
  // Time of the next step that is due without any report of a worker; kNever when there is none.
  double next_wake_ms(double now_ms) const;

  // Cancels everything, refuses new work, closes all images and dismisses the workers.
  void shut_down();
  CoordinatorStats stats() const;

 private:
  struct Job {
    FlightId flight = 0;
    int berth = -1;
    ContentKey key;
    std::shared_ptr<const Recipe> recipe;  // nullptr for an empty task, which has no plan either
    std::unique_ptr<Plan> plan;
    std::vector<BufferLease> reads;   // in the order of the plan's sources
    BufferHandle output;              // one reference, until the job ends
    std::vector<BufferLease> writes;  // the output, then the temporaries but the next one
    BufferLease prefix;               // on the result of the first steps
    BufferReference kept;             // the same, while it is this job's to keep
    PrefixUse use;
    int64_t units = 0;  // over all passes
    double predicted_ms = 0;
    double admitted_ms = 0;
    double started_ms = 0;
    double withdrawn_ms = kNever;  // kNever: it was not stopped
    Lane lane = Lane::kExport;     // at its start
  };

  enum class Ask : uint8_t { kNone, kDue, kAsked, kAnswered };

  struct LevelBuild {
    ImageId image = 0;
    uint32_t revision = 0;
    int reduce = 0;
    double predicted_ms = 0;
    std::shared_ptr<BufferReference> pixels;  // filled at its end, for those who wait
  };

  Result<ImageRecord*> readable(ImageId image);
  // Of the result and the temporaries.
  static size_t needed_bytes(const Plan& plan);
  // What a slot's setting has in common with the one before it.
  struct Shared {
    SlotId slot = 0;
    size_t steps = 0;
  };
  std::shared_ptr<const BufferReference> refer(BufferHandle pixels);
  // What the chain reads at full resolution. kClosed: an image that it names is not open.
  Result<ChainSources> sources_of(ImageId image, const Chain& chain);
  // What a plan for these sources is compiled for; no `result`: the image's own space.
  static PlanTarget target_of(const ChainSources& sources, std::optional<ColorSpace> result);
  Result<Goal> make_goal(const ChainSources& sources, const Chain& chain, const PlanTarget& target,
                         bool exact, const Shared& shared);
  Status add_coarse_goal(Submission& submission, const ChainSources& sources, const Chain& chain,
                         const Goal& exact, const Shared& shared, const RequestOptions& request,
                         double now_ms);
  RequestId want_level(ImageId id, const ImageRecord& image, int reduce,
                       const RequestOptions& request, double now_ms);
  void keep_level(const LevelBuild& build, BufferHandle pixels);
  Result<RequestId> admit(Submission submission, const RequestOptions& request, double now_ms);

  // While a slot was active within this time exports leave one worker to it [R34].
  static constexpr double kSlotActiveMs = 500;

  void supervise(double now_ms);
  void stop_berth(int berth, double now_ms);
  void bury_dead(double now_ms);
  void replace_worker(int seat, double now_ms);
  void probe(double now_ms);
  void give_probe_a_start(double now_ms);
  void announce(PoolEvent news, Lane lane = Lane::kInteractive);

  int64_t units_to_do() const;
  double backlog_ms() const;
  PoolSnapshot pool_snapshot(double now_ms);
  void size_pool(double now_ms);
  bool grow_pool(double now_ms);
  int spawn_worker(double now_ms);
  int workers_in_service() const;
  double next_look_ms() const;

  void collect_ended(double now_ms);
  double run_ms_of(const Job& job) const;
  void limit(const Job& job);
  void relax(FlightId flight);
  void withdraw_abandoned();
  void release_ended();
  void dispatch(double now_ms);
  bool serves_older(FlightId flight) const;
  bool launch(FlightId flight, double now_ms);
  Status start(FlightId flight, double now_ms);
  Status prepare(Job& job);
  Status compile(Job& job, const PrefixUse& use);
  void bind(Job& job);
  PrefixUse resumable(const Recipe& recipe);
  bool resume(Job& job, Share share);
  bool keep(Job& job, Share share);
  void keep_prefix(Job& job);
  bool reserve_somehow(Job& job, Share share);
  bool reserve(Job& job, Share share);
  bool displace_background();
  bool retreat(FlightId flight, double now_ms);
  void keep_for_previews(const ImageRecord& image, int reduce);
  void flush_outcomes(const Job* published, double now_ms);
  void withdrawn(Job&& job);
  void note_run(const Job& job, FlightEnd end);
  void note_publication(const Job& job, bool delivered, double now_ms);
  void trace_flight(const Job& job, FlightEnd end);
  Event to_event(Outcome&& outcome, const Job* published, double now_ms);

  SharedBufferController buffers_;
  ImageStore images_;
  FlightBoard board_;
  WorkerPool pool_;
  WorkerTaskRegistry registry_;
  CostModel costs_;
  UnitSizer unit_sizes_;
  Supervisor supervisor_;
  double slot_active_ms_ = -kNever;  // when a slot was submitted to or was shown something last
  int wanted_workers_ = 0;
  int probe_seat_ = 0;  // of the worker that shows whether workers work again; 0: none
  uint32_t probe_progress_ = 0;
  double probe_offered_ms_ = kNever;  // since when the probe could have taken a unit
  bool host_waits_ = false;           // leaves the units to the probe
  bool exhausted_ = false;
  uint64_t stalls_noted_ = 0;
  uint64_t workers_lost_ = 0;
  uint64_t workers_restarted_ = 0;
  PoolSizer sizer_;
  std::array<double, kSeats> started_ms_;  // of workers that have not answered, else kNever
  bool any_starting_ = false;
  std::deque<double> losses_ms_;
  std::array<RecentHistogram, kLanes> recent_waits_;
  double looked_ms_ = 0;
  double looked_busy_ms_ = 0;
  bool waits_for_memory_ = false;
  bool page_visible_ = true;
  bool asks_user_ = false;
  Ask ask_ = Ask::kNone;
  PoolSnapshot question_;
  std::optional<double> wish_;
  int64_t offered_units_ = 0;  // on the board since the last wake, and the worst of their ranks
  uint64_t worst_offered_ = 0;
  std::vector<Job> running_;
  std::vector<Job> ending_;
  std::unordered_map<RequestId, LevelBuild> level_builds_;  // requests of our own
  std::vector<Event> events_;
  FlightTelemetry telemetry_;
  bool tracing_ = false;
  Trace trace_;
  double now_ms_ = 0;  // the latest time that was told
  bool shut_down_ = false;
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PIPELINE_COORDINATOR_H_
