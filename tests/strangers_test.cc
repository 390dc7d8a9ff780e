// Leases of workers that are none of the pool's: tickets, their words, and how each of them ends.
#include "buffers/stranger_leases.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <vector>

#include "manual_world.h"

using namespace stopbath;

namespace {

using State = StrangerLeases::State;

// What attachImage() and release() do to the word.
bool swap(StrangerLeases& leases, uint32_t ticket, State from, State to) {
  uint32_t word = StrangerLeases::word_of(ticket, from);
  return leases.word(ticket).compare_exchange_strong(word, StrangerLeases::word_of(ticket, to));
}
bool attach(StrangerLeases& leases, uint32_t ticket) {
  return swap(leases, ticket, State::kOffered, State::kAttached);
}
bool release(StrangerLeases& leases, uint32_t ticket) {
  return swap(leases, ticket, State::kAttached, State::kReleased);
}

struct Bench {
  SharedBufferController pool{size_t{1} << 20};
  StrangerLeases leases{pool};
  BufferHandle buffer = pool.acquire(1000).value();
};

}  // namespace

TEST_CASE("strangers: a ticket attaches once, and its release ends the lease [I-8][I-10][R144]") {
  Bench b;
  const uint32_t ticket = b.leases.offer(b.buffer, 1);
  REQUIRE(ticket != 0);
  CHECK_FALSE(b.pool.lease(b.buffer, LeaseMode::kWrite));
  CHECK(attach(b.leases, ticket));
  CHECK_FALSE(attach(b.leases, ticket));
  CHECK(b.leases.collect() == 0);
  CHECK(release(b.leases, ticket));
  CHECK_FALSE(release(b.leases, ticket));
  CHECK(b.leases.collect() == 1);
  CHECK(b.leases.out() == 0);
  CHECK_FALSE(attach(b.leases, ticket));
  CHECK_FALSE(b.leases.reclaim(ticket));
  CHECK(b.pool.lease(b.buffer, LeaseMode::kWrite));
  CHECK(b.leases.offer(b.buffer, 1) == 0);  // it is being written
}

TEST_CASE("strangers: a word that is used again has a ticket of its own [I-10][R144]") {
  Bench b;
  std::set<uint32_t> seen;
  for (int i = 0; i < 2000; ++i) {
    const uint32_t ticket = b.leases.offer(b.buffer, 1);
    REQUIRE(seen.insert(ticket).second);
    REQUIRE(attach(b.leases, ticket));
    REQUIRE(release(b.leases, ticket));
    REQUIRE(b.leases.collect() == 1);
  }
  for (uint32_t old : seen) REQUIRE_FALSE(attach(b.leases, old));
}

TEST_CASE("strangers: the pixels live on for a stranger when their image is closed [I-11][R63]") {
  Bench b;
  const uint32_t ticket = b.leases.offer(b.buffer, 1);
  const uint32_t idle = b.leases.offer(b.buffer, 1);
  REQUIRE(attach(b.leases, ticket));
  b.pool.release(b.buffer);
  b.leases.withdraw(1);  // what was not attached is taken back, what was is not
  CHECK_FALSE(attach(b.leases, idle));
  CHECK(b.pool.live(b.buffer));
  REQUIRE(release(b.leases, ticket));
  b.leases.collect();
  CHECK_FALSE(b.pool.live(b.buffer));
  CHECK(b.pool.stats().leases_held == 0);
}

TEST_CASE("strangers: one that is gone gives back through whoever notices [R63][R144]") {
  Bench b;
  const uint32_t dead = b.leases.offer(b.buffer, 1);
  const uint32_t other = b.leases.offer(b.buffer, 2);
  REQUIRE(attach(b.leases, dead));
  CHECK(b.leases.reclaim(dead));
  CHECK_FALSE(b.leases.reclaim(dead));
  CHECK_FALSE(release(b.leases, dead));  // what it does late changes nothing
  REQUIRE(attach(b.leases, other));
  CHECK(b.leases.reclaim_owner(1) == 0);
  CHECK(b.leases.reclaim_owner(2) == 1);
  CHECK(b.pool.stats().leases_held == 0);
}

TEST_CASE("strangers: as many as there are words may be out, not one more [R42]") {
  Bench b;
  std::vector<uint32_t> tickets;
  for (uint32_t i = 0; i < StrangerLeases::kWords; ++i) {
    tickets.push_back(b.leases.offer(b.buffer, 1));
    REQUIRE(tickets.back() != 0);
  }
  CHECK(b.leases.offer(b.buffer, 1) == 0);
  REQUIRE(attach(b.leases, tickets[7]));
  REQUIRE(release(b.leases, tickets[7]));
  b.leases.collect();
  CHECK(b.leases.offer(b.buffer, 1) != 0);
}

TEST_CASE("strangers: a write goes to a copy, a stranger keeps what was lent [R2][I-8]") {
  ManualWorld w(1);
  ImageStore& images = w.pipeline.images();
  const uint32_t ticket = images.offer(w.photo).value();
  ImageRecord& photo = *images.find(w.photo);
  const BufferHandle lent = photo.pixels;
  REQUIRE(attach(images.strangers(), ticket));
  REQUIRE(images.begin_write(photo) != nullptr);
  images.end_write(photo);
  CHECK(photo.pixels != lent);
  CHECK(w.pipeline.buffers().live(lent));
  REQUIRE(release(images.strangers(), ticket));
  w.step();
  CHECK_FALSE(w.pipeline.buffers().live(lent));
  CHECK(images.offer(999).status().code() == Code::kClosed);
}

TEST_CASE("strangers: shutting down takes everything back [R68][I-19]") {
  ManualWorld w(1);
  const uint32_t ticket = w.pipeline.images().offer(w.photo).value();
  REQUIRE(attach(w.pipeline.images().strangers(), ticket));
  w.pipeline.shut_down();
  CHECK(w.pipeline.stats().lent == 0);
  CHECK(w.pipeline.stats().buffers.leases_held == 0);
  CHECK_FALSE(release(w.pipeline.images().strangers(), ticket));
}
