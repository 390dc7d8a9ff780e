// What an effect declares about itself. Everything else is derived from it: validation, the wire
// form, TypeScript types, documentation, demo controls, the plan, the tests' matrix.
//
// An effect knows nothing of threads, tiles, buffers or JavaScript: it describes its parameters and
// lowers them to a stage.
#ifndef STOPBATH_EFFECTS_EFFECT_H_
#define STOPBATH_EFFECTS_EFFECT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/color_space.h"
#include "effects/colour_matrix.h"
#include "effects/geometry.h"
#include "effects/prose.h"
#include "kernels/box_rows.h"
#include "kernels/combine.h"
#include "kernels/measured.h"
#include "kernels/point.h"
#include "kernels/sweep.h"
#include "kernels/window.h"

namespace stopbath {

// On the wire every value is a double: boolean 0 or 1, choice an index into `choices`, color
// 0xRRGGBB, image the id of one, 0 for the image that the chain began with. A list is its length,
// then that many doubles:
//   colors  each 0xRRGGBB
//   curve   points x, y, x, y, ... of 0..1, x rising
//   matrix  numbers, row by row
//   table   size^3 colours for red, green and blue in equal steps, red fastest; a colour is
//           r + 2^16 g + 2^32 b of 0..65535 each (see pack_colour)
enum class ParamType {
  kNumber,
  kInteger,
  kBoolean,
  kChoice,
  kColor,
  kImage,
  kColors,
  kCurve,
  kMatrix,
  kTable,
};

constexpr bool is_list(ParamType type) { return type >= ParamType::kColors; }

struct Param {
  std::string_view name;  // camelCase
  ParamType type = ParamType::kNumber;
  std::string_view unit;  // "px", "stops", "levels"; empty for a plain ratio
  double min = 0;
  double max = 1;
  double default_value = 0;
  double step = 0.01;      // of a slider
  Prose sentence;          // one sentence for documentation and tooltips
  bool in_pixels = false;  // given for full resolution, multiplied by the scale of a preview level
  std::span<const std::string_view> choices = {};
  // Of a list; min and max are those of its numbers.
  std::span<const double> default_list = {};
  int least_length = 0;  // doubles
  int most_length = 0;
  int columns = 1;  // of a matrix as a person writes it
  // What tests try, from low to high, where both ends and the middle of the range say nothing of
  // small images.
  std::span<const double> trials = {};
};

constexpr Param number_param(std::string_view name, std::string_view unit, double min, double max,
                             double value, double step, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kNumber,
          .unit = unit,
          .min = min,
          .max = max,
          .default_value = value,
          .step = step,
          .sentence = sentence};
}

// A number of 0 to 1.
constexpr Param share_param(std::string_view name, double value, std::string_view sentence) {
  return number_param(name, "", 0, 1, value, 0.01, sentence);
}

constexpr Param integer_param(std::string_view name, std::string_view unit, double min, double max,
                              double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kInteger,
          .unit = unit,
          .min = min,
          .max = max,
          .default_value = value,
          .step = 1,
          .sentence = sentence};
}

// A side or a place in pixels of the full resolution, from `min` on, 0 by default.
constexpr Param pixels_param(std::string_view name, double min, std::span<const double> trials,
                             std::string_view sentence) {
  Param p = integer_param(name, "px", min, 65535, 0, sentence);
  p.in_pixels = true;
  p.trials = trials;
  return p;
}

constexpr Param choice_param(std::string_view name, std::span<const std::string_view> choices,
                             double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kChoice,
          .unit = "",
          .max = static_cast<double>(choices.size() - 1),
          .default_value = value,
          .step = 1,
          .sentence = sentence,
          .choices = choices};
}

// A list of colours, 0xrrggbb each.
constexpr Param colors_param(std::string_view name, std::span<const double> usual, int least,
                             int most, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kColors,
          .unit = "",
          .min = 0,
          .max = 0xffffff,
          .default_value = 0,
          .step = 1,
          .sentence = sentence,
          .default_list = usual,
          .least_length = least,
          .most_length = most};
}

constexpr Param switch_param(std::string_view name, bool value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kBoolean,
          .unit = "",
          .default_value = value ? 1.0 : 0.0,
          .step = 1,
          .sentence = sentence};
}

// Another image of the same pipeline.
constexpr Param image_param(std::string_view name, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kImage,
          .unit = "",
          .max = 0xffffffff,
          .step = 1,
          .sentence = sentence};
}

constexpr Param color_param(std::string_view name, double value, std::string_view sentence) {
  return {.name = name,
          .type = ParamType::kColor,
          .unit = "",
          .min = 0,
          .max = 0xffffff,
          .default_value = value,
          .step = 1,
          .sentence = sentence};
}

// What an effect is, for the plan and for people. Exactly one of the upper group; the other two
// refine kPoint.
enum Trait : unsigned {
  kPoint = 1,          // reads the pixel that it writes, and its place
  kNeighbourhood = 2,  // reads pixels up to its reach away
  kGeometry = 4,       // reads pixels anywhere, by a map of places
  kSequential = 8,     // a pixel depends on results before it
  kGenerator = 16,     // reads no pixel
  kPerChannel = 32,    // each colour channel depends on that channel of the same pixel alone
  kLinearMap = 64,     // a matrix and an offset on the colour of the pixel
  kPlaced = 128,       // a point effect whose result depends on the place of the pixel
  kAlpha = 256,        // a point effect that changes alpha
};

enum class WorkingSpace {
  kEncoded,  // the image's own transfer curve, 0..1
  kLinear,   // light
};

// Values of one step in the descriptor's order, parameters in pixels already scaled to the level.
// Where a list belongs stands the place of its length behind all parameters; its numbers follow.
using Values = std::span<const double>;

inline std::span<const double> list_of(Values v, size_t param) {
  const auto at = static_cast<size_t>(v[param]);
  return v.subspan(at + 1, static_cast<size_t>(v[at]));
}

// A colour of a table, each channel 0..1 rounded to 65535 steps.
constexpr double pack_colour(double r, double g, double b) {
  const auto word = [](double v) { return static_cast<double>(static_cast<int>(v * 65535 + 0.5)); };
  return word(r) + 65536.0 * (word(g) + 65536.0 * word(b));
}

// A channel of a colour 0xRRGGBB, 0 red, 1 green, 2 blue, as 0..1.
constexpr double channel_of(double color, int channel) {
  return static_cast<double>(static_cast<unsigned>(color) >> (8 * (2 - channel)) & 255) / 255;
}

// The level an effect is lowered for.
struct LowerContext {
  int width = 0;
  int height = 0;
  ColorSpace space = ColorSpace::kSrgb;  // of its colours
};

struct GaussianStage {
  double sigma = 0;  // pixels of the level, > 0
};

struct BoxStage {
  double radius = 0;  // pixels of the level, 0..kMaxBoxRadius
};

// What runs on the rows of one image. Position-free point stages that treat each colour channel by
// itself may become a table.
using FilterStage = std::variant<PointStage, GaussianStage, BoxStage, WindowStage>;

// The filters run on a copy of the image, one after another; then each pixel of the copy is put
// together with the image's own. Works on encoded values.
struct MixedStage {
  std::vector<FilterStage> filters;
  CombineStage combine;
};

// Another image is laid on the image, its corner at (x, y), and each pixel is put together with the
// one below it; outside, the layer is transparent black. Works on encoded values.
struct LayerStage {
  uint32_t image = 0;  // 0: the image that the chain began with
  int x = 0;           // pixels of the level
  int y = 0;
  CombineStage combine;  // the layer is what it calls filtered
};

// What the pipeline can run; neighbouring geometry becomes one mapping.
using Stage =
    std::variant<PointStage, ColourMatrix, GaussianStage, BoxStage, WindowStage, MixedStage,
                 LayerStage, MeasuredStage, SweepStage, Placement, ResizeStage, WarpStage>;

struct Effect {
  std::string_view name;  // kebab-case, also the TypeScript discriminant
  Prose title;
  Prose sentence;
  Prose category;  // "tone", "colour", "detail", "light"
  Prose source;    // paper or standard of the algorithm
  WorkingSpace space = WorkingSpace::kEncoded;
  unsigned traits = 0;  // of Trait
  std::span<const Param> params;
  Prose example;  // one step as TypeScript

  // True when these values leave every image as it is; the step is then dropped from the plan.
  bool (*is_identity)(Values) = nullptr;
  // Pixels of context around a result pixel.
  int (*reach)(Values) = nullptr;
  // Rules between parameters: a sentence when they are broken, else empty. Null when there are
  // none.
  std::string (*check)(Values) = nullptr;
  // The same for rules between parameters and the size of the image, at full resolution.
  std::string (*check_size)(Values, Size) = nullptr;
  Stage (*lower)(Values, const LowerContext&) = nullptr;
};

inline int no_reach(Values) { return 0; }

}  // namespace stopbath

#endif  // STOPBATH_EFFECTS_EFFECT_H_
