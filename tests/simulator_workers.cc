// The simulated workers: one step of one of them at a time, with the faults that are active in the
// run.
#include "simulator_workers.h"

#include <algorithm>
#include <array>

#include "tasks/rank.h"

namespace stopbath::simulator {
namespace {

// What the supervisor needs at least before it may call a worker lost [R55]: ten ticks, of which
// the first may be near.
// Two of them fewer for a worker that holds nothing and takes nothing.
constexpr double kLeastHangMs = 9 * 250;
constexpr double kLeastIdleMs = 7 * 250;
constexpr double kLeastStartMs = 39 * 250;

}  // namespace

bool Workers::start(int seat_index, WorkerSeat& seat) {
  if (fires(setup_.faults.refused_start, random_)) return false;
  for (const Life& other : lives_) {
    judge_.expect(other.seat_index != seat_index || other.state == State::kGone,
                  "I-11: a seat is used again while its former worker may still write to it");
  }
  Life& life = lives_.emplace_back();
  life.seat_index = seat_index;
  life.seat = &seat;
  life.name = static_cast<uint32_t>(lives_.size());
  life.random = Random(setup_.seed + life.name);
  seat.life = life.name;
  Random& random = life.random;
  const Faults& faults = setup_.faults;
  life.due_ms = judge_.now_ms + random.uniform(0, 20);
  if (fires(faults.late_answer, random)) life.due_ms = judge_.now_ms + random.uniform(100, 15000);
  if (fires(faults.never_answers, random)) life.due_ms = kNever;
  if (fires(faults.slow, random)) life.speed = 50;
  sign_of_life(life);
  last_start_ms_ = judge_.now_ms;
  return true;
}

void Workers::kill(int seat_index) {
  const auto life = std::find_if(lives_.rbegin(), lives_.rend(),
                                 [&](const Life& l) { return l.seat_index == seat_index; });
  judge_.expect(life != lives_.rend() && !life->killed && life->state != State::kGone,
                "R56: a worker is given up that is not there");
  if (!judge_.ok()) return;
  const double silent_ms = judge_.now_ms - life->progress_ms;
  const double least_ms = life->state == State::kBooting ? kLeastStartMs
                          : life->holds()                ? kLeastHangMs
                                                         : kLeastIdleMs;
  judge_.expect(silent_ms >= least_ms && life->steps >= 8,
                "R55: a worker is given up that has shown progress");
  judge_.expect(life->state != State::kParked, "R55: a worker is given up that waits for work");
  ++kills_;
  life->killed = true;
  if (!fires(setup_.faults.never_dies, life->random)) {
    life->death_ms =
        judge_.now_ms + life->random.uniform(0, life->random.chance(0.2) ? 40000 : 500);
  }
}

void Workers::sign_of_life(Life& life) {
  life.progress_ms = judge_.now_ms;
  life.steps = 0;
}

void Workers::page_stepped() {
  for (Life& life : lives_) {
    ++life.steps;
    life.unburied = false;
  }
}

void Workers::listen() {
  const uint32_t sequence = board_->work_sequence().load();
  for (Life& life : lives_) {
    if (life.state != State::kParked || life.seen == sequence || life.due_ms != kNever) continue;
    life.due_ms = judge_.now_ms + life.random.uniform(0, 0.1);
  }
}

double Workers::next_ms() const {
  double next = kNever;
  for (const Life& life : lives_) next = std::min({next, life.due_ms, life.death_ms, life.echo_ms});
  return next;
}

void Workers::advance() {
  for (Life& life : lives_) {
    if (life.echo_ms <= judge_.now_ms) {
      life.echo_ms = kNever;
      note_death(*life.seat, life.name);
    }
    if (life.death_ms <= judge_.now_ms) {
      die(life);
      continue;
    }
    if (life.due_ms > judge_.now_ms) continue;
    life.due_ms = kNever;
    switch (life.state) {
      case State::kBooting:
        sign_of_life(life);
        if (answer(*life.seat)) {
          life.state = State::kLooking;
          life.due_ms = judge_.now_ms;
        } else {
          leave(*life.seat);
          life.state = State::kGone;
        }
        break;
      case State::kParked:
        life.seat->progress.fetch_add(1);
        sign_of_life(life);
        look(life);
        break;
      case State::kLooking:
        look(life);
        break;
      case State::kInUnit:
        end(life);
        break;
      case State::kLettingGo:
        let_go(*life.seat);
        look_on(life);
        break;
      case State::kStopped:
      case State::kGone:
        break;
    }
    if (!judge_.ok()) return;
  }
}

// One turn of the loop of serve().
void Workers::look(Life& life) {
  if (life.seat->leave.load()) {
    leave(*life.seat);
    life.state = State::kGone;
    return;
  }
  if (fires(setup_.faults.stops, life.random)) {
    life.state = State::kStopped;
    return;
  }
  life.seen = board_->work_sequence().load();
  if (begin(*life.seat)) {
    life.state = State::kInUnit;
    life.work = board_->berth(life.seat->claim.berth).work;
    sign_of_life(life);
    draw_fate(life);
  } else {
    life.state = State::kParked;
  }
}

bool Workers::begin(WorkerSeat& seat) {
  uint64_t best = kNoRank;
  uint64_t second = kNoRank;
  std::array<bool, kBerths> overdue{};
  for (int i = 0; i < kBerths; ++i) {
    const uint64_t rank = board_->rank(i);
    if (!board_->runnable(i) || rank >= seat.rank_limit.load()) continue;
    if (now_ns() >= board_->berth(i).deadline_ns.load()) continue;  // it is stopped instead [R26]
    second = std::min(second, std::max(best, rank));
    best = std::min(best, rank);
    const double bound_ms = kAgeingBoundMs[static_cast<size_t>(lane_of(rank))];
    const double waiting_ms =
        judge_.now_ms - static_cast<double>(board_->berth(i).waiting_since_ns.load()) * 1e-6;
    overdue[static_cast<size_t>(i)] = waiting_ms > bound_ms - 0.001;
  }
  const bool began = begin_unit(seat, now_ns());
  judge_.expect(began || best == kNoRank, "L-9: a free worker leaves a unit on offer alone");
  if (!began) return false;
  const Claim& claim = seat.claim;
  judge_.expect(board_->state(claim.berth) == FlightState::kRunning,
                "R18: a unit starts of a flight that was withdrawn or has ended");
  ++since_turn_;
  const uint64_t rank = board_->rank(claim.berth);
  const bool aside = seat.aside.load() && lane_of(best) == Lane::kInteractive &&
                     second != kNoRank && equal_but_age(best, second);
  judge_.expect(!aside || rank != best, "R40: a flight takes all workers while another one waits");
  if (rank > best && !(aside && rank == second)) {
    judge_.expect(overdue[static_cast<size_t>(claim.berth)],
                  "I-14: a unit starts while a better one waits");
    judge_.expect(since_turn_ >= kQuotaClaims, "R33: overdue work has more than its tenth");
    since_turn_ = 0;
  }
  const bool background = lane_of(rank) == Lane::kBackground;
  for (Life& other : lives_) {
    if (other.seat == &seat) other.background = background;
    if (!other.holds() || other.seat == &seat) continue;
    // A quarter of the workers, and there are fewer than eight.
    judge_.expect(!background || !other.background || other.seat->state.load() != SeatState::kReady,
                  "R34: two workers are at background work");
    const Claim& held = other.seat->claim;
    judge_.expect(held.berth != claim.berth || held.epoch != claim.epoch ||
                      held.pass != claim.pass || held.unit != claim.unit,
                  "I-8: two workers hold the same unit");
  }
  return true;
}

void Workers::draw_fate(Life& life) {
  const Faults& faults = setup_.faults;
  Random& random = life.random;
  life.trap = fires(faults.traps, random);
  life.written = random.chance(0.5);
  const double shortest_ms = setup_.drag ? 0.7 * setup_.unit_ms : 0.05;
  double length_ms = random.uniform(shortest_ms, setup_.unit_ms) * life.speed;
  if (fires(faults.hangs_a_while, random)) length_ms = random.uniform(1500, 6000);
  if (fires(faults.hangs_forever, random) || fires(faults.dies, random)) length_ms = kNever;
  if (length_ms >= 1500) ++silences_;
  life.due_ms = judge_.now_ms + length_ms;
  if (life.written && !life.trap) run_held_unit(*life.seat);
}

void Workers::end(Life& life) {
  sign_of_life(life);
  if (life.trap) {
    ++traps_;
    if (recover(*life.seat)) {
      look_on(life);
    } else {
      life.state = State::kGone;
    }
    return;
  }
  // Late writes into memory that was given away show in somebody's bytes.
  if (!life.written) run_held_unit(*life.seat);
  complete(*life.seat);
  life.state = State::kLettingGo;
  const bool at_once = life.random.chance(0.8);
  life.due_ms = judge_.now_ms + (at_once ? 0 : life.random.uniform(0, 2));
  if (!fires(setup_.faults.stops, life.random)) return;
  life.due_ms = kNever;
  ++silences_;
}

void Workers::look_on(Life& life) {
  life.state = State::kLooking;
  life.due_ms = judge_.now_ms;
}

void Workers::complete(WorkerSeat& seat) {
  const Claim claim = seat.claim;
  const Berth& berth = board_->berth(claim.berth);
  const uint64_t word = berth.claim.load();
  const bool withdrawn = static_cast<uint32_t>(word >> 32) != claim.epoch;
  const FlightState state = berth.state.load();
  const uint32_t done = berth.done.load();
  complete_unit(seat, now_ns());
  judge_.expect(!withdrawn || (word == berth.claim.load() && state == berth.state.load() &&
                               done == berth.done.load()),
                "I-12: the late end of a withdrawn unit changes its berth");
}

bool Workers::run_on_host(WorkerSeat& seat) {
  if (!begin(seat)) return false;
  const bool trap = fires(setup_.faults.traps, random_);
  if (!trap) run_held_unit(seat);
  judge_.now_ms += random_.uniform(0.05, setup_.unit_ms);
  if (trap) {
    ++traps_;
    recover(seat);
  } else {
    complete(seat);
    let_go(seat);
  }
  return true;
}

void Workers::die(Life& life) {
  life.death_ms = kNever;
  life.due_ms = kNever;
  if (life.random.chance(0.3)) life.echo_ms = judge_.now_ms + life.random.uniform(1, 30000);
  life.unburied = life.state == State::kLettingGo;
  life.state = State::kGone;
  note_death(*life.seat, life.name);
}

void Workers::check() const {
  for (const Life& life : lives_) {
    judge_.expect(life.state != State::kGone || life.seat->life != life.name ||
                      life.seat->state.load() != SeatState::kReady,
                  "L-8: a thread that has gone counts as ready");
    if (!life.holds()) continue;
    const int berth = life.seat->claim.berth;
    judge_.expect(
        life.seat->holding.load() == FlightBoard::holding_word(berth, life.seat->claim.epoch),
        "I-15: a worker in a unit does not show what it holds");
    judge_.expect(
        board_->state(berth) != FlightState::kVacant && board_->berth(berth).work == life.work,
        "I-11: a berth is given away while a worker may still touch it");
  }
}

uint64_t Workers::letting_go() const {
  return static_cast<uint64_t>(std::count_if(lives_.begin(), lives_.end(), [](const Life& life) {
    return life.state == State::kLettingGo || life.unburied;
  }));
}

bool Workers::stuck_at(int berth) const {
  return std::any_of(lives_.begin(), lives_.end(), [berth](const Life& life) {
    return life.holds() && life.due_ms == kNever && life.seat->claim.berth == berth;
  });
}

bool Workers::any_waiting() const {
  return std::any_of(lives_.begin(), lives_.end(),
                     [](const Life& life) { return life.state == State::kParked; });
}

bool Workers::any_busy() const {
  return std::any_of(lives_.begin(), lives_.end(), [](const Life& life) {
    return life.state != State::kParked && life.state != State::kGone;
  });
}

}  // namespace stopbath::simulator
