// What bytes come out: the canonical description of a result, with a hash to find it quickly [R1,
// R2].
//
// Two requests with equal keys may share one execution. Equality is decided by the bytes, never by
// the hash alone. The empty key stands for no key: its request shares with nobody.
#ifndef STOPBATH_TASKS_CONTENT_KEY_H_
#define STOPBATH_TASKS_CONTENT_KEY_H_

#include <cstring>
#include <string>
#include <utility>

#include "base/hash.h"

namespace stopbath {

class ContentKey {
 public:
  ContentKey() = default;
  explicit ContentKey(std::string canonical)
      : canonical_(std::move(canonical)), hash_(hash_bytes(canonical_.data(), canonical_.size())) {}

  bool empty() const { return canonical_.empty(); }
  uint64_t hash() const { return hash_; }
  friend bool operator==(const ContentKey& a, const ContentKey& b) {
    return a.hash_ == b.hash_ && a.canonical_ == b.canonical_;
  }

 private:
  std::string canonical_;
  uint64_t hash_ = kHashSeed;
};

// Collects the canonical bytes of a key: every field has a fixed width, so no two lists of fields
// read the same.
class ContentKeyBuilder {
 public:
  template <class T>
  ContentKeyBuilder& add(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    canonical_.append(bytes, sizeof(T));
    return *this;
  }
  ContentKey build() && { return ContentKey(std::move(canonical_)); }

 private:
  std::string canonical_;
};

}  // namespace stopbath

#endif  // STOPBATH_TASKS_CONTENT_KEY_H_
