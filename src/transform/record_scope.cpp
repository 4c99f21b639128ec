// SPDX-License-Identifier: Apache-2.0
#include "transform/record_scope.h"

#include "core/record.h"

#include <cstddef>

namespace weir {
namespace {

constexpr std::size_t few_members = 32;  // are looked through faster than hashed

}  // namespace

const Value* RecordScope::find(std::string_view name) const {
  const Object* object = record_.object();
  if (object == nullptr || object->size() <= few_members) {
    return find_in_record(record_, name, around_);
  }
  if (members_.empty()) {
    members_.reserve(object->size());
    for (const auto& [key, value] : *object) {
      members_.emplace(key, &value);  // the first of a name stays, as in Value::member
    }
  }
  if (const Value* literal = member(name)) {
    return literal;
  }
  const std::size_t dot = name.find('.');
  const Value* first = dot == std::string_view::npos ? nullptr : member(name.substr(0, dot));
  const Value* found = first == nullptr ? nullptr : find_by_path(*first, name.substr(dot + 1));
  const Value* envelope = found != nullptr ? nullptr : member(around_);
  return envelope != nullptr ? find_below(*envelope, name) : found;
}

const Value* RecordScope::member(std::string_view name) const {
  const auto found = members_.find(name);
  return found != members_.end() ? found->second : nullptr;
}

}  // namespace weir
