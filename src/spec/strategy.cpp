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

void mark_fields(std::vector<Field>& fields, const std::vector<std::string>& names) {
  for (Field& field : fields) {
    if (field.value && std::find(names.begin(), names.end(), field.field) != names.end()) {
      field.value->secret = true;
    }
    mark_fields(field.children, names);
  }
}

}  // namespace

const Field* Strategy::find(std::string_view field) const {
  const Field* found = find_field(request, field);
  return found != nullptr ? found : find_field(other_request, field);
}

void mark_secret(Strategy& strategy, const std::vector<std::string>& field_names) {
  mark_fields(strategy.request, field_names);
  mark_fields(strategy.other_request, field_names);
}

}  // namespace weir
