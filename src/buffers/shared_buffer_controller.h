// The pixel-buffer pool: size-classed blocks of the (shared) heap behind generation-tagged handles.
//
// Only the hosting thread allocates, retains and releases; workers see plain addresses for as long
// as the host holds a lease for them. A block that comes back waits in the free list of its class,
// since a recycled block is several times cheaper to fill than a fresh one. What a worker may still
// write is never free [I-11]: the caller releases its lease only when the worker has let go.
#ifndef STOPBATH_BUFFERS_SHARED_BUFFER_CONTROLLER_H_
#define STOPBATH_BUFFERS_SHARED_BUFFER_CONTROLLER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"
#include "buffers/block_source.h"

namespace stopbath {

// Names one use of a block. A handle of an earlier use is recognised by its generation and refused
// [I-10].
struct BufferHandle {
  uint32_t index = 0;
  uint32_t generation = 0;  // 0: no buffer

  explicit operator bool() const { return generation != 0; }
  friend bool operator==(const BufferHandle&, const BufferHandle&) = default;
};

enum class LeaseMode : uint8_t { kRead, kWrite };

// For whom a buffer is: interactive work has a part of the budget to itself [R43].
enum class Share : uint8_t { kCommon, kInteractive };

struct BufferStats {
  size_t in_use = 0;             // buffers with a reference or a lease
  size_t bytes_in_use = 0;       // of their blocks
  size_t bytes_reserved = 0;     // all blocks, free ones included
  size_t bytes_interactive = 0;  // in use, of the interactive share
  size_t bytes_kept = 0;         // of the budget, for the interactive share alone
  size_t high_water_bytes = 0;
  size_t leases_held = 0;
  uint64_t leases_granted = 0;
  uint64_t leases_returned = 0;
  uint64_t acquired = 0;
  uint64_t recycled = 0;  // acquisitions served from a free list
  uint64_t refused = 0;   // acquisitions that found no memory
};

// Bytes of the class that serves `bytes`: four classes per power of two from 64 KiB, so at most a
// quarter is unused.
size_t size_class_bytes(size_t bytes);

class SharedBufferController {
 public:
  // `budget_bytes` is the hard cap on blocks in all states [R44].
  explicit SharedBufferController(size_t budget_bytes, BlockSource& blocks = heap_blocks())
      : budget_bytes_(budget_bytes), source_(blocks) {}
  ~SharedBufferController();
  SharedBufferController(const SharedBufferController&) = delete;
  SharedBufferController& operator=(const SharedBufferController&) = delete;

  // A buffer of at least `bytes`, 64-byte aligned, contents undefined, with one reference.
  // kOutOfMemory when the budget, the share or the heap has no room even after the free blocks were
  // given back.
  Result<BufferHandle> acquire(size_t bytes, Share share = Share::kCommon);
  // From now on the common share leaves so many bytes of the budget alone. What it holds already it
  // keeps.
  void reserve_for_interactive(size_t bytes) { stats_.bytes_kept = bytes; }
  // False for a handle that is not live.
  bool retain(BufferHandle buffer);
  bool release(BufferHandle buffer);

  // One writer xor many readers [I-8]. A lease keeps the block even when every reference is gone.
  bool lease(BufferHandle buffer, LeaseMode mode);
  void return_lease(BufferHandle buffer, LeaseMode mode);
  // Nobody else holds a reference or a lease: the contents may be changed in place.
  bool exclusive(BufferHandle buffer) const;

  // The block's address; nullptr for a handle that is not live.
  uint8_t* data(BufferHandle buffer) const;
  bool live(BufferHandle buffer) const;

  // Gives free blocks back to the heap until at most `keep_bytes` of them are left; the bytes given
  // back.
  size_t trim(size_t keep_bytes);
  const BufferStats& stats() const { return stats_; }
  size_t budget() const { return budget_bytes_; }
  // For the end of a sentence about missing room.
  std::string kept_text() const;

 private:
  struct Block {
    uint8_t* bytes = nullptr;  // nullptr: the entry waits for a block
    size_t size = 0;
    uint32_t generation = 0;  // odd while in use, even while free
    uint32_t references = 0;
    uint32_t readers = 0;
    bool writer = false;
    Share share = Share::kCommon;
  };

  const Block* find(BufferHandle buffer) const;
  Block* find(BufferHandle buffer) {
    return const_cast<Block*>(static_cast<const SharedBufferController*>(this)->find(buffer));
  }
  bool fits(size_t size, Share share) const;
  Block* take_free(size_t size);
  Block* allocate(size_t size);
  void recycle_if_idle(Block& block);
  void give_back(Block& block);

  size_t budget_bytes_;
  BlockSource& source_;
  std::vector<Block> blocks_;
  BufferStats stats_;
};

}  // namespace stopbath

#endif  // STOPBATH_BUFFERS_SHARED_BUFFER_CONTROLLER_H_
