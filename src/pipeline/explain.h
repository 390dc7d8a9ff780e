// A plan as text for a person: passes, what runs in them, what it needs.
#ifndef STOPBATH_PIPELINE_EXPLAIN_H_
#define STOPBATH_PIPELINE_EXPLAIN_H_

#include <string>

#include "pipeline/plan_builder.h"

namespace stopbath {

std::string explain(const Program& program, size_t scratch_bytes);
// A line on what is kept while only the chain's last step moves; empty when nothing is.
std::string explain_prefix(const Chain& chain, const PlanTarget& target);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_EXPLAIN_H_
