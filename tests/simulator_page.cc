// The page of the simulation: what it submits, what it hears, and what it may expect.
#include "simulator_page.h"

#include <algorithm>
#include <cstring>

#include "tasks/rank.h"

namespace stopbath::simulator {

void Page::perform(const Operation& operation) {
  if (operation.pick == 7) lend(operation.image);
  switch (operation.kind) {
    case Operation::Kind::kPreview:
    case Operation::Kind::kRender:
      submit(operation);
      break;
    case Operation::Kind::kAbort:
    case Operation::Kind::kAbortTwice:
      abort(operation);
      break;
    case Operation::Kind::kSetLane:
      if (const RequestId id = pick(operation.pick)) {
        const Lane lane = static_cast<Lane>(operation.lane);
        if (core_.set_lane(id, lane)) pending_.at(id).lane = lane;
      }
      break;
    case Operation::Kind::kUpdate:
      update(operation);
      break;
    case Operation::Kind::kClose: {
      Place& place = places_[static_cast<size_t>(operation.image)];
      if (place.image != 0) core_.images().close(place.image);
      place.image = 0;
      break;
    }
    case Operation::Kind::kWarmUp:
      if (!shut_down_) core_.warm_up_pool(judge_.now_ms);
      break;
    case Operation::Kind::kHide:
    case Operation::Kind::kShow:
      core_.set_page_visible(operation.kind == Operation::Kind::kShow);
      break;
    case Operation::Kind::kShutDown:
      core_.shut_down();
      shut_down_ = true;
      strangers_.clear();
      for (Kept& result : results_) result.image = 0;
      for (Place& place : places_) place.image = 0;
      break;
  }
}

void Page::lend(int index) {
  const Place& place = places_[static_cast<size_t>(index)];
  if (place.image == 0 || shut_down_) return;
  const Result<uint32_t> ticket = core_.images().offer(place.image);
  judge_.expect(ticket.ok(), "I-8: an open image cannot be lent");
  if (!ticket.ok()) return;
  const BufferHandle pixels = core_.images().find(place.image)->pixels;
  strangers_.push_back({ticket.value(), core_.buffers().data(pixels), place.content});
}

void Page::move_strangers(bool all) {
  using State = StrangerLeases::State;
  const auto swap = [this](const Stranger& stranger, State from, State to) {
    uint32_t word = StrangerLeases::word_of(stranger.ticket, from);
    return core_.images()
        .strangers()
        .word(stranger.ticket)
        .compare_exchange_strong(word, StrangerLeases::word_of(stranger.ticket, to));
  };
  std::erase_if(strangers_, [&](Stranger& stranger) {
    if (!all && !random_.chance(0.2)) return false;
    if (!stranger.attached) {
      stranger.attached = swap(stranger, State::kOffered, State::kAttached);
      if (!stranger.attached) return true;  // its image was closed first
      if (!all) return false;
    }
    const Image& wanted = source(stranger.content);
    judge_.expect(std::memcmp(stranger.pixels, wanted.bytes.data(), wanted.bytes.size()) == 0,
                  "I-8: lent pixels have changed");
    if (random_.chance(0.3)) {  // it is gone, as its lock tells
      judge_.expect(core_.images().strangers().reclaim(stranger.ticket),
                    "I-10: a ticket that is out counts as an old one");
    } else {
      judge_.expect(swap(stranger, State::kAttached, State::kReleased),
                    "I-10: an attached ticket is an old one");
    }
    return true;
  });
}

Page::Place& Page::open_place(int index) {
  Place& place = places_[static_cast<size_t>(index)];
  if (place.image != 0 || shut_down_) return place;
  place.content = {random_.below(kSizes), random_.below(kScenes)};
  place.revision = 1;
  const Image& pixels = source(place.content);
  const Result<ImageId> created = core_.images().create(pixels.width, pixels.height);
  if (!created.ok()) {
    judge_.expect(created.status().code() == Code::kOutOfMemory, "R28: a good size is refused");
    return place;
  }
  place.image = created.value();
  ImageRecord& image = *core_.images().find(place.image);
  std::memcpy(core_.buffers().data(image.pixels), pixels.bytes.data(), pixels.bytes.size());
  image.sealed = true;
  return place;
}

void Page::update(const Operation& operation) {
  Place& place = places_[static_cast<size_t>(operation.image)];
  if (place.image == 0) return;
  ImageRecord& image = *core_.images().find(place.image);
  uint8_t* bytes = core_.images().begin_write(image);
  if (bytes == nullptr) return;
  place.content.scene = (place.content.scene + 1) % kScenes;
  const Image& pixels = source(place.content);
  std::memcpy(bytes, pixels.bytes.data(), pixels.bytes.size());
  const uint32_t revision = core_.images().end_write(image);
  judge_.expect(revision == place.revision + 1, "R2: a write does not raise the revision");
  place.revision = revision;
}

void Page::submit(const Operation& operation) {
  const Place place = open_place(operation.image);
  if (place.image == 0 && !shut_down_) return;  // no memory for a source
  const bool preview = operation.kind == Operation::Kind::kPreview;
  const RequestOptions options{static_cast<Lane>(operation.lane), operation.timeout_ms,
                               operation.reject ? Admission::kReject : Admission::kWait};
  Request request;
  request.lane = request.lane_at_first = options.lane;
  request.slot = preview ? static_cast<SlotId>(operation.slot) : 0;
  request.may_be_coarse = preview && operation.coarse && operation.reduce > 0;
  request.name = {place.image, place.revision, operation.chain, preview ? operation.reduce : 0};
  request.expected = {place.content, operation.chain, request.name.reduce, true};
  if (operation.timeout_ms > 0) request.deadline_ms = judge_.now_ms + operation.timeout_ms;

  const bool twin = !request.may_be_coarse && has_twin(request.name);
  const LaneGauge gauge = core_.gauge(options.lane);
  const bool others_wait = core_.stats().waiting_requests > 0;
  const uint64_t joins_before = core_.stats().tasks.joins;
  const Result<RequestId> id =
      preview ? core_.preview(place.image, chain(operation.chain),
                              {request.slot, operation.reduce, operation.coarse ? 0.0 : kNever},
                              options, judge_.now_ms)
              : core_.render(place.image, chain(operation.chain), options, judge_.now_ms);
  const auto poison = poisoned_until_.find(request.name);
  const bool poisoned = poison != poisoned_until_.end() && judge_.now_ms < poison->second;
  if (!id.ok()) {
    const Code code = id.status().code();
    judge_.expect(shut_down_ == (code == Code::kDisposed),
                  "R67: wrong answer for a live or a disposed core");
    if (code == Code::kQueueFull) {
      judge_.expect(request.slot == 0, "R42: a request in a slot is refused");
      judge_.expect(options.lane != Lane::kExport || operation.reject,
                    "R42: an export is refused that may wait");
      judge_.expect(gauge.requests() > 0 || others_wait, "R42: a lane with room refuses");
      return;
    }
    judge_.expect(shut_down_ || (code == Code::kPoisoned && workers_.any_silence()),
                  "R28: a good request is refused");
    return;
  }
  judge_.expect(!shut_down_, "R67: a request is admitted after shut-down");
  judge_.expect(!poisoned, "I-18: a poisoned key is admitted");
  // One that waits for admission has no flight yet, and a background twin may have been dropped.
  const bool joins = twin && core_.admitted(id.value()) &&
                     (options.lane != Lane::kBackground || has_twin(request.name));
  judge_.expect(!joins || core_.stats().tasks.joins == joins_before + 1,
                "I-2: an equal key starts a second flight");
  if (request.slot != 0) {
    Shown& slot = slots_[request.slot];
    request.version = core_.version(id.value());
    judge_.expect(request.version == slot.submitted + 1,
                  "R9: a version is not the one before plus one");
    slot.submitted = request.version;
    slot.settled_well = false;
  }
  judge_.expect(pending_.emplace(id.value(), request).second, "R3: two requests have one id");
  if (request.slot == 0) core_.start_early(id.value(), judge_.now_ms);
}

// A live request wants the same bytes. One that was superseded in this turn is not live any more.
bool Page::has_twin(const Name& name) const {
  return std::any_of(pending_.begin(), pending_.end(), [&](const auto& entry) {
    const auto& [id, other] = entry;
    return other.name == name && !other.may_be_coarse && core_.admitted(id) &&
           core_.level(id) == name.reduce;
  });
}

RequestId Page::pick(int index) const {
  if (pending_.empty()) return 0;
  auto it = pending_.begin();
  std::advance(it, static_cast<size_t>(index) % pending_.size());
  return it->first;
}

void Page::abort(const Operation& operation) {
  const RequestId id = pick(operation.pick);
  if (id == 0) return;
  // What was settled in this turn is on its way as an event: then the abort comes too late.
  if (core_.cancel(id)) {
    const Request& request = pending_.at(id);
    if (request.slot != 0 && request.version == slots_[request.slot].submitted) {
      slots_[request.slot].settled_well = true;
    }
    pending_.erase(id);
  }
  if (operation.kind == Operation::Kind::kAbortTwice) {
    judge_.expect(!core_.cancel(id), "R24: a second abort says that it caused something");
  }
}

void Page::take(const std::vector<Event>& events) {
  move_strangers(false);
  RequestId last = 0;
  for (const Event& event : events) {
    take_news(event);
    if (event.pool != PoolEvent::kNone) continue;
    judge_.expect(event.outcome.request >= last, "R29: events are not in request order");
    last = event.outcome.request;
    take_outcome(event);
    if (!judge_.ok()) return;
  }
}

void Page::check_deadlines() const {
  for (const auto& [id, request] : pending_) {
    judge_.expect(request.deadline_ms > judge_.now_ms, "R26: a deadline passes unnoticed");
  }
}

// A tenth of the claims is for what is overdue, and two lanes share it; the unit that was claimed
// then takes its time. What has joined another request's flight goes on with that one.
void Page::check_ageing() {
  const double slack_ms = (2.0 * kQuotaClaims + 2) * workers_.longest_unit_ms() + 100;
  for (const Lane lane : {Lane::kExport, Lane::kBackground}) {
    const auto oldest = std::find_if(pending_.begin(), pending_.end(), [lane](const auto& entry) {
      return entry.second.lane == lane;
    });
    if (oldest == pending_.end()) continue;
    Progress& seen = ageing_[static_cast<size_t>(lane)];
    const double share = core_.progress(oldest->first);
    if (seen.oldest != oldest->first || seen.share != share) {
      seen = {oldest->first, share, judge_.now_ms};
    }
    judge_.expect(
        judge_.now_ms - seen.grew_ms <= kAgeingBoundMs[static_cast<size_t>(lane)] + slack_ms,
        "L-4: a lower lane waits for longer than its bound");
  }
}

void Page::take_outcome(const Event& event) {
  const Outcome& outcome = event.outcome;
  const auto it = pending_.find(outcome.request);
  judge_.expect(it != pending_.end(), "I-1: an event for a request that has settled, or never was");
  if (!judge_.ok()) return;
  Request& request = it->second;
  judge_.expect(outcome.version == request.version, "R9: an event carries another version");
  switch (outcome.kind) {
    case Outcome::Kind::kFrame:
      take_frame(event, request);
      break;
    case Outcome::Kind::kSuperseded:
      judge_.expect(request.slot != 0 && outcome.last && outcome.by > request.version &&
                        slots_[request.slot].submitted >= outcome.by,
                    "I-13: a request is superseded though none is newer");
      break;
    case Outcome::Kind::kFailed:
      check_failure(outcome, request);
      if (request.slot != 0 && request.version == slots_[request.slot].submitted) {
        slots_[request.slot].settled_well = true;
      }
      break;
  }
  if (outcome.last) pending_.erase(it);
}

void Page::take_frame(const Event& event, Request& request) {
  const Outcome& outcome = event.outcome;
  judge_.expect(outcome.last == outcome.exact,
                "R51: a coarse frame is the last, or an exact one is not");
  judge_.expect(outcome.exact || (request.may_be_coarse && !request.coarse_shown),
                "R50: a coarse frame that nobody asked for");
  request.coarse_shown |= !outcome.exact;
  if (request.slot != 0) {
    Shown& slot = slots_[request.slot];
    const bool newer = outcome.version > slot.version;
    const bool finer = outcome.version == slot.version && outcome.exact && !slot.exact;
    judge_.expect(newer || finer, "I-5: a slot goes back in time");
    slot.version = outcome.version;
    slot.exact = outcome.exact;
    if (outcome.exact && outcome.version == slot.submitted) slot.settled_well = true;
    last_frame_ms_ = judge_.now_ms;
  }
  Expected expected = request.expected;
  expected.exact = outcome.exact;
  if (outcome.level > expected.reduce) {
    judge_.expect(request.lane_at_first == Lane::kInteractive && request.slot != 0 &&
                      outcome.exact && !request.coarse_shown && core_.stats().tasks.coarsened > 0,
                  "R62: a coarser level for what is no preview, or not for want of memory");
    expected.reduce = outcome.level;
  }
  const Image& wanted = reference(expected);
  judge_.expect(event.width == wanted.width && event.height == wanted.height,
                "R51: a frame of another size");
  if (!judge_.ok()) return;
  check_pixels(event.image, expected);
  results_.push_back({event.image, expected, judge_.now_ms + random_.uniform(0, 100)});
}

void Page::check_failure(const Outcome& outcome, const Request& request) {
  judge_.expect(outcome.last, "I-1: a failed request goes on");
  switch (outcome.error.code()) {
    case Code::kDeadline:
      judge_.expect(judge_.now_ms >= request.deadline_ms, "R26: a deadline passes early");
      break;
    case Code::kTaskFailed:
      judge_.expect(workers_.traps() > 0, "I-13: a request fails though nothing trapped");
      break;
    case Code::kWorkerLost:
      judge_.expect(workers_.any_silence(), "I-13: a worker is reported lost though none hung");
      break;
    case Code::kPoisoned:
      judge_.expect(workers_.any_silence(), "I-13: a key is poisoned though no worker hung");
      // A minute less what may have passed between the loss and this event.
      if (!request.may_be_coarse) poisoned_until_[request.name] = judge_.now_ms + 50000;
      break;
    case Code::kOutOfMemory:
      break;
    case Code::kQueueFull:
      judge_.expect(request.lane == Lane::kBackground,
                    "R42: work is dropped that is not background");
      break;
    default:
      judge_.expect(false, "R28: a request fails with a code that is not for it");
  }
}

void Page::check_pixels(ImageId id, const Expected& expected) {
  const ImageRecord* image = core_.images().find(id);
  judge_.expect(image != nullptr, "I-22: a delivered image does not exist");
  if (!judge_.ok()) return;
  const Image& wanted = reference(expected);
  const uint8_t* bytes = core_.buffers().data(image->pixels);
  judge_.expect(bytes != nullptr, "I-8: a delivered image has no pixels");
  if (!judge_.ok()) return;
  judge_.expect(std::memcmp(bytes, wanted.bytes.data(), wanted.bytes.size()) == 0,
                "I-22: a frame's bytes are not those of its version");
}

void Page::close_results(bool all) {
  std::erase_if(results_, [&](const Kept& result) {
    if (!all && result.close_ms > judge_.now_ms) return false;
    if (result.image == 0) return true;
    check_pixels(result.image, result.expected);
    judge_.expect(core_.images().close(result.image), "I-9: an open image cannot be closed");
    return true;
  });
}

void Page::close_images() {
  for (Place& place : places_) {
    if (place.image != 0) core_.images().close(place.image);
    place.image = 0;
  }
}

void Page::take_news(const Event& event) {
  if (event.pool != PoolEvent::kPressure && event.pool != PoolEvent::kDrain) return;
  bool& pressed = pressed_[static_cast<size_t>(event.lane)];
  judge_.expect(pressed == (event.pool == PoolEvent::kDrain), "R41: a crossing is told twice");
  pressed = event.pool == PoolEvent::kPressure;
}

void Page::check_drained() const {
  for (bool pressed : pressed_) judge_.expect(!pressed, "L-7: a lane never drains");
}

void Page::forget_pending() { pending_.clear(); }

void Page::check_slots() const {
  for (const auto& [id, slot] : slots_) {
    judge_.expect(slot.settled_well, "L-2: a slot ends without what was asked of it last");
  }
}

}  // namespace stopbath::simulator
