// What the wire accepts, and the sentence it refuses the rest with.
#include "effects/chain.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "effects/numbers.h"
#include "effects/registry.h"

using namespace stopbath;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

std::string refusal(const std::vector<double>& wire) {
  const auto parsed = parse_chain(wire);
  REQUIRE_FALSE(parsed.ok());
  CHECK(parsed.status().code() == Code::kInvalidParams);
  return parsed.status().message();
}

double index_of(std::string_view name) { return find_effect(name); }

// Every parameter of an effect at its default, and where each begins.
struct Wire {
  std::vector<double> values;
  std::vector<size_t> begins;
};

Wire default_wire(size_t effect) {
  Wire wire{{static_cast<double>(effect)}, {}};
  for (const Param& p : effects()[effect].params) {
    wire.begins.push_back(wire.values.size());
    if (is_list(p.type)) wire.values.push_back(static_cast<double>(p.default_list.size()));
    if (is_list(p.type)) {
      wire.values.insert(wire.values.end(), p.default_list.begin(), p.default_list.end());
    } else {
      wire.values.push_back(p.default_value);
    }
  }
  return wire;
}

}  // namespace

TEST_CASE("parse_chain: an empty wire is an empty chain") {
  const auto parsed = parse_chain({});
  REQUIRE(parsed.ok());
  CHECK(parsed.value().empty());
}

TEST_CASE("parse_chain: steps keep their order and their values") {
  const std::vector<double> wire = {index_of("gaussian-blur"), 2.5, index_of("exposure"), -1};
  const auto parsed = parse_chain(wire);
  REQUIRE(parsed.ok());
  REQUIRE(parsed.value().size() == 2);
  CHECK(parsed.value()[0].values == std::vector<double>{2.5});
  CHECK(parsed.value()[1].effect == find_effect("exposure"));
}

TEST_CASE("parse_chain: negative zero becomes zero, so that equal settings are equal bytes") {
  const std::vector<double> wire = {index_of("exposure"), -0.0};
  const auto parsed = parse_chain(wire);
  REQUIRE(parsed.ok());
  CHECK_FALSE(std::signbit(parsed.value()[0].values[0]));
}

TEST_CASE("parse_chain: a value out of range is refused with its name, its range and itself") {
  CHECK(refusal({index_of("vignette"), 2, 0.5, 0.5, 0}) ==
        "Expected `vignette.strength` to be a number from 0 to 1, got 2");
  CHECK(refusal({index_of("gaussian-blur"), -0.25}) ==
        "Expected `gaussian-blur.sigma` to be a number from 0 to 250, got -0.25");
  CHECK(refusal({index_of("exposure"), 5.000001}) ==
        "Expected `exposure.stops` to be a number from -5 to 5, got 5.000001");
}

TEST_CASE("parse_chain: NaN and infinity are refused for every parameter of every effect") {
  for (size_t i = 0; i < effects().size(); ++i) {
    const Wire good = default_wire(i);
    REQUIRE(parse_chain(good.values).ok());
    for (size_t at = 1; at < good.values.size(); ++at) {
      for (const double bad : {kNaN, kInfinity, -kInfinity}) {
        std::vector<double> wire = good.values;
        wire[at] = bad;
        const std::string sentence = refusal(wire);
        INFO(sentence);
        CHECK(sentence.ends_with("got " + format_number(bad)));
      }
    }
  }
}

TEST_CASE("parse_chain: the default of every effect on the wire is its default step") {
  for (size_t i = 0; i < effects().size(); ++i) {
    const auto parsed = parse_chain(default_wire(i).values);
    REQUIRE(parsed.ok());
    CHECK(parsed.value()[0].values == default_step(static_cast<int>(i)).values);
  }
}

TEST_CASE("parse_chain: a list that is too short, too long, cut off or no number is refused") {
  int found = 0;
  for (size_t i = 0; i < effects().size(); ++i) {
    const Wire good = default_wire(i);
    for (size_t p = 0; p < effects()[i].params.size(); ++p) {
      const Param& param = effects()[i].params[p];
      if (!is_list(param.type)) continue;
      INFO(effects()[i].name << "." << param.name);
      found += 1;
      for (const double length : {-1.0, 0.0, 0.5, param.most_length + 1.0, 1e18}) {
        std::vector<double> wire = good.values;
        wire[good.begins[p]] = length;
        CHECK(refusal(wire).starts_with("Expected `" + std::string(effects()[i].name) + "."));
      }
      std::vector<double> cut = good.values;
      cut.pop_back();
      CHECK(refusal(cut).starts_with("Expected "));
    }
  }
  CHECK(found >= 2);
}

TEST_CASE("parse_chain: an unknown, fractional or missing effect index is refused") {
  const double count = static_cast<double>(effects().size());
  for (const double index : {-1.0, 0.5, count, kNaN, kInfinity, 1e300}) {
    CHECK(refusal({index}).starts_with("Expected step 0 to name an effect from 0 to "));
  }
}

TEST_CASE("parse_chain: a wire that ends inside a step is refused") {
  CHECK(refusal({index_of("levels"), 0, 255}) == "Expected 5 values for `levels`, got 2");
  CHECK(refusal({index_of("gaussian-blur")}) == "Expected 1 values for `gaussian-blur`, got 0");
}

TEST_CASE("parse_chain: levels whose white is not above its black are refused") {
  CHECK(refusal({index_of("levels"), 40, 40, 1, 0, 255}) ==
        "Expected `levels.white` to be above `levels.black` (40), got 40");
  CHECK(refusal({index_of("levels"), 200, 40.5, 1, 0, 255}) ==
        "Expected `levels.white` to be above `levels.black` (200), got 40.5");
}

TEST_CASE("parse_chain: a chain has at most 64 steps") {
  std::vector<double> wire;
  for (int i = 0; i < kMaxSteps; ++i) wire.insert(wire.end(), {index_of("invert"), 1});
  CHECK(parse_chain(wire).ok());
  wire.insert(wire.end(), {index_of("invert"), 1});
  CHECK(refusal(wire) == "Expected a chain of at most 64 steps");
}

TEST_CASE("format_number: numbers are written as a person writes them") {
  CHECK(format_number(2) == "2");
  CHECK(format_number(0.1) == "0.1");
  CHECK(format_number(-3.25) == "-3.25");
  CHECK(format_number(-0.0) == "0");
  CHECK(format_number(65535) == "65535");
  CHECK(format_number(kNaN) == "NaN");
  CHECK(format_number(-kInfinity) == "-Infinity");
}
