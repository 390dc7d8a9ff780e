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
  }
  return "";
}

std::string typescript_type(const Param& p) {
  if (p.type == ParamType::kBoolean) return "boolean";
  if (p.type == ParamType::kColor) return "string | number";
  if (p.type != ParamType::kChoice) return "number";
  std::string out;
  for (const std::string_view choice : p.choices)
    out += (out.empty() ? "" : " | ") + quoted(choice);
  return out;
}

std::string default_literal(const Param& p) {
  if (p.type == ParamType::kBoolean) return p.default_value != 0 ? "true" : "false";
  if (p.type == ParamType::kChoice) return quoted(p.choices[static_cast<size_t>(p.default_value)]);
  if (p.type != ParamType::kColor) return format_number(p.default_value);
  char hex[10];
  std::snprintf(hex, sizeof hex, "#%06x", static_cast<unsigned>(p.default_value));
  return quoted(hex);
}

bool ranged(const Param& p) {
  return p.type == ParamType::kNumber || p.type == ParamType::kInteger;
}

std::string documentation(const Param& p) {
  std::string out(p.sentence);
  if (ranged(p)) {
    out += " From " + format_number(p.min) + " to " + format_number(p.max);
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
    field("default", default_literal(p), "        ");
    field("sentence", quoted(p.sentence), "        ");
    field("inPixels", p.in_pixels ? "true" : "false", "        ");
    if (p.type == ParamType::kChoice) {
      std::string choices = "[";
      for (const std::string_view c : p.choices)
        choices += (choices.size() > 1 ? ", " : "") + quoted(c);
      field("choices", choices + "]", "        ");
    }
    out += "      },\n";
  }
  return out + "    ],\n  },\n";
}

constexpr std::string_view kTypes = R"(/** One parameter of an effect. */
export interface ParamDescriptor {
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'choice' | 'color';
  /** Unit of a number; empty for a plain ratio. */
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  /** Step of a slider. */
  readonly step?: number;
  readonly default: number | boolean | string;
  readonly sentence: string;
  /** Given for full resolution and scaled with a preview's level. */
  readonly inPixels: boolean;
  readonly choices?: readonly string[];
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
  /** One step as TypeScript, to read. */
  readonly example: string;
  /** The same step, to run. */
  readonly exampleStep: Step;
  readonly params: readonly ParamDescriptor[];
}

)";

std::string module_text() {
  std::string out =
      "// Generated from the effects of the core by `npm run generate`. Do not edit.\n\n";
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
