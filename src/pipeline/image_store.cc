// Sizes are checked here once, in 64 bits, before anything is allocated.
#include "pipeline/image_store.h"

#include <cstring>
#include <string>

#include "base/mutation.h"

namespace stopbath {

Result<ImageId> ImageStore::create(int width, int height, ColorSpace space) {
  for (const auto& [name, side] : {std::pair{"width", width}, std::pair{"height", height}}) {
    if (side < 1 || side > kMaxSide) {
      return Status(Code::kInvalidParams,
                    std::string("Expected `") + name + "` to be an integer from 1 to " +
                        std::to_string(kMaxSide) + ", got " + std::to_string(side));
    }
  }
  const auto needed = uint64_t(width) * uint64_t(height) * kBytesPerPixel;
  if (needed > uint64_t{1} << 31) {
    return Status(Code::kOutOfMemory, "Expected an image of at most 2048 MiB, got " +
                                          std::to_string(width) + " x " + std::to_string(height) +
                                          " pixels (" + std::to_string(needed >> 20) + " MiB)");
  }
  Result<BufferHandle> pixels = acquire(static_cast<size_t>(needed));
  if (!pixels.ok()) return pixels.status();
  const ImageId id = adopt(width, height, space, pixels.value());
  images_.at(id).sealed = false;
  return id;
}

Result<BufferHandle> ImageStore::acquire(size_t bytes) {
  Result<BufferHandle> buffer = pool_.acquire(bytes);
  if (!buffer.ok() && prefixes_.drop_all()) buffer = pool_.acquire(bytes);
  if (!buffer.ok() && drop_all_levels()) buffer = pool_.acquire(bytes);
  if (!buffer.ok() && make_room_ && make_room_()) buffer = pool_.acquire(bytes);
  return buffer;
}

Result<ImageId> ImageStore::restore(ImageId id, int width, int height, uint32_t revision,
                                    ColorSpace space) {
  if (id == 0 || find(id) != nullptr)
    return Status(Code::kInvalidParams, "Expected a free image id, got " + std::to_string(id));
  const Result<ImageId> made = create(width, height, space);
  if (!made.ok()) return made.status();
  auto node = images_.extract(made.value());
  last_ = std::max(made.value() - 1, id);
  node.key() = id;
  node.mapped().revision = revision;
  node.mapped().id = id;
  images_.insert(std::move(node));
  return id;
}

ImageId ImageStore::adopt(int width, int height, ColorSpace space, BufferHandle pixels) {
  const ImageId id = ++last_;
  ImageRecord& image = images_[id];
  image.id = id;
  image.width = width;
  image.height = height;
  image.space = space;
  image.pixels = pixels;
  image.sealed = true;
  return id;
}

ImageRecord* ImageStore::find(ImageId image) {
  const auto it = images_.find(image);
  return it != images_.end() ? &it->second : nullptr;
}

bool ImageStore::close(ImageId id) {
  const auto it = images_.find(id);
  if (it == images_.end()) return false;
  drop_levels(it->second);
  prefixes_.drop_image(id);
  strangers_.withdraw(id);
  pool_.release(it->second.pixels);
  images_.erase(it);
  return true;
}

uint32_t ImageStore::begin_read(ImageId id) {
  const ImageRecord* image = find(id);
  if (image == nullptr) return 0;
  reads_.emplace(++last_read_, BufferLease(pool_, image->pixels, LeaseMode::kRead));
  return last_read_;
}

void ImageStore::end_read(uint32_t token) { reads_.erase(token); }

Result<uint32_t> ImageStore::offer(ImageId id) {
  const ImageRecord* image = find(id);
  if (image == nullptr || !image->sealed) {
    return Status(Code::kClosed, "Expected an open image, got a closed one");
  }
  const uint32_t ticket = strangers_.offer(image->pixels, id);
  if (ticket != 0) return ticket;
  return Status(Code::kQueueFull, "Expected at most " + std::to_string(StrangerLeases::kWords) +
                                      " descriptors at a time, got one more");
}

void ImageStore::close_all() {
  reads_.clear();
  strangers_.reclaim_all();
  while (!images_.empty()) close(images_.begin()->first);
}

uint8_t* ImageStore::begin_write(ImageRecord& image) {
  if (!pool_.exclusive(image.pixels) && !STOPBATH_BROKEN(2)) {
    const size_t size = bytes(image.width, image.height);
    Result<BufferHandle> copy = acquire(size);
    if (!copy.ok()) return nullptr;
    std::memcpy(pool_.data(copy.value()), pool_.data(image.pixels), size);
    pool_.release(image.pixels);
    image.pixels = copy.value();
  }
  return pool_.data(image.pixels);
}

uint32_t ImageStore::end_write(ImageRecord& image) {
  drop_levels(image);
  prefixes_.drop_image(image.id);
  return ++image.revision;
}

void ImageStore::set_level(ImageRecord& image, int reduce, BufferHandle pixels) {
  if (image.levels[reduce]) pool_.release(image.levels[reduce]);
  image.levels[reduce] = pixels;
}

void ImageStore::drop_levels(ImageRecord& image) {
  for (BufferHandle& level : image.levels) {
    if (level) pool_.release(level);
    level = {};
  }
}

bool ImageStore::drop_all_levels() {
  bool dropped = false;
  for (auto& [id, image] : images_) {
    for (const BufferHandle& level : image.levels) dropped |= bool(level);
    drop_levels(image);
  }
  return dropped;
}

}  // namespace stopbath
