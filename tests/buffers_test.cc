// The pixel-buffer pool: classes, generations, references, leases, budget.
#include "buffers/shared_buffer_controller.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdint>
#include <random>
#include <vector>

#include "buffers/buffer_lease.h"

using namespace stopbath;

namespace {
constexpr size_t kMiB = size_t{1} << 20;
}

TEST_CASE("buffers: a size class wastes at most a quarter and never shrinks a request") {
  for (size_t bytes : {size_t{1}, size_t{65536}, size_t{65537}, 3 * kMiB, 48000000 * size_t{1},
                       64 * kMiB, 64 * kMiB + 1}) {
    const size_t size = size_class_bytes(bytes);
    CAPTURE(bytes, size);
    CHECK(size >= bytes);
    CHECK(size % 64 == 0);
    if (bytes > 65536) CHECK(size <= bytes + bytes / 4);
    CHECK(size_class_bytes(size) == size);
  }
}

TEST_CASE("buffers: a released block is used again under a new generation [I-10]") {
  SharedBufferController pool(64 * kMiB);
  const BufferHandle first = pool.acquire(kMiB).value();
  uint8_t* address = pool.data(first);
  REQUIRE(address != nullptr);
  CHECK(reinterpret_cast<uintptr_t>(address) % 64 == 0);
  REQUIRE(pool.release(first));
  const BufferHandle second = pool.acquire(kMiB).value();
  CHECK(pool.data(second) == address);
  CHECK(second.generation != first.generation);
  CHECK(pool.data(first) == nullptr);
  CHECK_FALSE(pool.release(first));
  CHECK_FALSE(pool.retain(first));
  CHECK_FALSE(pool.lease(first, LeaseMode::kRead));
  CHECK(pool.stats().recycled == 1);
}

TEST_CASE("buffers: one writer excludes readers, readers exclude a writer [I-8]") {
  SharedBufferController pool(64 * kMiB);
  const BufferHandle buffer = pool.acquire(1000).value();
  REQUIRE(pool.lease(buffer, LeaseMode::kWrite));
  CHECK_FALSE(pool.lease(buffer, LeaseMode::kRead));
  CHECK_FALSE(pool.lease(buffer, LeaseMode::kWrite));
  pool.return_lease(buffer, LeaseMode::kWrite);
  REQUIRE(pool.lease(buffer, LeaseMode::kRead));
  REQUIRE(pool.lease(buffer, LeaseMode::kRead));
  CHECK_FALSE(pool.lease(buffer, LeaseMode::kWrite));
  CHECK_FALSE(pool.exclusive(buffer));
}

TEST_CASE(
    "buffers: a lease keeps a block whose references are gone, but nobody can retain it "
    "[R63][I-11]") {
  SharedBufferController pool(64 * kMiB);
  const BufferHandle buffer = pool.acquire(1000).value();
  {
    const BufferLease lease(pool, buffer, LeaseMode::kWrite);
    REQUIRE(pool.release(buffer));
    CHECK(pool.live(buffer));
    CHECK_FALSE(pool.retain(buffer));
    CHECK(pool.acquire(1000).value().index != buffer.index);
  }
  CHECK_FALSE(pool.live(buffer));
}

TEST_CASE("buffers: the budget is a hard cap and free blocks make room first [R44]") {
  SharedBufferController pool(10 * kMiB);
  const BufferHandle small = pool.acquire(4 * kMiB).value();
  const BufferHandle other = pool.acquire(4 * kMiB).value();
  const Result<BufferHandle> refused = pool.acquire(4 * kMiB);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.status().code() == Code::kOutOfMemory);
  CHECK(refused.status().message() ==
        "Expected room for 4 MiB of pixels, got a pool with 8 of 10 MiB in use");
  pool.release(small);
  CHECK(pool.acquire(6 * kMiB).ok());
  CHECK(pool.stats().bytes_reserved <= 10 * kMiB);
  pool.release(other);
  CHECK_FALSE(pool.acquire(11 * kMiB).ok());
}

TEST_CASE("buffers: whatever is done, in use + free = total and leases are conserved [I-9][I-24]") {
  const unsigned seed = GENERATE(1u, 2u, 3u, 4u, 5u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  SharedBufferController pool(32 * kMiB);
  std::vector<BufferHandle> held;
  std::vector<BufferLease> leases;
  for (int i = 0; i < 3000; ++i) {
    switch (random() % 6) {
      case 0:
      case 1:
        if (Result<BufferHandle> buffer = pool.acquire(1 + random() % (3 * kMiB)); buffer.ok()) {
          held.push_back(buffer.value());
        }
        break;
      case 2:
      case 3:
        if (!held.empty()) {
          const size_t pick = random() % held.size();
          pool.release(held[pick]);
          held.erase(held.begin() + static_cast<ptrdiff_t>(pick));
        }
        break;
      case 4:
        if (!held.empty()) {
          BufferLease lease(pool, held[random() % held.size()],
                            random() % 2 ? LeaseMode::kRead : LeaseMode::kWrite);
          if (lease.ok()) leases.push_back(std::move(lease));
        }
        break;
      default:
        if (!leases.empty())
          leases.erase(leases.begin() + static_cast<ptrdiff_t>(random() % leases.size()));
    }
    const BufferStats& stats = pool.stats();
    REQUIRE(stats.bytes_in_use <= stats.bytes_reserved);
    REQUIRE(stats.bytes_reserved <= 32 * kMiB);
    REQUIRE(stats.leases_granted == stats.leases_returned + stats.leases_held);
    REQUIRE(stats.leases_held == leases.size());
  }
  leases.clear();
  for (BufferHandle buffer : held) pool.release(buffer);
  CHECK(pool.stats().in_use == 0);
  CHECK(pool.stats().bytes_in_use == 0);
  CHECK(pool.trim(0) > 0);
  CHECK(pool.stats().bytes_reserved == 0);
}
