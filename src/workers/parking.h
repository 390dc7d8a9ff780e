// Sleeping on a 32-bit word until somebody changes it: the only place where a worker waits.
//
// wasm has instructions for it, elsewhere the standard library does it. A hosting thread never
// calls park(). The single build has no one to wait for: there both functions do nothing.
#ifndef STOPBATH_WORKERS_PARKING_H_
#define STOPBATH_WORKERS_PARKING_H_

#include <atomic>
#include <cstdint>

namespace stopbath {

// Returns when `word` no longer holds `seen`; may return early. Called by pool threads only.
inline void park([[maybe_unused]] std::atomic<uint32_t>& word, [[maybe_unused]] uint32_t seen) {
#if defined(__wasm__)
#if defined(__wasm_atomics__)
  __builtin_wasm_memory_atomic_wait32(reinterpret_cast<int32_t*>(&word), static_cast<int32_t>(seen),
                                      -1);
#endif
#else
  word.wait(seen, std::memory_order_acquire);
#endif
}

// Wakes everyone parked on `word`, and on the page whoever awaits it with Atomics.waitAsync.
inline void unpark_all([[maybe_unused]] std::atomic<uint32_t>& word) {
#if defined(__wasm__)
#if defined(__wasm_atomics__)
  __builtin_wasm_memory_atomic_notify(reinterpret_cast<int32_t*>(&word), ~0u);
#endif
#else
  word.notify_all();
#endif
}

// Wakes at most `count` of those parked on `word`, fewer when there are fewer.
inline void unpark([[maybe_unused]] std::atomic<uint32_t>& word, [[maybe_unused]] uint32_t count) {
#if defined(__wasm__)
#if defined(__wasm_atomics__)
  __builtin_wasm_memory_atomic_notify(reinterpret_cast<int32_t*>(&word), count);
#endif
#else
  for (uint32_t i = 0; i < count; ++i) word.notify_one();
#endif
}

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_PARKING_H_
