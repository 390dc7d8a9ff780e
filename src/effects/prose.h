// Text for people in a descriptor: the generator writes it into the package's TypeScript, the
// reference and the demo. The core itself never reads it, so the wasm that ships is built without
// (STOPBATH_PROSE in cmake/flags.cmake): 5 KB less to download.
#ifndef STOPBATH_EFFECTS_PROSE_H_
#define STOPBATH_EFFECTS_PROSE_H_

#include <string_view>

namespace stopbath {

#if STOPBATH_PROSE
using Prose = std::string_view;
#else
struct Prose {
  constexpr Prose() = default;
  constexpr Prose(const char*) {}
  constexpr Prose(std::string_view) {}
};
#endif

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_PROSE_H_
