// Prints the TypeScript of all effects from their descriptors: step types with documentation, and
// the table that validation, the wire form and the demo's controls are made from.
#include <cstdio>
#include <string>
#include <string_view>

#include "effects/numbers.h"
#include "effects/registry.h"

namespace stopbath {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// gaussian-blur -> GaussianBlurStep
std::string step_type(const Effect& effect) {
  std::string out;
  bool upper = true;
  for (const char c : effect.name) {
    if (c == '-') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return out + "Step";
}

std::string_view type_name(const Param& p) {
  switch (p.type) {
    case ParamType::kNumber:
      return "number";
    case ParamType::kInteger:
      return "integer";
    case ParamType::kBoolean:
      return "boolean";
    case ParamType::kChoice:
      return "choice";
    case ParamType::kColor:
      return "color";
    case ParamType::kImage:
      return "image";
    case ParamType::kColors:
      return "colors";
    case ParamType::kCurve:
      return "curve";
    case ParamType::kMatrix:
      return "matrix";
    case ParamType::kTable:
      return "table";
  }
  return "";
}

std::string typescript_type(const Param& p) {
  switch (p.type) {
    case ParamType::kNumber:
    case ParamType::kInteger:
      return "number";
    case ParamType::kBoolean:
      return "boolean";
    case ParamType::kColor:
      return "string | number";
    case ParamType::kImage:
      return "PixelImage | null";
    case ParamType::kColors:
      return "readonly (string | number)[]";
    case ParamType::kCurve:
      return "readonly CurvePoint[]";
    case ParamType::kMatrix:
      return "readonly number[]";
    case ParamType::kTable:
      return "ColorTable";
    case ParamType::kChoice:
      break;
  }
  std::string out;
  for (const std::string_view choice : p.choices)
    out += (out.empty() ? "" : " | ") + quoted(choice);
  return out;
}

std::string color_literal(double color) {
  char hex[10];
  std::snprintf(hex, sizeof hex, "#%06x", static_cast<unsigned>(color));
  return quoted(hex);
}

std::string table_literal(const Param& p) {
  std::string values;
  for (const double packed : p.default_list) {
    const auto bits = static_cast<uint64_t>(packed);
    for (int channel = 0; channel < 3; ++channel) {
      const auto word = static_cast<double>(bits >> (16 * channel) & 65535);
      values += (values.empty() ? "" : ", ") + format_number(word / 65535);
    }
  }
  int side = 1;
  while (side * side * side < static_cast<int>(p.default_list.size())) ++side;
  return "{ size: " + std::to_string(side) + ", values: [" + values + "] }";
}

std::string list_literal(const Param& p) {
  std::string out;
  for (size_t i = 0; i < p.default_list.size(); ++i) {
    const double v = p.default_list[i];
    if (i > 0) out += ", ";
    if (p.type == ParamType::kCurve && i % 2 == 0) out += "[";
    out += p.type == ParamType::kColors ? color_literal(v) : format_number(v);
    if (p.type == ParamType::kCurve && i % 2 == 1) out += "]";
  }
  return "[" + out + "]";
}

std::string default_literal(const Param& p) {
  if (p.type == ParamType::kBoolean) return p.default_value != 0 ? "true" : "false";
  if (p.type == ParamType::kChoice) return quoted(p.choices[static_cast<size_t>(p.default_value)]);
  if (p.type == ParamType::kColor) return color_literal(p.default_value);
  if (p.type == ParamType::kTable) return table_literal(p);
  if (p.type == ParamType::kImage) return "null";
  return is_list(p.type) ? list_literal(p) : format_number(p.default_value);
}

// Lengths as TypeScript counts them: colours, points, numbers, or steps along a table's side.
int length_of(const Param& p, int doubles) {
  if (p.type == ParamType::kCurve) return doubles / 2;
  if (p.type != ParamType::kTable) return doubles;
  int side = 1;
  while (side * side * side < doubles) ++side;
  return side;
}

bool ranged(const Param& p) {
  return p.type == ParamType::kNumber || p.type == ParamType::kInteger ||
         p.type == ParamType::kCurve || p.type == ParamType::kMatrix;
}

// "9 to 49 numbers"; empty for what is no list.
std::string lengths(const Param& p) {
  if (!is_list(p.type)) return {};
  const int least = length_of(p, p.least_length), most = length_of(p, p.most_length);
  const std::string count =
      std::to_string(least) + (most > least ? " to " + std::to_string(most) : "");
  switch (p.type) {
    case ParamType::kColors:
      return count + " colors";
    case ParamType::kCurve:
      return count + " points whose x rises";
    case ParamType::kTable:
      return count + " steps a side";
    default:
      return count + " numbers";
  }
}

std::string documentation(const Param& p) {
  std::string out(p.sentence);
  const std::string count = lengths(p);
  if (!count.empty()) out += " " + count + (ranged(p) ? "," : ".");
  if (ranged(p)) {
    out += (count.empty() ? " From " : " from ") + format_number(p.min) + " to " +
           format_number(p.max);
    if (!p.unit.empty()) out += " " + std::string(p.unit);
    out += p.in_pixels ? " of the full-resolution image." : ".";
  }
  return out + " Default " + default_literal(p) + ".";
}

std::string interface_of(const Effect& e) {
  std::string out = "/**\n * " + std::string(e.sentence) + "\n *\n * Works in " +
                    (e.space == WorkingSpace::kLinear ? "linear light" : "encoded values") +
                    ". Source: " + std::string(e.source) + ".\n * @example " +
                    std::string(e.example) + "\n */\n";
  out += "export interface " + step_type(e) + " {\n  effect: " + quoted(e.name) + ";\n";
  for (const Param& p : e.params) {
    out += "  /** " + documentation(p) + " */\n";
    out += "  " + std::string(p.name) + "?: " + typescript_type(p) + ";\n";
  }
  return out + "}\n\n";
}

std::string traits(const Effect& e) {
  constexpr std::string_view kNames[] = {"point",      "neighbourhood", "geometry",
                                         "sequential", "generator",     "per-channel",
                                         "linear-map", "placed",        "alpha"};
  std::string out;
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if ((e.traits >> i & 1) != 0) out += (out.empty() ? "" : ", ") + quoted(kNames[i]);
  }
  return "[" + out + "]";
}

std::string table_entry(const Effect& e) {
  std::string out = "  {\n";
  const auto field = [&](std::string_view name, const std::string& value, const char* indent) {
    out += indent + std::string(name) + ": " + value + ",\n";
  };
  field("name", quoted(e.name), "    ");
  field("title", quoted(e.title), "    ");
  field("sentence", quoted(e.sentence), "    ");
  field("category", quoted(e.category), "    ");
  field("source", quoted(e.source), "    ");
  field("workingSpace", e.space == WorkingSpace::kLinear ? "'linear'" : "'encoded'", "    ");
  field("traits", traits(e), "    ");
  field("example", quoted(e.example), "    ");
  field("exampleStep", std::string(e.example), "    ");
  out += "    params: [\n";
  for (const Param& p : e.params) {
    out += "      {\n";
    field("name", quoted(p.name), "        ");
    field("type", quoted(type_name(p)), "        ");
    field("unit", quoted(p.unit), "        ");
    if (ranged(p)) {
      field("min", format_number(p.min), "        ");
      field("max", format_number(p.max), "        ");
      field("step", format_number(p.step), "        ");
    }
    if (is_list(p.type)) {
      field("minLength", std::to_string(length_of(p, p.least_length)), "        ");
      field("maxLength", std::to_string(length_of(p, p.most_length)), "        ");
    }
    if (p.type == ParamType::kMatrix) field("columns", std::to_string(p.columns), "        ");
    field("default", default_literal(p), "        ");
    field("sentence", quoted(p.sentence), "        ");
    field("inPixels", p.in_pixels ? "true" : "false", "        ");
    if (p.type == ParamType::kChoice) {
      std::string choices = "[";
      for (const std::string_view c : p.choices)
        choices += (choices.size() > 1 ? ", " : "") + quoted(c);
      field("choices", choices + "]", "        ");
    }
    if (!p.trials.empty()) {
      std::string trials = "[";
      for (const double v : p.trials) trials += (trials.size() > 1 ? ", " : "") + format_number(v);
      field("trials", trials + "]", "        ");
    }
    out += "      },\n";
  }
  return out + "    ],\n  },\n";
}

constexpr std::string_view kTypes = R"(/** A point of a curve: x, then y, each from 0 to 1. */
export type CurvePoint = readonly [number, number];

/**
 * A lookup table from colors to colors: `size` to the third power colors, red changing fastest, each as red, green and blue
 * from 0 to 1. See `parseCube`.
 */
export interface ColorTable {
  readonly size: number;
  readonly values: ArrayLike<number>;
}

/** Every value that a parameter can have. */
export type ParamValue =
  | number
  | boolean
  | string
  | readonly (string | number)[]
  | readonly CurvePoint[]
  | ColorTable
  | PixelImage
  | null;

/** What an effect does with pixels: where it reads them, and how simple its arithmetic is. */
export type EffectTrait =
  | 'point'
  | 'neighbourhood'
  | 'geometry'
  | 'sequential'
  | 'generator'
  | 'per-channel'
  | 'linear-map'
  | 'placed'
  | 'alpha';

/** One parameter of an effect. */
export interface ParamDescriptor {
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'choice' | 'color' | 'image' | 'colors' | 'curve' | 'matrix' | 'table';
  /** Unit of a number; empty for a plain ratio. */
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  /** Step of a slider. */
  readonly step?: number;
  /** Of a list, in colors, points or numbers; of a table, in steps a side. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of a matrix as a person writes it. */
  readonly columns?: number;
  readonly default: ParamValue;
  readonly sentence: string;
  /** Given for full resolution and scaled with a preview's level. */
  readonly inPixels: boolean;
  readonly choices?: readonly string[];
  /** What tests try where both ends of the range and its middle say nothing of small images. */
  readonly trials?: readonly number[];
}

/** One effect; its place in the table is its index on the wire. */
export interface EffectDescriptor {
  readonly name: EffectName;
  readonly title: string;
  readonly sentence: string;
  readonly category: string;
  /** Paper or standard of the algorithm. */
  readonly source: string;
  readonly workingSpace: 'encoded' | 'linear';
  readonly traits: readonly EffectTrait[];
  /** One step as TypeScript, to read. */
  readonly example: string;
  /** The same step, to run. */
  readonly exampleStep: Step;
  readonly params: readonly ParamDescriptor[];
}

)";

std::string module_text() {
  std::string out =
      "// Generated from the effects of the core by `npm run generate`. Do not edit.\n\n"
      "import type { PixelImage } from './pixel-image.js';\n\n";
  std::string steps;
  for (const Effect& e : effects()) {
    out += interface_of(e);
    steps += "\n  | " + step_type(e);
  }
  out +=
      "/** One step of a chain: an effect and its settings; what is left out has its default. */\n";
  out += "export type Step =" + steps + ";\n\n";
  out += "/** Name of an effect. */\nexport type EffectName = Step['effect'];\n\n";
  out += kTypes;
  out += "/** All effects, in the order of their indices on the wire. */\n";
  out += "export const effectDescriptors: readonly EffectDescriptor[] = [\n";
  for (const Effect& e : effects()) out += table_entry(e);
  char hash[16];
  std::snprintf(hash, sizeof hash, "%08x", static_cast<unsigned>(descriptor_hash()));
  out += "];\n\n/** Hash of the table, equal to that of the core it was generated from. */\n";
  return out + "export const descriptorHash = " + quoted(hash) + ";\n";
}

}  // namespace
}  // namespace stopbath

int main() {
  const std::string text = stopbath::module_text();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
