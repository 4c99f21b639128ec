// SPDX-License-Identifier: Apache-2.0
#include "core/record.h"

#include "core/excerpt.h"
#include "core/hash.h"

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

const Value* find_in(const Value& value, std::string_view name) {
  const Value* literal = value.member(name);
  if (literal != nullptr || name.find('.') == std::string_view::npos) {
    return literal;
  }
  return find_by_path(value, name);
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

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t pair[] = {a, b};
  return hash64(std::string_view(reinterpret_cast<const char*>(pair), sizeof pair));
}

// Hashes a value in canonical form. Members of objects and of unordered lists are added up, so
// their order cannot matter; the kinds have seeds of their own, so `1` and `"1"` differ.
class ContentHasher {
 public:
  explicit ContentHasher(const RecordShape& shape) : shape_(shape) {}

  std::uint64_t hash(const Value& value) {
    if (const std::string* text = value.text()) {
      return hash64(*text, 1);
    }
    if (const Number* number = value.number()) {
      return hash64(number->digits, 2);
    }
    if (const Object* object = value.object()) {
      return hash_object(*object);
    }
    if (const List* list = value.list()) {
      return hash_list(*list);
    }
    if (const bool* boolean = value.boolean()) {
      return *boolean ? 3 : 4;
    }
    return 5;
  }

 private:
  std::uint64_t hash_object(const Object& object) {
    std::uint64_t sum = 0;
    const std::size_t parent = path_.size();
    for (const auto& [name, value] : object) {
      if (parent != 0) {
        path_ += '.';
      }
      path_ += name;
      if (!matches_any(shape_.ignored, path_)) {
        sum += mix(hash64(name, 6), hash(value));
      }
      path_.resize(parent);
    }
    return mix(sum, 7);
  }

  std::uint64_t hash_list(const List& list) {
    const bool unordered = matches_any(shape_.unordered, path_);
    std::uint64_t sum = 0;
    for (const Value& item : list) {
      const std::uint64_t hashed = hash(item);
      sum = unordered ? sum + mix(hashed, 8) : mix(sum, hashed);
    }
    return mix(sum, list.size());
  }

  const RecordShape& shape_;
  std::string path_;
};

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

const Value* find_in_record(const Value& record, std::string_view name, std::string_view around) {
  if (const Value* found = find_in(record, name)) {
    return found;
  }
  const Value* envelope = record.member(around);
  return envelope != nullptr ? find_in(*envelope, name) : nullptr;
}

std::uint64_t content_hash(const Value& record, const RecordShape& shape) {
  return ContentHasher(shape).hash(record);
}

}  // namespace weir
