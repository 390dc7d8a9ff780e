// A reference that returns itself: keeps pixels as they were, for work that has not started.
//
// It is no lease: who waits holds no right to read or write [I-16]. A write meanwhile goes to a
// copy, since the buffer is not exclusive any more. Lives on the hosting thread, like the
// controller.
#ifndef STOPBATH_BUFFERS_BUFFER_REFERENCE_H_
#define STOPBATH_BUFFERS_BUFFER_REFERENCE_H_

#include <utility>

#include "buffers/shared_buffer_controller.h"

namespace stopbath {

class BufferReference {
 public:
  BufferReference() = default;
  // Empty when the controller refuses it.
  BufferReference(SharedBufferController& pool, BufferHandle buffer)
      : pool_(pool.retain(buffer) ? &pool : nullptr), buffer_(buffer) {}
  BufferReference(BufferReference&& other) noexcept { *this = std::move(other); }
  BufferReference& operator=(BufferReference&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~BufferReference() {
    if (pool_ != nullptr) pool_->release(buffer_);
  }

  BufferHandle buffer() const { return buffer_; }

 private:
  SharedBufferController* pool_ = nullptr;
  BufferHandle buffer_;
};

}  // namespace stopbath

#endif  // STOPBATH_BUFFERS_BUFFER_REFERENCE_H_
