// Where the pool's blocks come from: the heap, or what a test puts in its place.
#ifndef STOPBATH_BUFFERS_BLOCK_SOURCE_H_
#define STOPBATH_BUFFERS_BLOCK_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace stopbath {

class BlockSource {
 public:
  virtual ~BlockSource() = default;
  // 64-byte aligned, a multiple of 64 bytes; nullptr when there is no room. Never aborts [R62].
  virtual uint8_t* take(size_t bytes) {
    return static_cast<uint8_t*>(std::aligned_alloc(64, bytes));
  }
  virtual void give(uint8_t* block) { std::free(block); }
};

inline BlockSource& heap_blocks() {
  static BlockSource heap;
  return heap;
}

}  // namespace stopbath

#endif  // STOPBATH_BUFFERS_BLOCK_SOURCE_H_
