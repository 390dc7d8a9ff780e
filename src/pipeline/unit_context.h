// What a sink works with: one unit of a pass, the memory, and the scratch of the worker that runs
// it.
#ifndef STOPBATH_PIPELINE_UNIT_CONTEXT_H_
#define STOPBATH_PIPELINE_UNIT_CONTEXT_H_

#include <cstdint>

#include "pipeline/executor.h"

namespace stopbath {

struct UnitContext {
  const Pass& pass;
  const Memory& memory;
  uint8_t* scratch;
  Rect tile;

  int16_t* fixed(size_t offset) const { return reinterpret_cast<int16_t*>(scratch + offset); }
  int32_t* sums() const { return reinterpret_cast<int32_t*>(scratch + pass.sums); }
  uint8_t* destination(int x, int y) const {
    return memory.destination.row(y) + ptrdiff_t{x} * kBytesPerPixel;
  }
  uint8_t* temporary(int index) const { return memory.temporaries[static_cast<size_t>(index)]; }
  int16_t* cell(int x, int y) const {
    auto* grid = reinterpret_cast<int16_t*>(temporary(pass.sink_grid.temporary));
    return grid + (ptrdiff_t{y} * pass.sink_grid.stride + x) * 4;
  }
};

// The sink that fills a coarse grid; see coarse_sink.cc.
void run_coarse(const UnitContext& unit) noexcept;
// Those of whole_sinks.cc; `index` is the number of the unit.
void run_count(const UnitContext& unit, int index) noexcept;
void run_measure(const UnitContext& unit) noexcept;
void run_sweep_strip(const UnitContext& unit) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_UNIT_CONTEXT_H_
