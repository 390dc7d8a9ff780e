// What a worker sees of a job: passes of independent units, and one function that runs a unit.
//
// All units of a pass may run in any order and at the same time; a pass starts when the one before
// it has ended.
#ifndef STOPBATH_WORKERS_UNIT_WORK_H_
#define STOPBATH_WORKERS_UNIT_WORK_H_

#include <cstddef>
#include <cstdint>

namespace stopbath {

inline constexpr int kMaxPasses = 255;
inline constexpr int kMaxUnitsPerPass = (1 << 24) - 2;
// Scratch that every worker has; a job states how much of it it uses.
inline constexpr size_t kScratchBytes = size_t{4} << 20;

class UnitWork {
 public:
  virtual ~UnitWork() = default;

  virtual int pass_count() const = 0;          // 1..kMaxPasses
  virtual int unit_count(int pass) const = 0;  // 1..kMaxUnitsPerPass
  // Bytes of scratch that run_unit uses, at most kScratchBytes.
  virtual size_t scratch_bytes() const = 0;
  // Units take a few microseconds, less than it takes to wake the host: the ends of several may be
  // told together.
  virtual bool brief() const { return false; }

  // Called by pool threads, at the same time for different units. Reads the job, its source and the
  // results of earlier passes; writes only its own unit's pixels and its worker's scratch (64-byte
  // aligned, contents undefined). Never allocates, never waits.
  virtual void run_unit(int pass, int unit, uint8_t* scratch) const noexcept = 0;
};

}  // namespace stopbath

#endif  // STOPBATH_WORKERS_UNIT_WORK_H_
