// FNV-1a, 64 bits (Fowler, Noll, Vo): a hash of bytes that is the same on every build.
//
// Used to find an equal content key quickly; equality itself is always decided by comparing the
// bytes.
#ifndef STOPBATH_BASE_HASH_H_
#define STOPBATH_BASE_HASH_H_

#include <cstddef>
#include <cstdint>

namespace stopbath {

inline constexpr uint64_t kHashSeed = 0xcbf29ce484222325u;

inline uint64_t hash_bytes(const void* data, size_t size, uint64_t seed = kHashSeed) {
  const auto* bytes = static_cast<const uint8_t*>(data);
  for (size_t i = 0; i < size; ++i) seed = (seed ^ bytes[i]) * 0x100000001b3u;
  return seed;
}

}  // namespace stopbath

#endif  // STOPBATH_BASE_HASH_H_
