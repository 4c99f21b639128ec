// SPDX-License-Identifier: Apache-2.0
#include "core/nearest_name.h"

#include "core/edit_distance.h"

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

}  // namespace weir
