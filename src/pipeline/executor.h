// Runs one unit of a pass: pulls rows through its steps and hands them to its sink.
#ifndef STOPBATH_PIPELINE_EXECUTOR_H_
#define STOPBATH_PIPELINE_EXECUTOR_H_

#include <span>

#include "base/image_view.h"
#include "pipeline/program.h"

namespace stopbath {

struct Memory {
  std::vector<ConstImageView> sources;  // the image itself first
  ImageView destination;
  std::vector<uint8_t*> temporaries;

  const ConstImageView& image() const { return sources.front(); }
};

// Called by pool threads, at the same time for different units. Reads the pass, the sources and the
// temporaries of earlier passes; writes only its own unit's pixels or cells and its worker's
// scratch. Never allocates, never waits.
void run_pass_unit(const Pass& pass, const Memory& memory, int unit, uint8_t* scratch) noexcept;

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_EXECUTOR_H_
