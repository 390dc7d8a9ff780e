// Every descriptor is complete and consistent, so that what is generated from it is too.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <cmath>
#include <set>
#include <string>

#include "effects/chain.h"
#include "effects/registry.h"

using namespace stopbath;

namespace {

#if STOPBATH_PROSE
bool sentence(std::string_view text) {
  return text.size() > 10 &&
         (std::isupper(static_cast<unsigned char>(text[0])) || std::isdigit(text[0])) &&
         text.back() == '.';
}
#endif

bool kebab_case(std::string_view name) {
  for (const char c : name) {
    if (!(std::islower(static_cast<unsigned char>(c)) || std::isdigit(c) || c == '-')) return false;
  }
  return !name.empty() && name.front() != '-' && name.back() != '-';
}

bool camel_case(std::string_view name) {
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) return false;
  }
  return !name.empty() && std::islower(static_cast<unsigned char>(name[0]));
}

}  // namespace

TEST_CASE("effects: every descriptor has its names, sentences, source, example and functions") {
  std::set<std::string_view> names;
  for (const Effect& e : effects()) {
    INFO(e.name);
    CHECK(kebab_case(e.name));
    CHECK(names.insert(e.name).second);
#if STOPBATH_PROSE
    CHECK_FALSE(e.title.empty());
    CHECK(sentence(e.sentence));
    CHECK_FALSE(e.category.empty());
    CHECK_FALSE(e.source.empty());
    CHECK(e.example.find("effect: '" + std::string(e.name) + "'") != std::string_view::npos);
#endif
    CHECK(e.is_identity != nullptr);
    CHECK(e.reach != nullptr);
    CHECK(e.lower != nullptr);
  }
}

TEST_CASE("effects: every parameter has a default in its range, a step and a sentence") {
  for (const Effect& e : effects()) {
    std::set<std::string_view> names;
    for (const Param& p : e.params) {
      INFO(e.name << "." << p.name);
      CHECK(camel_case(p.name));
      CHECK(p.name != "effect");
      CHECK(names.insert(p.name).second);
      CHECK(std::isfinite(p.min));
      CHECK(p.min < p.max);
      CHECK(p.default_value >= (is_list(p.type) ? 0 : p.min));
      CHECK(p.default_value <= p.max);
      CHECK(p.step > 0);
      CHECK(p.step <= p.max - p.min);
      const auto length = static_cast<int>(p.default_list.size());
      CHECK(length >= p.least_length);
      CHECK(length <= p.most_length);
      CHECK((length > 0) == is_list(p.type));
      CHECK((p.type == ParamType::kMatrix ? length % p.columns : 1 - p.columns) == 0);
#if STOPBATH_PROSE
      CHECK(sentence(p.sentence));
#endif
      CHECK((p.type == ParamType::kChoice) == !p.choices.empty());
      CHECK(p.in_pixels == (p.unit == "px"));
    }
  }
}

TEST_CASE("effects: the defaults of every effect satisfy its own rules") {
  for (const Effect& e : effects()) {
    const std::vector<double> values = default_step(find_effect(e.name)).values;
    INFO(e.name);
    CHECK((e.check == nullptr || e.check(values).empty()));
    CHECK(e.reach(values) >= 0);
  }
}

TEST_CASE("effects: every effect has one of the traits that say where its pixels come from") {
  for (const Effect& e : effects()) {
    INFO(e.name);
    const unsigned origin =
        e.traits & (kPoint | kNeighbourhood | kGeometry | kSequential | kGenerator);
    CHECK(std::has_single_bit(origin));
    if ((e.traits & (kPerChannel | kLinearMap)) != 0) CHECK(origin == kPoint);
    const int reach = e.reach(default_step(find_effect(e.name)).values);
    if (origin == kPoint) CHECK(reach == 0);
    if (origin == kNeighbourhood) CHECK(reach > 0);
  }
}

TEST_CASE("effects: they are found by name, and nothing else is") {
  for (size_t i = 0; i < effects().size(); ++i) {
    CHECK(find_effect(effects()[i].name) == static_cast<int>(i));
  }
  CHECK(find_effect("no-such-effect") == -1);
  CHECK(find_effect("") == -1);
  CHECK(descriptor_hash() == descriptor_hash());
  CHECK(descriptor_hash() != 0);
}
