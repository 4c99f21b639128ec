// SPDX-License-Identifier: Apache-2.0
#include "spec/beat_flat_reader.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace weir {
namespace {

void add_names(std::string_view text, const Location& at, std::vector<TableName>& names,
               Faults& faults) {
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view name = text.substr(0, comma);
    while (!name.empty() && name.front() == ' ') {
      name.remove_prefix(1);
    }
    while (!name.empty() && name.back() == ' ') {
      name.remove_suffix(1);
    }
    const bool known = std::any_of(names.begin(), names.end(),
                                   [&](const TableName& other) { return other.name == name; });
    if (name.empty()) {
      add_error(faults, at, "an entry of `beatFlat` is empty; it must be the name of a list");
    } else if (known) {
      add_error(faults, at, "`" + std::string(name) + "` stands in `beatFlat` twice");
    } else {
      names.push_back({std::string(name), at});
    }
    if (comma == std::string_view::npos) {
      return;
    }
    text.remove_prefix(comma + 1);
  }
}

std::vector<TableName> names_in(const Value& value, const std::vector<Location>& places,
                                const Location& at, Faults& faults) {
  std::vector<TableName> names;
  const List entries = value.list() != nullptr ? *value.list() : List{value};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Location& place = i < places.size() ? places[i] : at;
    if (const std::string* text = entries[i].text()) {
      add_names(*text, place, names, faults);
    } else {
      add_error(faults, place,
                "`beatFlat` must be a list of names of lists, as in `[tableField_x]`");
    }
  }
  return names;
}

}  // namespace

std::vector<TableName> read_beat_flat(const Node& node, Faults& faults) {
  if (node.kind == Node::Kind::null) {
    return {};
  }
  std::vector<Location> places;
  for (const Node& item : node.items) {
    places.push_back(item.at);
  }
  return names_in(node.to_value(), places, node.at, faults);
}

std::vector<TableName> take_beat_flat(std::vector<Field>& other_request, Faults& faults) {
  const auto found = std::find_if(other_request.begin(), other_request.end(),
                                  [](const Field& field) { return field.field == "beatFlat"; });
  if (found == other_request.end()) {
    return {};
  }
  const Field field = std::move(*found);
  other_request.erase(found);
  const bool given = field.value && !field.value->value.is_null();
  return given ? names_in(field.value->value, {}, field.at, faults) : std::vector<TableName>();
}

}  // namespace weir
