// Changes of working space as point stages: from encoded sRGB to linear light and back.
#ifndef STOPBATH_KERNELS_TRANSFER_H_
#define STOPBATH_KERNELS_TRANSFER_H_

#include "kernels/point.h"

namespace stopbath {

PointStage decode_stage();
PointStage encode_stage();

}  // namespace stopbath

#endif  // STOPBATH_KERNELS_TRANSFER_H_
