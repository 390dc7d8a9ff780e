// Views of RGBA pixels that somebody else owns: 8 bits per channel, straight alpha, rows `stride`
// bytes apart.
#ifndef STOPBATH_BASE_IMAGE_VIEW_H_
#define STOPBATH_BASE_IMAGE_VIEW_H_

#include <cstddef>
#include <cstdint>

namespace stopbath {

inline constexpr int kBytesPerPixel = 4;

template <class Byte>
struct BasicImageView {
  Byte* data = nullptr;
  int width = 0;
  int height = 0;
  ptrdiff_t stride = 0;  // bytes from one row to the next, at least width * kBytesPerPixel

  Byte* row(int y) const { return data + y * stride; }
};

using ImageView = BasicImageView<uint8_t>;
using ConstImageView = BasicImageView<const uint8_t>;

inline ConstImageView as_const(const ImageView& v) { return {v.data, v.width, v.height, v.stride}; }

}  // namespace stopbath

#endif  // STOPBATH_BASE_IMAGE_VIEW_H_
