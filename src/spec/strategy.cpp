// SPDX-License-Identifier: Apache-2.0
#include "spec/strategy.h"

#include <algorithm>

namespace weir {
namespace {

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.field == name; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

const Field* Strategy::find(std::string_view field) const {
  const Field* found = find_field(request, field);
  return found != nullptr ? found : find_field(other_request, field);
}

const Location& Strategy::place(std::string_view name) const {
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const auto& each) { return each.first == name; });
  return found == places.end() ? at : found->second;
}

}  // namespace weir
