// SPDX-License-Identifier: Apache-2.0
#include "core/nearest_name.h"

#include "core/edit_distance.h"
#include "core/excerpt.h"

#include <cstddef>

namespace weir {

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t shortest = slip_limit(name.size()) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < shortest) {
      shortest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? std::string() : "; did you mean `" + nearest + "`?";
}

std::string unknown_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& known) {
  constexpr std::size_t shown = 16;
  const std::string text = "`" + excerpt(name, 120) + "` is no " + std::string(kind);
  const std::string nearest = suggestion(name, known);
  if (!nearest.empty() || known.empty()) {
    return text + nearest;
  }
  return text + (known.size() == 1 ? "; there is only " : "; known are ") +
         quoted_names(known, shown);
}

std::string quoted_names(const std::vector<std::string>& names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    text += (i == 0 ? "`" : ", `") + names[i] + "`";
  }
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more"
                             : text;
}

}  // namespace weir
