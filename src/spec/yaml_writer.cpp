// SPDX-License-Identifier: Apache-2.0
#include "spec/yaml_writer.h"

#include "spec/plain_scalar.h"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t line_max = 96;  // of what stands on one line

bool is_nested(const Value& value) { return value.list() != nullptr || value.object() != nullptr; }

// Whether nothing but scalars and empty collections stands below.
bool is_flat(const Value& value) {
  const auto holds_nothing = [](const Value& member) {
    return !is_nested(member) || (member.list() != nullptr && member.list()->empty()) ||
           (member.object() != nullptr && member.object()->empty());
  };
  if (const List* list = value.list()) {
    return std::all_of(list->begin(), list->end(), holds_nothing);
  }
  return std::all_of(value.object()->begin(), value.object()->end(),
                     [&](const auto& member) { return holds_nothing(member.second); });
}

bool fits_on_a_line(const Value& value) {
  return is_flat(value) && to_json(value).size() < line_max;
}

class Writer {
 public:
  Writer() {
    emitter_.SetIndent(2);
    emitter_.SetMapFormat(YAML::Block);
    emitter_.SetSeqFormat(YAML::Block);
  }

  std::string write(const Value& value) {
    append(value);
    return std::string(emitter_.c_str(), emitter_.size()) + "\n";
  }

 private:
  void append(const Value& value) {
    if (const List* list = value.list()) {
      begin(value, YAML::BeginSeq);
      for (const Value& item : *list) {
        append(item);
      }
      emitter_ << YAML::EndSeq;
    } else if (const Object* object = value.object()) {
      begin(value, YAML::BeginMap);
      for (const auto& [name, member] : *object) {
        emitter_ << YAML::Key;
        append_text(name);
        emitter_ << YAML::Value;
        append(member);
      }
      emitter_ << YAML::EndMap;
    } else if (const std::string* text = value.text()) {
      append_text(*text);
    } else {
      append_plain(value);
    }
  }

  void begin(const Value& value, YAML::EMITTER_MANIP opening) {
    if (fits_on_a_line(value)) {
      emitter_ << YAML::Flow;
    }
    emitter_ << opening;
  }

  void append_text(const std::string& text) {
    if (plain_scalar(text).text() == nullptr || text.find('\n') != std::string::npos) {
      emitter_ << YAML::DoubleQuoted;
    }
    emitter_ << text;
  }

  void append_plain(const Value& value) {
    if (value.is_null()) {
      emitter_ << YAML::Null;
    } else if (const bool* boolean = value.boolean()) {
      emitter_ << (*boolean ? "true" : "false");
    } else {
      emitter_ << value.number()->digits;
    }
  }

  YAML::Emitter emitter_;
};

}  // namespace

std::string to_yaml(const Value& value) { return Writer().write(value); }

}  // namespace weir
