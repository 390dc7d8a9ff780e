// What the simulator's images hold and what its chains make of them: the same plans run directly,
// once per combination.
#ifndef STOPBATH_TESTS_SIMULATOR_REFERENCE_H_
#define STOPBATH_TESTS_SIMULATOR_REFERENCE_H_

#include "effects/chain.h"
#include "scene.h"

namespace stopbath::simulator {

inline constexpr int kChains = 8;
inline constexpr int kSizes = 7;
inline constexpr int kScenes = 4;

// Pixels by name: a size and a seed of the scene.
struct Content {
  int size = 0;  // index of a size
  int scene = 0;
};

// A result by name.
struct Expected {
  Content source;
  int chain = 0;
  int reduce = 0;
  bool exact = true;
};

const Chain& chain(int index);
const Image& source(const Content& content);
// Computed at the first call for its name, then kept.
const Image& reference(const Expected& expected);

}  // namespace stopbath::simulator

#endif  // STOPBATH_TESTS_SIMULATOR_REFERENCE_H_
