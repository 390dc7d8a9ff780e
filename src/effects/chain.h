// A chain: ordered effects with settings, in the canonical form that keys, plans and the wire
// share.
//
// Wire form, written by the package and checked again here: for each step the effect's index in the
// registry, then every parameter of that effect in the descriptor's order, all as doubles; a list
// is its length and its numbers.
#ifndef STOPBATH_EFFECTS_CHAIN_H_
#define STOPBATH_EFFECTS_CHAIN_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "effects/effect.h"

namespace stopbath {

struct Step {
  int effect = 0;              // index into effects()
  std::vector<double> values;  // as `Values` describes them
};

using Chain = std::vector<Step>;

inline constexpr int kMaxSteps = 64;  // of one chain

// Reads and validates the wire form: unknown effect, missing values, a value out of range or not
// finite are refused with a sentence that names the parameter, the range and the value.
Result<Chain> parse_chain(std::span<const double> wire);

// Puts a list where `values`, which has an element for every parameter, has none yet. Lists are put
// in the order of their parameters, so that equal settings are equal bytes.
void put_list(std::vector<double>& values, size_t param, std::span<const double> numbers);

// The step's values with parameters in pixels multiplied by `pixel_scale`; those of geometry stay,
// which the plan scales itself.
std::vector<double> scaled_values(const Step& step, double pixel_scale);

// The chain without steps that change nothing at this scale: chains that must give the same bytes
// because they differ in such steps alone become equal.
Chain canonical_chain(const Chain& chain, double pixel_scale);

// The other images that the step names, in the order of its parameters.
std::vector<uint32_t> images_of(const Step& step);

// Every parameter at its default.
Step default_step(int effect);

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_CHAIN_H_
