// Blocks live in one table; a block is free when its generation is even, and its class is its size.
#include "buffers/shared_buffer_controller.h"

#include <algorithm>
#include <bit>

#include "base/mutation.h"

namespace stopbath {
namespace {

constexpr size_t kSmallestClass = size_t{64} << 10;

}  // namespace

size_t size_class_bytes(size_t bytes) {
  if (bytes <= kSmallestClass) return kSmallestClass;
  const size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) / step * step;
}

SharedBufferController::~SharedBufferController() {
  for (Block& block : blocks_) {
    if (block.bytes != nullptr) source_.give(block.bytes);
  }
}

Result<BufferHandle> SharedBufferController::acquire(size_t bytes, Share share) {
  const size_t size = size_class_bytes(bytes);
  Block* block = nullptr;
  if (fits(size, share) || STOPBATH_BROKEN(44)) {
    block = take_free(size);
    if (block != nullptr) {
      ++stats_.recycled;
    } else {
      block = allocate(size);
    }
  }
  if (block == nullptr) {
    ++stats_.refused;
    return Status(Code::kOutOfMemory, "Expected room for " + std::to_string(size >> 20) +
                                          " MiB of pixels, got a pool with " +
                                          std::to_string(stats_.bytes_in_use >> 20) + " of " +
                                          std::to_string(budget_bytes_ >> 20) + " MiB in use" +
                                          (share == Share::kCommon ? kept_text() : ""));
  }
  ++block->generation;
  block->references = 1;
  block->share = share;
  if (share == Share::kInteractive) stats_.bytes_interactive += block->size;
  ++stats_.acquired;
  ++stats_.in_use;
  stats_.bytes_in_use += block->size;
  return BufferHandle{static_cast<uint32_t>(block - blocks_.data()), block->generation};
}

std::string SharedBufferController::kept_text() const {
  if (stats_.bytes_kept <= stats_.bytes_interactive) return {};
  return " and " + std::to_string((stats_.bytes_kept - stats_.bytes_interactive) >> 20) +
         " MiB kept for previews";
}

bool SharedBufferController::fits(size_t size, Share share) const {
  if (size > budget_bytes_) return false;
  const size_t room = budget_bytes_ - size;
  if (share == Share::kInteractive || STOPBATH_BROKEN(143)) return stats_.bytes_in_use <= room;
  const size_t common = stats_.bytes_in_use - stats_.bytes_interactive;
  return common + std::max(stats_.bytes_interactive, stats_.bytes_kept) <= room;
}

SharedBufferController::Block* SharedBufferController::take_free(size_t size) {
  for (Block& block : blocks_) {
    if (block.bytes != nullptr && block.size == size && block.generation % 2 == 0) return &block;
  }
  return nullptr;
}

SharedBufferController::Block* SharedBufferController::allocate(size_t size) {
  if (stats_.bytes_reserved + size > budget_bytes_ && !STOPBATH_BROKEN(44)) {
    const size_t free_bytes = stats_.bytes_reserved - stats_.bytes_in_use;
    const size_t excess = stats_.bytes_reserved + size - budget_bytes_;
    if (excess > free_bytes) return nullptr;
    trim(free_bytes - excess);
  }
  uint8_t* bytes = source_.take(size);
  if (bytes == nullptr && trim(0) > 0) bytes = source_.take(size);
  if (bytes == nullptr) return nullptr;

  Block* entry = nullptr;
  for (Block& block : blocks_) {
    if (block.bytes == nullptr) {
      entry = &block;
      break;
    }
  }
  if (entry == nullptr) entry = &blocks_.emplace_back();
  entry->bytes = bytes;
  entry->size = size;
  stats_.bytes_reserved += size;
  if (stats_.bytes_reserved > stats_.high_water_bytes) {
    stats_.high_water_bytes = stats_.bytes_reserved;
  }
  return entry;
}

const SharedBufferController::Block* SharedBufferController::find(BufferHandle buffer) const {
  if (buffer.index >= blocks_.size()) return nullptr;
  const Block& block = blocks_[buffer.index];
  return block.generation == buffer.generation && block.generation % 2 == 1 ? &block : nullptr;
}

bool SharedBufferController::retain(BufferHandle buffer) {
  Block* block = find(buffer);
  // No resurrection: a buffer that lives on for its leases alone has lost its last owner [R63].
  if (block == nullptr || (block->references == 0 && !STOPBATH_BROKEN(63))) return false;
  ++block->references;
  return true;
}

bool SharedBufferController::release(BufferHandle buffer) {
  Block* block = find(buffer);
  if (block == nullptr || block->references == 0) return false;
  --block->references;
  recycle_if_idle(*block);
  return true;
}

bool SharedBufferController::lease(BufferHandle buffer, LeaseMode mode) {
  Block* block = find(buffer);
  if (block == nullptr || block->writer) return false;
  if (mode == LeaseMode::kWrite) {
    if (block->readers > 0) return false;
    block->writer = true;
  } else {
    ++block->readers;
  }
  ++stats_.leases_granted;
  ++stats_.leases_held;
  return true;
}

void SharedBufferController::return_lease(BufferHandle buffer, LeaseMode mode) {
  Block* block = find(buffer);
  if (block == nullptr) return;
  if (mode == LeaseMode::kWrite) {
    if (!block->writer) return;
    block->writer = false;
  } else {
    if (block->readers == 0) return;
    --block->readers;
  }
  ++stats_.leases_returned;
  --stats_.leases_held;
  recycle_if_idle(*block);
}

bool SharedBufferController::exclusive(BufferHandle buffer) const {
  const Block* block = find(buffer);
  return block != nullptr && block->references == 1 && block->readers == 0 && !block->writer;
}

uint8_t* SharedBufferController::data(BufferHandle buffer) const {
  const Block* block = find(buffer);
  return block != nullptr ? block->bytes : nullptr;
}

bool SharedBufferController::live(BufferHandle buffer) const { return find(buffer) != nullptr; }

void SharedBufferController::recycle_if_idle(Block& block) {
  if (block.references > 0 || block.readers > 0 || block.writer) return;
  ++block.generation;
  if (block.share == Share::kInteractive) stats_.bytes_interactive -= block.size;
  --stats_.in_use;
  stats_.bytes_in_use -= block.size;
}

size_t SharedBufferController::trim(size_t keep_bytes) {
  size_t given_back = 0;
  for (Block& block : blocks_) {
    if (stats_.bytes_reserved - stats_.bytes_in_use <= keep_bytes) break;
    if (block.bytes == nullptr || block.generation % 2 == 1) continue;
    given_back += block.size;
    give_back(block);
  }
  return given_back;
}

void SharedBufferController::give_back(Block& block) {
  source_.give(block.bytes);
  stats_.bytes_reserved -= block.size;
  block.bytes = nullptr;
  block.size = 0;
}

}  // namespace stopbath
