// Regions of interest: which part of every pass is needed for the part that the last one gives.
#ifndef STOPBATH_PIPELINE_REGIONS_H_
#define STOPBATH_PIPELINE_REGIONS_H_

#include <vector>

#include "pipeline/program.h"

namespace stopbath {

// Walks from the last pass to the first; a pass that fills a temporary is cut to what later passes
// read of it.
// The temporary `whole`, if any, outlives the plan and is filled.
void cut_to_regions(std::vector<Pass>& passes, int whole = -1);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_REGIONS_H_
