// A product of matrices in double precision; one that has become the identity is dropped.
#include "pipeline/fusion.h"

#include <utility>

namespace stopbath {

void Fusion::add(const Stage& stage, WorkingSpace space, bool per_channel, std::string name) {
  const auto* matrix = std::get_if<ColourMatrix>(&stage);
  if (matrix != nullptr && run_ && space == space_) {
    run_ = product(*matrix, *run_);
    names_ += " + " + name;
    return;
  }
  flush();
  if (matrix == nullptr) {
    builder_.add(stage, space, per_channel, name);
    return;
  }
  run_ = *matrix;
  space_ = space;
  names_ = std::move(name);
}

void Fusion::flush() {
  if (!run_) return;
  const ColourMatrix matrix = *std::exchange(run_, std::nullopt);
  if (!matrix.is_identity()) {
    builder_.add(matrix, space_, matrix.diagonal(), names_);
  }
}

}  // namespace stopbath
