// SPDX-License-Identifier: Apache-2.0
#include "transform/name_check.h"

#include "expr/time_variable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace weir {
namespace {

// Every name that leads to something in a record, two levels deep: `day`, `extend.id` and `id`,
// `items.qty`, and as beatFlat calls it `items_qty`.
void collect_names(const Transform& transform, const Value& record, std::set<std::string>& names) {
  for (const auto& [name, value] : *record.object()) {
    names.insert(name);
    if (const Object* inside = value.object()) {
      for (const auto& member : *inside) {
        names.insert(name + "." + member.first);
        if (transform.finds(record, member.first)) {
          names.insert(member.first);
        }
      }
    }
    for (const Value& row : value.list() != nullptr ? *value.list() : List()) {
      for (const auto& cell : row.object() != nullptr ? *row.object() : Object()) {
        names.insert(name + "." + cell.first);
        names.insert(name + "_" + cell.first);
      }
    }
  }
}

class AbsentNames {
 public:
  AbsentNames(const Transform& transform, const std::vector<Value>& records, Faults& faults)
      : transform_(transform), records_(records), faults_(faults) {
    std::set<std::string> names;
    for (const Value& record : records) {
      collect_names(transform, record, names);
    }
    known_.assign(names.begin(), names.end());
  }

  // `key`: where the file uses the name; empty: in a value of the target.
  void look_for(const std::string& name, const Location& at, std::string_view key) {
    const bool found = name.empty() || TimeVariable::parse(name) ||
                       std::any_of(records_.begin(), records_.end(), [&](const Value& record) {
                         return transform_.finds(record, name);
                       });
    if (found || records_.empty() || !told_.emplace(at.line, name).second) {
      return;
    }
    const std::string hint = suggestion(name, known_);
    add_warning(faults_, at,
                fmt::format("{}`{}` is on none of {} records that were fetched{}",
                            key.empty() ? "" : fmt::format("`{}`: ", key), name, records_.size(),
                            hint.empty() ? "; it is empty unless the source gives it" : hint));
  }

 private:
  const Transform& transform_;
  const std::vector<Value>& records_;
  Faults& faults_;
  std::vector<std::string> known_;
  std::set<std::pair<int, std::string>> told_;
};

}  // namespace

SampleRecords sample_records(const Transform& transform, const std::vector<std::string_view>& raw) {
  SampleRecords made;
  for (const std::string_view bytes : raw) {
    const auto assembled = transform.assemble(bytes);
    if (!assembled || assembled->object() == nullptr) {
      continue;
    }
    auto cleaned = transform.clean(*assembled);
    made.cleaned.push_back(cleaned ? std::move(*cleaned) : *assembled);
    auto converted = transform.convert(made.cleaned.back());
    for (Value& record : converted ? *converted : std::vector<Value>()) {
      if (record.object() != nullptr) {
        made.converted.push_back(std::move(record));
      }
    }
  }
  return made;
}

void warn_of_absent_names(const Strategy& source, const Transform& transform,
                          const SampleRecords& records, Faults& faults) {
  AbsentNames cleaned(transform, records.cleaned, faults);
  cleaned.look_for(source.id, source.place("id"), "id");
  cleaned.look_for(source.number, source.place("number"), "number");
  for (const FormatRule& rule : source.format_response) {
    cleaned.look_for(rule.old_name, rule.at, "formatResponse");
  }
  AbsentNames converted(transform, records.converted, faults);
  for (const auto& group : source.conditions) {
    for (const Condition& condition : group) {
      if (condition.logic != "isnull") {
        converted.look_for(condition.field, condition.at, "condition");
      }
    }
  }
  for (const QualityRule& rule : source.quality) {
    converted.look_for(rule.field, rule.at, "quality");
  }
  for (const TableName& table : source.beat_flat) {
    converted.look_for(table.name, table.at, "beatFlat");
  }
  if (source.response.empty()) {
    transform.visit_names(
        [&](const std::string& name, const Location& at) { converted.look_for(name, at, ""); });
  }
}

void warn_of_clocks(const Strategy& source, const Transform& transform, Faults& faults) {
  if (source.id_check) {
    return;
  }
  std::set<std::pair<int, std::string>> told;
  transform.visit_templates([&](const Template& value, const Location& at) {
    for (const std::string& clock : value.clocks()) {
      if (told.emplace(at.line, clock).second) {
        add_warning(faults, at,
                    fmt::format("`{}` makes what is sent differ each time: with `idCheck: false` "
                                "every changed record is delivered again, though nothing else of "
                                "its row differs, and `weir replay` delivers all of them; let the "
                                "table fill that column, as by DEFAULT CURRENT_TIMESTAMP",
                                clock));
      }
    }
  });
}

}  // namespace weir
