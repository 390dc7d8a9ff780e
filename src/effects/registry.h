// All effects, in the order that gives them their index on the wire.
#ifndef STOPBATH_EFFECTS_REGISTRY_H_
#define STOPBATH_EFFECTS_REGISTRY_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "effects/effect.h"

namespace stopbath {

std::span<const Effect> effects();

// Index into effects(), or -1.
int find_effect(std::string_view name);

// Hash over every descriptor, so that a package and a core of different builds notice each other.
uint32_t descriptor_hash();

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_REGISTRY_H_
