// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retention_reader.h"

#include "core/byte_size.h"
#include "core/duration.h"
#include "spec/field_reader.h"

#include <fmt/format.h>

#include <string>

namespace weir {
namespace {

constexpr std::string_view no_limit = "off";

struct RetentionText {
  std::string age = "90d";
  std::string size = "10GB";
};

const Spec<RetentionText>& retention_spec() {
  static const auto spec =
      Spec<RetentionText>("How long the journal keeps raw JSON that nothing waits for, or `off`.")
          .field(&RetentionText::age, "age",
                 "Raw JSON that came longer ago is given up; `off`: none for its age.")
          .example("90d")
          .field(&RetentionText::size, "size",
                 "Of more than this, compressed as it is stored, the oldest is given up; `off`: "
                 "none for its size.")
          .example("10GB");
  return spec;
}

// What `parse` makes of the text, if that is more than nothing; empty: no limit.
template <typename T, typename Parse>
void read_limit(const std::string& text, const Node& node, const char* name, const char* expected,
                const Parse& parse, std::optional<T>& limit, Faults& faults) {
  if (text == no_limit) {
    limit.reset();
    return;
  }
  const Result<T> value = parse(text);
  if (value && *value > T(0)) {
    limit = *value;
    return;
  }
  const Node* member = node.member(name);
  add_error(
      faults, member != nullptr ? member->at : node.at,
      fmt::format("`{}` of `retention` must be {}, or `off`, and is `{}`", name, expected, text));
}

}  // namespace

SettingSpec retention_setting() {
  const SpecTable table = retention_table();
  SettingSpec setting;
  setting.name = "retention";
  setting.description = table.description;
  setting.settings = table.settings;
  return setting;
}

SpecTable retention_table() { return retention_spec().table(); }

Retention read_retention(const Node& node, Faults& faults) {
  Retention retention;
  if (node.kind == Node::Kind::scalar && scalar_text(node).value_or("") == no_limit) {
    retention.age.reset();
    retention.bytes.reset();
    return retention;
  }
  if (node.kind == Node::Kind::scalar || node.kind == Node::Kind::sequence) {
    add_error(faults, node.at,
              "`retention` must be limits, as in `{age: 90d, size: 10GB}`, or `off`");
    return retention;
  }
  const RetentionText text = retention_spec().read(node, {}, faults);
  read_limit(text.age, node, "age", "a length of time, as in `90d`", parse_duration, retention.age,
             faults);
  read_limit(text.size, node, "size", "a size, as in `10GB` or `500MB`", parse_byte_size,
             retention.bytes, faults);
  return retention;
}

}  // namespace weir
