// SPDX-License-Identifier: Apache-2.0
#include "transform/response_format.h"

#include "transform/record_names.h"
#include "transform/sub_table.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <utility>

namespace weir {
namespace {

// `items.day_new` is `day_new` of a row of `items`.
std::string_view name_in_row(std::string_view name, std::string_view table) {
  const bool prefixed = name.size() > table.size() + 1 && name[table.size()] == '.' &&
                        name.substr(0, table.size()) == table;
  return prefixed ? name.substr(table.size() + 1) : name;
}

}  // namespace

ResponseFormat ResponseFormat::compile(const std::vector<FormatRule>& rules,
                                       const RecordShape& shape, const TimeZone& zone,
                                       Faults& faults) {
  ResponseFormat made(shape.around, zone);
  for (const FormatRule& rule : rules) {
    if (auto format = compile_format(rule, faults)) {
      format->wall_time = is_wall_time(shape, rule.old_name);
      made.steps_.push_back({rule.old_name, rule.new_name, rule.format, std::move(*format)});
    }
  }
  return made;
}

Result<void> ResponseFormat::apply(Value& record) const {
  RecordEditor editor(record, around_, steps_.size());
  for (const Step& step : steps_) {
    const Value* old = editor.find(step.old_name);
    if (old == nullptr && find_sub_table(record, step.old_name, around_)) {
      WEIR_CHECK(apply_to_rows(step, record));
      continue;
    }
    WEIR_TRY(Value value, formatted(step, old));
    editor.set(step.new_name, std::move(value));
  }
  return {};
}

Result<Value> ResponseFormat::formatted(const Step& step, const Value* old) const {
  if (old == nullptr) {
    return Value();
  }
  auto value = apply_format(step.format, *old, zone_);
  if (!value) {
    return tl::unexpected(value.error().within(fmt::format(
        "formatResponse `{}` to `{}` ({})", step.old_name, step.new_name, step.written)));
  }
  return value;
}

Result<void> ResponseFormat::apply_to_rows(const Step& step, Value& record) const {
  const auto table = find_sub_table(record, step.old_name, around_);
  const std::string_view name = name_in_row(step.new_name, table->name);
  // The record was handed over to be changed, and the list is a part of it.
  List& rows = *const_cast<Value*>(table->rows)->list();  // NOLINT(*-const-cast)
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string place = fmt::format("row {} of `{}`", row + 1, table->name);
    if (rows[row].object() == nullptr) {
      return fail(ErrorKind::rejected, place + " holds no fields");
    }
    auto value = formatted(step, find_in_record(rows[row], table->column, ""));
    if (!value) {
      return tl::unexpected(value.error().within(place));
    }
    rows[row].set(name, std::move(*value));
  }
  return {};
}

}  // namespace weir
