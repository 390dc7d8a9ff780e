// Prints the native build's answer to every row of the browsers' parity table, as JSON: key to
// FNV-1a of the result's bytes.
//
// A key is `step[+step...]/WxH[/reduce][@from>to]`, with the colour spaces of image and result
// where they are not sRGB, a step `effect:setting[:parameter]`: every parameter at its default,
// low, middle or high value, or only the named one and the others at their defaults. Settings that
// an effect refuses, of any image or of one of that size, are left out. The scene is that of
// e2e/pages/scene.js, also of the layer that steps name at other than low settings; the runs are
// plain, unit after unit on one thread.
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/hash.h"
#include "effects/registry.h"
#include "pipeline/plan.h"

namespace stopbath {
namespace {

constexpr Size kSizes[] = {{1, 1}, {3, 5}, {257, 129}, {4097, 13}};
constexpr Size kLayerSize = {91, 57};  // of image 1
constexpr Size kTellingSize = kSizes[2];
constexpr Size kReducedSizes[] = {{257, 129}, {130, 67}};
constexpr int kReductions[] = {1, 2, 6};

std::vector<uint8_t> make_scene(Size size) {
  std::vector<uint8_t> bytes;
  bytes.reserve(size_t(size.width) * size.height * kBytesPerPixel);
  for (uint32_t y = 0; y < uint32_t(size.height); ++y) {
    for (uint32_t x = 0; x < uint32_t(size.width); ++x) {
      const uint32_t noise = ((x * 73856093u ^ y * 19349663u) >> 13) & 31;
      const uint32_t cell = (x / 37 + 3 * (y / 31)) % 7;
      const uint32_t alpha = cell == 0   ? 0
                             : cell == 1 ? x * 5 + y * 3
                             : cell == 2 ? 128 + noise
                                         : 255;
      for (const uint32_t v :
           {x % 251 + noise, y % 241 + (7 * x + 3 * y) % 61, (x + y) % 239 + 2 * noise, alpha}) {
        bytes.push_back(uint8_t(v));
      }
    }
  }
  return bytes;
}

// One parameter on the wire: a number, or a list's length and numbers.
using Setting = std::vector<double>;

Setting with_length(Setting numbers) {
  numbers.insert(numbers.begin(), double(numbers.size()));
  return numbers;
}

// The list values of e2e/pages/hash-cases.js, which must stay equal to these.
Setting list_at(const Param& p, const std::string& setting) {
  const bool low = setting == "low", mid = setting == "mid";
  Setting list;
  switch (p.type) {
    case ParamType::kCurve:
      if (mid) return {0, 0, 0.25, 0.125, 0.75, 0.875, 1, 1};
      return low ? Setting{0, 0, 1, 0} : Setting{0, 1, 1, 1};
    case ParamType::kColors: {
      const int count = low   ? p.least_length
                        : mid ? (p.least_length + p.most_length) / 2
                              : p.most_length;
      for (int i = 0; i < count; ++i)
        list.push_back(low ? 0 : mid ? i * 3107869 % 0x1000000 : 0xffffff);
      return list;
    }
    case ParamType::kMatrix:
      for (size_t i = 0; i < p.default_list.size(); ++i) {
        const double moved = p.default_list[i] + (double(i % 3) - 1) * (p.max - p.min) / 64;
        list.push_back(low ? p.min : mid ? std::fmin(std::fmax(moved, p.min), p.max) : p.max);
      }
      return list;
    default: {
      const int side = mid ? 3 : 2;
      const auto word = [&](int i) {
        return low ? 0.0 : mid ? double((i * 40503 + 12345) % 65536) : 65535.0;
      };
      for (int i = 0; i < side * side * side; ++i)
        list.push_back(word(3 * i) + 65536 * (word(3 * i + 1) + 65536 * word(3 * i + 2)));
      return list;
    }
  }
}

double middle(const Param& p) {
  switch (p.type) {
    case ParamType::kInteger:
      return std::floor((p.min + p.max) / 2);
    case ParamType::kBoolean:
      return 1;
    case ParamType::kChoice:
      return double((p.choices.size() - 1) / 2);
    case ParamType::kColor:
      return 0x808080;
    case ParamType::kImage:
      return 1;
    default:
      return (p.min + p.max) / 2;
  }
}

double number_at(const Param& p, const std::string& setting) {
  if (setting == "default") return p.default_value;
  if (!p.trials.empty()) {
    return setting == "low"   ? p.trials.front()
           : setting == "mid" ? p.trials[p.trials.size() / 2]
                              : p.trials.back();
  }
  if (setting == "mid") return middle(p);
  const bool low = setting == "low";
  switch (p.type) {
    case ParamType::kBoolean:
      return low ? 0 : 1;
    case ParamType::kChoice:
      return low ? 0 : double(p.choices.size() - 1);
    case ParamType::kColor:
      return low ? 0 : 0xffffff;
    case ParamType::kImage:
      return low ? 0 : 1;
    default:
      return low ? p.min : p.max;
  }
}

Setting value_at(const Param& p, const std::string& setting) {
  if (!is_list(p.type)) return {number_at(p, setting)};
  if (setting == "default") return with_length({p.default_list.begin(), p.default_list.end()});
  return with_length(list_at(p, setting));
}

struct NamedWire {
  std::string name;
  std::vector<double> wire;
};

// One step; `only` restricts the setting to one parameter, -1 means all.
NamedWire make_step(int effect, const std::string& setting, int only) {
  const Effect& e = effects()[effect];
  NamedWire step{std::string(e.name) + ":" + setting, {double(effect)}};
  if (only >= 0) step.name += ":" + std::string(e.params[only].name);
  for (int i = 0; i < int(e.params.size()); ++i) {
    const Setting value = value_at(e.params[i], only < 0 || only == i ? setting : "default");
    step.wire.insert(step.wire.end(), value.begin(), value.end());
  }
  return step;
}

std::vector<NamedWire> steps_of(int effect) {
  std::vector<NamedWire> steps{make_step(effect, "default", -1)};
  const int count = int(effects()[effect].params.size());
  for (const char* setting : {"low", "mid", "high"}) {
    if (count > 0) steps.push_back(make_step(effect, setting, -1));
    for (int only = 0; count > 1 && only < count; ++only)
      steps.push_back(make_step(effect, setting, only));
  }
  std::erase_if(steps, [](const NamedWire& step) { return !parse_chain(step.wire).ok(); });
  return steps;
}

struct FreeAligned {
  void operator()(uint8_t* p) const { std::free(p); }
};
using Memory = std::unique_ptr<uint8_t, FreeAligned>;

Memory aligned(size_t bytes) {
  const size_t size = (bytes + 63) / 64 * 64 + 64;
  auto* p = static_cast<uint8_t*>(std::aligned_alloc(64, size));
  if (!p) std::abort();
  std::memset(p, 0xA5, size);  // whatever a kernel reads before it writes shows in the hash
  return Memory(p);
}

// Of the image and of the result.
struct Spaces {
  ColorSpace from = ColorSpace::kSrgb;
  ColorSpace to = ColorSpace::kSrgb;
};

uint64_t hash_of(const std::vector<double>& wire, Size size, int reduce, Spaces spaces) {
  auto chain = parse_chain(wire);
  const OtherImage layer = {1, 1, kLayerSize.width, kLayerSize.height};
  auto compiled = compile_plan(chain.value(), {.width = size.width,
                                               .height = size.height,
                                               .reduce = reduce,
                                               .space = spaces.from,
                                               .result = spaces.to,
                                               .others = {layer}});
  if (!compiled.ok()) {
    std::fprintf(stderr, "%s\n", compiled.status().message().c_str());
    std::exit(1);
  }
  Plan& plan = *compiled.value();
  std::vector<Memory> inputs;
  std::vector<ConstImageView> sources;
  for (const uint32_t image : plan.sources()) {
    const Size own = image == 0 ? size : kLayerSize;
    const std::vector<uint8_t> pixels = make_scene(own);
    const Memory& input = inputs.emplace_back(aligned(pixels.size()));
    std::memcpy(input.get(), pixels.data(), pixels.size());
    sources.push_back({input.get(), own.width, own.height, ptrdiff_t(own.width) * kBytesPerPixel});
  }
  const int width = plan.output_width(), height = plan.output_height();
  const size_t bytes = size_t(width) * height * kBytesPerPixel;
  const Memory output = aligned(bytes);
  std::vector<Memory> temporaries;
  std::vector<uint8_t*> addresses;
  for (const size_t need : plan.temporary_bytes()) {
    addresses.push_back(temporaries.emplace_back(aligned(need)).get());
  }
  const Memory scratch = aligned(plan.scratch_bytes());
  plan.bind_sources(sources, {output.get(), width, height, ptrdiff_t(width) * kBytesPerPixel},
                    addresses);
  for (int pass = 0; pass < plan.pass_count(); ++pass) {
    for (int unit = 0; unit < plan.unit_count(pass); ++unit)
      plan.run_unit(pass, unit, scratch.get());
  }
  return hash_bytes(output.get(), bytes);
}

// Leaves out what does not fit the size, as a crop may not.
void print_row(const NamedWire& row, Size size, int reduce, Spaces spaces = {}) {
  if (!output_size(parse_chain(row.wire).value(), {size.width, size.height}).ok()) return;
  static bool first = true;
  std::printf("%s\"%s/%dx%d", first ? "" : ",\n", row.name.c_str(), size.width, size.height);
  if (reduce > 0) std::printf("/%d", reduce);
  if (spaces.from != ColorSpace::kSrgb || spaces.to != ColorSpace::kSrgb) {
    std::printf("@%s>%s", name_of(spaces.from).data(), name_of(spaces.to).data());
  }
  std::printf("\":\"%016" PRIx64 "\"", hash_of(row.wire, size, reduce, spaces));
  first = false;
}

// A setting that changes pixels, from the middle of the list on.
const NamedWire& telling(int effect, const std::vector<NamedWire>& steps) {
  for (size_t i = steps.size() / 2; i < steps.size(); ++i) {
    const Chain chain = parse_chain(steps[i].wire).value();
    if (!effects()[effect].is_identity(chain[0].values)) return steps[i];
  }
  return steps.front();
}

void print_table() {
  NamedWire everything;  // one chain of all effects
  for (int effect = 0; effect < int(effects().size()); ++effect) {
    const auto steps = steps_of(effect);
    for (const NamedWire& step : steps) {
      // One parameter alone is a matter of its value, not of the size.
      const bool alone = std::ranges::count(step.name, ':') > 1;
      for (const Size size : kSizes) {
        if (!alone || size.width == kTellingSize.width) print_row(step, size, 0);
      }
    }
    const NamedWire& part = telling(effect, steps);
    for (const Size size : kReducedSizes) {
      for (const int reduce : kReductions) print_row(part, size, reduce);
    }
    print_row(part, kTellingSize, 0, {ColorSpace::kDisplayP3, ColorSpace::kDisplayP3});
    everything.name += (effect ? "+" : "") + part.name;
    everything.wire.insert(everything.wire.end(), part.wire.begin(), part.wire.end());
  }
  for (const Size size : kSizes) print_row(everything, size, 0);
  const NamedWire levels = make_step(find_effect("levels"), "default", -1);
  for (const Spaces spaces : {Spaces{ColorSpace::kSrgb, ColorSpace::kDisplayP3},
                              Spaces{ColorSpace::kDisplayP3, ColorSpace::kSrgb}}) {
    for (const Size size : kSizes) print_row(levels, size, 0, spaces);  // conversion alone
    print_row(levels, kTellingSize, 2, spaces);
    print_row(everything, kTellingSize, 0, spaces);
  }
  for (const int reduce : kReductions) {
    print_row(make_step(find_effect("levels"), "default", -1), kReducedSizes[0],
              reduce);  // reduction alone
    print_row(everything, kReducedSizes[0], reduce);
  }
}

}  // namespace
}  // namespace stopbath

int main() {
  std::printf("{");
  stopbath::print_table();
  std::printf("}\n");
  return 0;
}
