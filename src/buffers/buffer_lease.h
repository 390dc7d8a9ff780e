// A lease that returns itself: whoever drops it, on whichever path, gives the right back.
//
// Lives on the hosting thread, like the controller; must not outlive it.
#ifndef STOPBATH_BUFFERS_BUFFER_LEASE_H_
#define STOPBATH_BUFFERS_BUFFER_LEASE_H_

#include <utility>

#include "buffers/shared_buffer_controller.h"

namespace stopbath {

class BufferLease {
 public:
  BufferLease() = default;
  // Check ok(): the lease is empty when the controller refuses it.
  BufferLease(SharedBufferController& pool, BufferHandle buffer, LeaseMode mode)
      : pool_(pool.lease(buffer, mode) ? &pool : nullptr), buffer_(buffer), mode_(mode) {}
  BufferLease(BufferLease&& other) noexcept { *this = std::move(other); }
  BufferLease& operator=(BufferLease&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(buffer_, other.buffer_);
    std::swap(mode_, other.mode_);
    return *this;
  }
  ~BufferLease() {
    if (pool_ != nullptr) pool_->return_lease(buffer_, mode_);
  }

  bool ok() const { return pool_ != nullptr; }
  BufferHandle buffer() const { return buffer_; }
  uint8_t* data() const { return pool_ != nullptr ? pool_->data(buffer_) : nullptr; }

 private:
  SharedBufferController* pool_ = nullptr;
  BufferHandle buffer_;
  LeaseMode mode_ = LeaseMode::kRead;
};

}  // namespace stopbath

#endif  // STOPBATH_BUFFERS_BUFFER_LEASE_H_
