// The control surface for the page: one Embind class over the coordinator. Its types are
// web/src/native-engine.ts.
// Only control goes through Embind; pixels, chains, events and statistics are read and written in
// the heap at addresses that these methods return. Workers never come here.
#include <emscripten/bind.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bind/exchange.h"
#include "bind/memory_budget.h"
#include "bind/page_clock.h"
#include "bind/pthread_host.h"
#include "bind/trace_wire.h"
#include "effects/registry.h"
#include "pipeline/pipeline_coordinator.h"

namespace stopbath {
namespace {

constexpr int kEventDoubles = 20;  // `eventDoubles` and `eventField` in native-engine.ts
constexpr int kEmptyKind = 2;      // `requestKind`, likewise

ColorSpace space_of(int index) {
  return static_cast<ColorSpace>(std::clamp(index, 0, kColorSpaces - 1));
}

double address_of(const void* pointer) {
  return static_cast<double>(reinterpret_cast<uintptr_t>(pointer));
}

class Engine {
 public:
  Engine(double max_workers, double memory_mib)
      : threads_(max_workers > 0 ? make_pthread_host() : nullptr),
        coordinator_(pixel_budget(max_workers, memory_mib), threads_.get()) {
    keep_emergency();
    if (threads_ == nullptr) coordinator_.pool().seat_host();
  }

  void spawn_workers(int count) { coordinator_.start_workers(std::clamp(count, 0, kMaxWorkers)); }
  void configure_pool(int warm, int max, double idle_ms, bool asks_user) {
    if (threads_ == nullptr) return;
    max = std::clamp(max, 1, kMaxWorkers);
    coordinator_.configure_pool({std::clamp(warm, 1, max), max, idle_ms > 0 ? idle_ms : 1});
    coordinator_.ask_user(asks_user);
  }
  void set_tracing(bool on) { coordinator_.set_tracing(on); }
  // Records of `kTraceDoubles` doubles, units before flights; times are the page's.
  int take_trace() {
    const Trace trace = coordinator_.take_trace();
    traced_.clear();
    append_trace(trace, clock_.offset_ms(), traced_);
    trace_lost_ = static_cast<double>(trace.lost);
    return static_cast<int>(traced_.size() / kTraceDoubles);
  }
  double trace_address() { return address_of(traced_.data()); }
  double trace_lost() { return trace_lost_; }
  int warm_image(uint32_t id, double page_ms) {
    return coordinator_.warm_levels(id, clock_.at(page_ms));
  }
  int levels_pending() { return static_cast<int>(coordinator_.level_builds()); }
  // Per worker four doubles: seat, units in flight, units started, busy milliseconds; its count.
  int worker_table() {
    workers_.clear();
    for (int i = 0; i < kSeats; ++i) {
      const WorkerSeat& seat = coordinator_.pool().seat(i);
      const bool takes_work = i == 0
                                  ? coordinator_.pool().host_seated()
                                  : seat.state.load(std::memory_order_relaxed) == SeatState::kReady;
      if (!takes_work) continue;
      const double row[] = {double(i),
                            seat.holding.load(std::memory_order_relaxed) != 0 ? 1.0 : 0.0,
                            double(seat.started.load(std::memory_order_relaxed)),
                            double(seat.busy_ns.load(std::memory_order_relaxed)) * 1e-6};
      workers_.insert(workers_.end(), std::begin(row), std::end(row));
    }
    return static_cast<int>(workers_.size() / 4);
  }
  double worker_table_address() { return address_of(workers_.data()); }
  void warm_up_pool() { coordinator_.warm_up_pool(PageClock::core_ms()); }
  void set_page_visible(bool visible) { coordinator_.set_page_visible(visible); }
  double scale_question() {
    const std::optional<PoolSnapshot> s = coordinator_.take_question();
    if (!s) return 0;
    snapshot_ = {
#define STOPBATH_FIELD(name, value) static_cast<double>(value),
#include "bind/pool_snapshot.inc"
#undef STOPBATH_FIELD
    };
    return address_of(snapshot_.data());
  }
  std::string snapshot_names() {
    std::string names;
#define STOPBATH_FIELD(name, value) names += names.empty() ? #name : "," #name;
#include "bind/pool_snapshot.inc"
#undef STOPBATH_FIELD
    return names;
  }
  void answer_scale(double workers) {
    coordinator_.answer_scale(workers >= 0 ? std::optional(workers) : std::nullopt);
  }
  bool host_has_work() {
    return coordinator_.pool().host_seated() && coordinator_.board().has_runnable();
  }
  int ready_workers() { return coordinator_.pool().counters().ready; }
  int live_workers() { return coordinator_.pool().counters().live; }
  double completion_word() { return address_of(&coordinator_.board().completions()); }

  double create_image(int width, int height, int space) {
    return id_or_error(coordinator_.images().create(width, height, space_of(space)));
  }
  double restore_image(uint32_t id, int width, int height, int space, uint32_t revision) {
    return id_or_error(coordinator_.images().restore(id, width, height, revision, space_of(space)));
  }
  void start_images_after(uint32_t id) { coordinator_.images().start_after(id); }
  double image_address(uint32_t id) {
    const ImageRecord* image = coordinator_.images().find(id);
    return image != nullptr ? address_of(coordinator_.buffers().data(image->pixels)) : closed();
  }
  double image_revision(uint32_t id) {
    const ImageRecord* image = coordinator_.images().find(id);
    return image != nullptr ? image->revision : closed();
  }
  void seal_image(uint32_t id) {
    if (ImageRecord* image = coordinator_.images().find(id)) image->sealed = true;
  }
  double begin_write(uint32_t id) {
    ImageRecord* image = coordinator_.images().find(id);
    if (image == nullptr) return closed();
    const uint8_t* pixels = coordinator_.images().begin_write(*image);
    if (pixels == nullptr)
      return remember({Code::kOutOfMemory, "Expected room for a copy of the image"});
    return address_of(pixels);
  }
  double end_write(uint32_t id) {
    ImageRecord* image = coordinator_.images().find(id);
    return image != nullptr ? coordinator_.images().end_write(*image) : closed();
  }
  double begin_read(uint32_t id) {
    const uint32_t token = coordinator_.images().begin_read(id);
    return token != 0 ? token : closed();
  }
  void end_read(uint32_t token) { coordinator_.images().end_read(token); }
  double offer_image(uint32_t id) { return id_or_error(coordinator_.images().offer(id)); }
  double offer_word(uint32_t ticket) {
    return address_of(&coordinator_.images().strangers().word(ticket));
  }
  bool reclaim_offer(uint32_t ticket) { return coordinator_.images().strangers().reclaim(ticket); }
  int reclaim_image(uint32_t id) { return coordinator_.images().strangers().reclaim_owner(id); }
  bool close_image(uint32_t id) { return coordinator_.images().close(id); }

  double wire_buffer(int count) {
    wire_.resize(static_cast<size_t>(count > 0 ? count : 0));
    return address_of(wire_.data());
  }
  double address() { return address_of(this); }
  double exchange_address() { return address_of(&exchange_); }
  // The request that lies in the exchange.
  double submit(double page_ms) {
    const double now_ms = clock_.at(page_ms);
    const Exchange& in = exchange_;
    if (!(in.count >= 0 && in.count <= double(wire_.size()) && in.lane >= 0 && in.lane < kLanes)) {
      return remember(
          {Code::kInvalidParams, "Expected a chain in wire form and a lane from 0 to 2"});
    }
    RequestOptions request{static_cast<Lane>(in.lane), in.timeout_ms,
                           in.reject != 0 ? Admission::kReject : Admission::kWait,
                           in.queue_timeout_ms, in.run_timeout_ms};
    request.urgency = std::clamp(static_cast<int>(in.urgency), 0, kLeastUrgent);
    if (in.color_space >= 0) request.space = space_of(static_cast<int>(in.color_space));
    if (in.kind == kEmptyKind) return started(coordinator_.empty(request, now_ms), now_ms);
    Result<Chain> chain = parse_chain({wire_.data(), static_cast<size_t>(in.count)});
    if (!chain.ok()) return remember(chain.status());
    const auto image = static_cast<ImageId>(in.image);
    if (in.kind != 0) {
      return started(coordinator_.render(image, std::move(chain.value()), request, now_ms), now_ms);
    }
    const PreviewOptions preview{static_cast<SlotId>(in.slot), static_cast<int>(in.reduce),
                                 in.budget_ms};
    return id_or_error(
        coordinator_.preview(image, std::move(chain.value()), preview, request, now_ms));
  }
  // width * 65536 + height of what the chain in the wire buffer makes of an image.
  double output_size(int count, uint32_t id) {
    const ImageRecord* image = coordinator_.images().find(id);
    if (image == nullptr) return closed();
    if (count < 0 || size_t(count) > wire_.size()) {
      return remember({Code::kInvalidParams, "Expected a chain in wire form"});
    }
    const Result<Chain> chain = parse_chain({wire_.data(), static_cast<size_t>(count)});
    if (!chain.ok()) return remember(chain.status());
    const Result<Size> size = stopbath::output_size(chain.value(), {image->width, image->height});
    if (!size.ok()) return remember(size.status());
    return size.value().width * 65536.0 + size.value().height;
  }
  // The plan as text; empty when the chain cannot run, and last_error() says why.
  std::string explain(int count, uint32_t id) {
    if (count < 0 || size_t(count) > wire_.size()) return {};
    const Result<Chain> chain = parse_chain({wire_.data(), static_cast<size_t>(count)});
    if (!chain.ok()) return remember(chain.status()), std::string();
    const Result<std::string> text = coordinator_.explain(id, chain.value());
    return text.ok() ? text.value() : (remember(text.status()), std::string());
  }
  double request_progress(uint32_t request) { return coordinator_.progress(request); }
  bool cancel(uint32_t request, double page_ms) {
    coordinator_.note_time(clock_.look(page_ms));
    return coordinator_.cancel(request);
  }
  // Requests and bytes that a lane takes before it is full; below 0 when others wait already.
  double desired_requests(int lane) {
    const LaneGauge& gauge = coordinator_.gauge(static_cast<Lane>(lane));
    return static_cast<double>(gauge.marks().high_requests) -
           static_cast<double>(gauge.requests()) - static_cast<double>(gauge.waiting());
  }
  double desired_bytes(int lane) {
    const LaneGauge& gauge = coordinator_.gauge(static_cast<Lane>(lane));
    return static_cast<double>(gauge.marks().high_bytes) - static_cast<double>(gauge.bytes());
  }
  bool under_pressure(int lane) { return coordinator_.gauge(static_cast<Lane>(lane)).pressed(); }
  void set_lane(uint32_t request, int lane) {
    if (lane >= 0 && lane < kLanes) coordinator_.set_lane(request, static_cast<Lane>(lane));
  }

  int step(double page_ms) {
    const double now_ms = clock_.at(page_ms);
    keep_emergency();
    messages_.clear();
    records_.clear();
    for (const Event& event : coordinator_.step(now_ms)) append(event);
    exchange_.events_address = address_of(records_.data());
    exchange_.next_wake_ms = coordinator_.next_wake_ms(now_ms) - clock_.offset_ms();
    exchange_.host_has_work = host_has_work() ? 1 : 0;
    return static_cast<int>(records_.size() / kEventDoubles);
  }
  std::string event_message(uint32_t request) {
    const auto it = messages_.find(request);
    return it != messages_.end() ? it->second : std::string();
  }
  void run_slice(double budget_ms) { coordinator_.run_slice(budget_ms); }

  double stats_address() {
    const CoordinatorStats s = coordinator_.stats();
    const double oldest_ms = coordinator_.oldest_waiting_ms(PageClock::core_ms());
    stats_ = {
#define STOPBATH_STAT(name, value) static_cast<double>(value),
#include "bind/stats.inc"
#undef STOPBATH_STAT
    };
    return address_of(stats_.data());
  }
  std::string stat_names() {
    std::string names;
#define STOPBATH_STAT(name, value) names += names.empty() ? #name : "," #name;
#include "bind/stats.inc"
#undef STOPBATH_STAT
    return names;
  }
  std::string descriptor_hash() { return std::to_string(stopbath::descriptor_hash()); }
  std::string last_error() { return last_error_; }
  void shutdown() { coordinator_.shut_down(); }

 private:
  double remember(const Status& status) {
    last_error_ = status.message();
    return -static_cast<double>(status.code());
  }
  double closed() { return remember({Code::kClosed, "Expected an open image, got a closed one"}); }
  double id_or_error(const Result<uint32_t>& result) {
    return result.ok() ? result.value() : remember(result.status());
  }
  double started(const Result<uint32_t>& request, double now_ms) {
    if (request.ok()) coordinator_.start_early(request.value(), now_ms);
    return id_or_error(request);
  }
  void append(const Event& event) {
    const Outcome& outcome = event.outcome;
    double type = 1;
    if (outcome.kind == Outcome::Kind::kSuperseded) type = 2;
    if (outcome.kind == Outcome::Kind::kFailed) type = 3;
    if (event.pool != PoolEvent::kNone) type = 3 + static_cast<double>(event.pool);
    if (type == 3) messages_[outcome.request] = outcome.error.message();
    const ImageRecord* image = coordinator_.images().find(event.image);
    const double record[kEventDoubles] = {
        type,
        static_cast<double>(outcome.request),
        static_cast<double>(outcome.error.code()),
        static_cast<double>(outcome.by),
        static_cast<double>(event.image),
        static_cast<double>(event.width),
        static_cast<double>(event.height),
        static_cast<double>(outcome.level),
        outcome.exact ? 1.0 : 0.0,
        outcome.last ? 1.0 : 0.0,
        static_cast<double>(outcome.version),
        event.queue_ms,
        event.run_ms,
        event.wall_ms,
        image != nullptr ? address_of(coordinator_.buffers().data(image->pixels)) : 0.0,
        static_cast<double>(event.lane),
        static_cast<double>(outcome.attempt),
        outcome.executing ? 1.0 : 0.0,
        static_cast<double>(outcome.key >> 32),
        static_cast<double>(outcome.key & 0xffffffff),
    };
    records_.insert(records_.end(), record, record + kEventDoubles);
  }

  std::unique_ptr<ThreadHost> threads_;
  PipelineCoordinator coordinator_;
  std::vector<double> wire_;
  std::vector<double> records_;
  std::vector<double> stats_;
  std::vector<double> snapshot_;
  std::vector<double> traced_;
  std::vector<double> workers_;
  double trace_lost_ = 0;
  std::unordered_map<RequestId, std::string> messages_;
  std::string last_error_;
  PageClock clock_;
  Exchange exchange_;
};

// What every task calls, without Embind.
extern "C" {
double stopbath_submit(Engine* engine, double page_ms) { return engine->submit(page_ms); }
int stopbath_step(Engine* engine, double page_ms) { return engine->step(page_ms); }
}

EMSCRIPTEN_BINDINGS(stopbath) {
  emscripten::class_<Engine>("Engine")
      .constructor<double, double>()
      .function("spawnWorkers", &Engine::spawn_workers)
      .function("configurePool", &Engine::configure_pool)
      .function("warmUpPool", &Engine::warm_up_pool)
      .function("setPageVisible", &Engine::set_page_visible)
      .function("setTracing", &Engine::set_tracing)
      .function("takeTrace", &Engine::take_trace)
      .function("traceAddress", &Engine::trace_address)
      .function("traceLost", &Engine::trace_lost)
      .function("warmImage", &Engine::warm_image)
      .function("levelsPending", &Engine::levels_pending)
      .function("workerTable", &Engine::worker_table)
      .function("workerTableAddress", &Engine::worker_table_address)
      .function("scaleQuestion", &Engine::scale_question)
      .function("snapshotNames", &Engine::snapshot_names)
      .function("answerScale", &Engine::answer_scale)
      .function("hostHasWork", &Engine::host_has_work)
      .function("readyWorkers", &Engine::ready_workers)
      .function("liveWorkers", &Engine::live_workers)
      .function("completionWord", &Engine::completion_word)
      .function("createImage", &Engine::create_image)
      .function("restoreImage", &Engine::restore_image)
      .function("startImagesAfter", &Engine::start_images_after)
      .function("imageAddress", &Engine::image_address)
      .function("imageRevision", &Engine::image_revision)
      .function("sealImage", &Engine::seal_image)
      .function("beginWrite", &Engine::begin_write)
      .function("endWrite", &Engine::end_write)
      .function("beginRead", &Engine::begin_read)
      .function("endRead", &Engine::end_read)
      .function("offerImage", &Engine::offer_image)
      .function("offerWord", &Engine::offer_word)
      .function("reclaimOffer", &Engine::reclaim_offer)
      .function("reclaimImage", &Engine::reclaim_image)
      .function("closeImage", &Engine::close_image)
      .function("wireBuffer", &Engine::wire_buffer)
      .function("address", &Engine::address)
      .function("exchangeAddress", &Engine::exchange_address)
      .function("outputSize", &Engine::output_size)
      .function("explain", &Engine::explain)
      .function("requestProgress", &Engine::request_progress)
      .function("cancel", &Engine::cancel)
      .function("setLane", &Engine::set_lane)
      .function("desiredRequests", &Engine::desired_requests)
      .function("desiredBytes", &Engine::desired_bytes)
      .function("underPressure", &Engine::under_pressure)
      .function("eventMessage", &Engine::event_message)
      .function("runSlice", &Engine::run_slice)
      .function("statsAddress", &Engine::stats_address)
      .function("statNames", &Engine::stat_names)
      .function("descriptorHash", &Engine::descriptor_hash)
      .function("lastError", &Engine::last_error)
      .function("shutdown", &Engine::shutdown);
  emscripten::function("terminateRuntime", &terminate_runtime);
}

}  // namespace
}  // namespace stopbath
