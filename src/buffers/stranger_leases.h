// Read leases for strangers: workers of the page's own that view pixels in the shared heap.
//
// A stranger takes no part in the pool. It gets an address and a word of shared memory. The host
// offers: it takes the lease and writes a ticket into the word. The stranger attaches by one
// compare-and-set of the word, which fails when the ticket is an old one, and releases by another;
// the host ends the lease when it sees that. One ticket is for one stranger. The other side is
// web/src/attach-image.ts.
//
// Hosting thread only, but for the words.
#ifndef STOPBATH_BUFFERS_STRANGER_LEASES_H_
#define STOPBATH_BUFFERS_STRANGER_LEASES_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "buffers/buffer_lease.h"

namespace stopbath {

class StrangerLeases {
 public:
  static constexpr uint32_t kWords = 256;  // tickets that may be out at one time

  // A word is ticket:30 | state:2; a ticket is use:22 | word's index:8, so none is used again soon.
  enum class State : uint32_t { kFree = 0, kOffered = 1, kAttached = 2, kReleased = 3 };
  static constexpr uint32_t word_of(uint32_t ticket, State state) {
    return ticket << 2 | static_cast<uint32_t>(state);
  }

  explicit StrangerLeases(SharedBufferController& pool) : pool_(pool) {}

  // A ticket for the buffer of `owner`; 0 when all are out or the buffer is being written.
  uint32_t offer(BufferHandle buffer, uint32_t owner);
  std::atomic<uint32_t>& word(uint32_t ticket) { return lent_[ticket % kWords].word; }
  // Ends the leases that were given back; how many.
  int collect();
  // Takes back what nobody has attached yet.
  void withdraw(uint32_t owner);
  // Takes back a ticket by force, attached or not: its stranger is known to be gone. False for an
  // old ticket.
  bool reclaim(uint32_t ticket);
  // All tickets of the owner, or everybody's; how many there were.
  int reclaim_owner(uint32_t owner);
  void reclaim_all();
  int out() const { return out_; }

 private:
  struct Lent {
    std::atomic<uint32_t> word{0};
    uint32_t uses = 0;
    uint32_t owner = 0;
    BufferLease lease;  // held while the ticket is out
  };

  State state(const Lent& lent) const {
    return static_cast<State>(lent.word.load(std::memory_order_acquire) & 3);
  }
  void end(Lent& lent);

  SharedBufferController& pool_;
  std::array<Lent, kWords> lent_;
  int out_ = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_BUFFERS_STRANGER_LEASES_H_
