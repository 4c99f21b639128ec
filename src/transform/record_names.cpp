// SPDX-License-Identifier: Apache-2.0
#include "transform/record_names.h"

#include "core/record.h"

#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t few_members = 32;  // are looked through faster than hashed

}  // namespace

const Value* RecordNames::find(std::string_view name) const {
  const Object* object = record_.object();
  if (object == nullptr || (object->size() <= few_members && members_.empty())) {
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

const Value* RecordNames::member(std::string_view name) const {
  const auto found = members_.find(name);
  return found != members_.end() ? found->second : nullptr;
}

RecordEditor::RecordEditor(Value& record, std::string_view around, std::size_t additions)
    : record_(record), names_(record, around) {
  // So that neither names nor values move while members are added.
  record.object()->reserve(record.object()->size() + additions);
}

void RecordEditor::set(std::string_view name, Value value) {
  if (names_.members_.empty()) {
    record_.set(name, std::move(value));
  } else if (const Value* held = names_.member(name)) {
    // The record was handed over to be changed, and the member is a part of it.
    *const_cast<Value*>(held) = std::move(value);  // NOLINT(*-const-cast)
  } else {
    const auto& [key, added] = record_.object()->emplace_back(std::string(name), std::move(value));
    names_.members_.emplace(key, &added);
  }
}

}  // namespace weir
