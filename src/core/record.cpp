// SPDX-License-Identifier: Apache-2.0
#include "core/record.h"

#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace weir {
namespace {

const Value* step_into(const Value& value, std::string_view step) {
  if (const List* list = value.list()) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool whole = error == std::errc() && end == step.data() + step.size();
    return whole && index < list->size() ? &(*list)[index] : nullptr;
  }
  return value.member(step);
}

// `*` stands for any run of characters.
bool matches(std::string_view pattern, std::string_view text) {
  while (!pattern.empty() && pattern.front() != '*') {
    if (text.empty() || text.front() != pattern.front()) {
      return false;
    }
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  if (pattern.empty()) {
    return text.empty();
  }
  pattern.remove_prefix(1);
  for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
    if (matches(pattern, text.substr(skipped))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, text); });
}

bool is_wall_time(const RecordShape& shape, std::string_view name) {
  return matches_any(shape.wall_times, name) ||
         matches_any(shape.wall_times, shape.around + "." + std::string(name));
}

Result<Value> shape_record(Value raw, const RecordShape& shape) {
  Object* members = raw.object();
  if (members == nullptr) {
    return fail(ErrorKind::rejected,
                fmt::format("a record must be a JSON object, not `{}`", excerpt(to_json(raw), 60)));
  }
  if (shape.values.empty()) {
    return raw;
  }
  const auto at = std::find_if(members->begin(), members->end(),
                               [&](const auto& member) { return member.first == shape.values; });
  Value record{Object()};
  if (at != members->end()) {
    if (at->second.object() == nullptr) {
      return fail(ErrorKind::rejected, fmt::format("`{}` must be a JSON object, not `{}`",
                                                   shape.values, excerpt(to_json(at->second), 60)));
    }
    record = std::move(at->second);
    members->erase(at);
  }
  record.set(shape.around, std::move(raw));
  return record;
}

Result<Value> assemble_record(std::string_view raw, const RecordShape& shape) {
  WEIR_TRY(Value value, parse_json(raw));
  return shape_record(std::move(value), shape);
}

const Value* find_by_path(const Value& value, std::string_view path) {
  const Value* found = &value;
  while (found != nullptr) {
    const std::size_t dot = path.find('.');
    found = step_into(*found, path.substr(0, dot));
    if (dot == std::string_view::npos) {
      break;
    }
    path.remove_prefix(dot + 1);
  }
  return found;
}

const Value* find_below(const Value& value, std::string_view name) {
  const Value* literal = value.member(name);
  if (literal != nullptr || name.find('.') == std::string_view::npos) {
    return literal;
  }
  return find_by_path(value, name);
}

const Value* find_in_record(const Value& record, std::string_view name, std::string_view around) {
  if (const Value* found = find_below(record, name)) {
    return found;
  }
  const Value* envelope = record.member(around);
  return envelope != nullptr ? find_below(*envelope, name) : nullptr;
}

}  // namespace weir
