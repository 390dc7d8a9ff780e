// The images of a page: identity, size, revision, the pixels' buffer and the reduced levels made
// from it.
//
// Pixels that somebody reads are never changed in place: a write while readers exist goes to a
// copy, and readers keep what they were given [R2]. Hosting thread only.
#ifndef STOPBATH_PIPELINE_IMAGE_STORE_H_
#define STOPBATH_PIPELINE_IMAGE_STORE_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/image_view.h"
#include "base/status.h"
#include "buffers/buffer_lease.h"
#include "buffers/stranger_leases.h"
#include "pipeline/plan.h"
#include "pipeline/prefix_store.h"

namespace stopbath {

using ImageId = uint32_t;  // 0: none

struct ImageRecord {
  ImageId id = 0;
  int width = 0;
  int height = 0;
  ColorSpace space = ColorSpace::kSrgb;
  uint32_t revision = 1;
  bool sealed = false;
  BufferHandle pixels;
  std::array<BufferHandle, kMaxReduce + 1> levels{};  // by reduce; index 0 is unused
};

class ImageStore {
 public:
  explicit ImageStore(SharedBufferController& pool)
      : pool_(pool), strangers_(pool), prefixes_(pool) {}

  static size_t bytes(int width, int height) {
    return size_t(width) * size_t(height) * kBytesPerPixel;
  }

  // A new unsealed image with undefined pixels. kInvalidParams for a size outside 1..kMaxSide,
  // kOutOfMemory.
  Result<ImageId> create(int width, int height, ColorSpace space = ColorSpace::kSrgb);
  // An unsealed image under an id of its own choice, for the images of a memory that was given up;
  // the id must be free and later ones are larger. Codes as with create().
  Result<ImageId> restore(ImageId id, int width, int height, uint32_t revision,
                          ColorSpace space = ColorSpace::kSrgb);
  // Later ids are larger than this one.
  void start_after(ImageId id) { last_ = std::max(last_, id); }
  // A sealed image that takes over the caller's reference to `pixels`.
  ImageId adopt(int width, int height, ColorSpace space, BufferHandle pixels);
  ImageRecord* find(ImageId image);
  // Holds the present pixels of an image for a read that spans turns, whatever is written or closed
  // meanwhile; the token that ends it, 0 when there is no such image.
  uint32_t begin_read(ImageId image);
  void end_read(uint32_t token);
  // Lends the present pixels to a worker of the page's own. What nobody has attached when the image
  // is closed is taken back then. kClosed, kQueueFull.
  Result<uint32_t> offer(ImageId image);
  StrangerLeases& strangers() { return strangers_; }
  PrefixStore& prefixes() { return prefixes_; }
  const PrefixStore& prefixes() const { return prefixes_; }
  size_t lent() const { return static_cast<size_t>(strangers_.out()); }
  bool close(ImageId image);
  void close_all();

  // Address to write to, with the present pixels in place; nullptr when there is no room for a
  // copy.
  uint8_t* begin_write(ImageRecord& image);
  // Raises the revision and drops what was derived from the older one.
  uint32_t end_write(ImageRecord& image);
  void set_level(ImageRecord& image, int reduce, BufferHandle pixels);
  void drop_levels(ImageRecord& image);
  // Drops the levels of all images, for memory; true when there were some.
  bool drop_all_levels();

  // Called when there is no room for an image even without the levels; true when there may be some
  // now.
  void on_shortage(std::function<bool()> make_room) { make_room_ = std::move(make_room); }

  size_t count() const { return images_.size(); }

 private:
  Result<BufferHandle> acquire(size_t bytes);

  SharedBufferController& pool_;
  StrangerLeases strangers_;
  PrefixStore prefixes_;
  ImageId last_ = 0;
  std::map<ImageId, ImageRecord> images_;
  std::function<bool()> make_room_;
  uint32_t last_read_ = 0;
  std::map<uint32_t, BufferLease> reads_;  // by token
};

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_IMAGE_STORE_H_
