// Point stages that treat each channel by itself, tabulated by running them once over every value
// they can meet.
//
// An entry is what the stages give for that value, so a table changes no byte of an opaque pixel.
#ifndef STOPBATH_PIPELINE_POINT_TABLES_H_
#define STOPBATH_PIPELINE_POINT_TABLES_H_

#include "pipeline/program.h"

namespace stopbath {

// Tabulates the leading stages of every step of the pass where that is faster than computing them.
void tabulate_points(Pass& pass);

// Turns a pass that is one step of such stages, bytes to bytes, into a map of 256 levels per
// channel.
void make_mapped(Pass& pass);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_POINT_TABLES_H_
