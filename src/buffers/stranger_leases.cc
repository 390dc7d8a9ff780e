// The host's side of the words; the stranger's are two compare-and-sets.
#include "buffers/stranger_leases.h"

#include "base/mutation.h"

namespace stopbath {

uint32_t StrangerLeases::offer(BufferHandle buffer, uint32_t owner) {
  for (uint32_t index = 0; index < kWords; ++index) {
    Lent& lent = lent_[index];
    if (lent.lease.ok()) continue;
    BufferLease lease(pool_, buffer, LeaseMode::kRead);
    if (!lease.ok()) return 0;
    lent.lease = std::move(lease);
    lent.owner = owner;
    lent.uses = (lent.uses + 1) % (1u << 22);
    if (lent.uses == 0) lent.uses = 1;  // no ticket is 0
    const uint32_t ticket = lent.uses * kWords + index;
    lent.word.store(word_of(ticket, State::kOffered), std::memory_order_release);
    ++out_;
    return ticket;
  }
  return 0;
}

void StrangerLeases::end(Lent& lent) {
  // From here on the ticket is an old one: whoever holds it cannot attach.
  if (!STOPBATH_BROKEN(144)) lent.word.store(0, std::memory_order_seq_cst);
  lent.lease = {};
  --out_;
}

int StrangerLeases::collect() {
  if (out_ == 0) return 0;
  int ended = 0;
  for (Lent& lent : lent_) {
    if (!lent.lease.ok() || state(lent) != State::kReleased) continue;
    end(lent);
    ++ended;
  }
  return ended;
}

void StrangerLeases::withdraw(uint32_t owner) {
  if (out_ == 0) return;
  for (Lent& lent : lent_) {
    if (!lent.lease.ok() || lent.owner != owner) continue;
    uint32_t word = lent.word.load(std::memory_order_acquire);
    if (static_cast<State>(word & 3) != State::kOffered) continue;
    // Either this or the stranger's compare-and-set comes first.
    if (lent.word.compare_exchange_strong(word, 0, std::memory_order_seq_cst)) end(lent);
  }
}

bool StrangerLeases::reclaim(uint32_t ticket) {
  Lent& lent = lent_[ticket % kWords];
  const bool live = lent.lease.ok() && (lent.word.load(std::memory_order_acquire) >> 2) == ticket;
  if (live) end(lent);
  return live;
}

int StrangerLeases::reclaim_owner(uint32_t owner) {
  int ended = 0;
  for (Lent& lent : lent_) {
    if (!lent.lease.ok() || lent.owner != owner) continue;
    end(lent);
    ++ended;
  }
  return ended;
}

void StrangerLeases::reclaim_all() {
  for (Lent& lent : lent_) {
    if (lent.lease.ok()) end(lent);
  }
}

}  // namespace stopbath
