// SPDX-License-Identifier: Apache-2.0
#include "core/asked_names.h"

#include <optional>

namespace weir {
namespace {

// find_in_record's order.
enum Rank { literal_in_record, path_in_record, literal_around, path_around };

// The rest of a path whose first step this is.
std::optional<std::string_view> rest_behind(std::string_view step, std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot != std::string_view::npos && path.substr(0, dot) == step
             ? std::optional(path.substr(dot + 1))
             : std::nullopt;
}

bool is_step(std::string_view text) { return text.find('.') == std::string_view::npos; }

}  // namespace

const Value* AskedNames::Find::in(const Value& member) const {
  return path.empty() ? &member : literal ? find_below(member, path) : find_by_path(member, path);
}

std::vector<AskedNames::Find> AskedNames::finds(Level level, std::string_view member) const {
  const bool lifted = !shape_.values.empty();
  std::vector<Find> found;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string_view name = names_[i];
    const auto rest = rest_behind(member, name);
    if (level == Level::record) {
      if (name == member) {
        found.push_back({i, literal_in_record, {}});
      }
      if (rest) {
        found.push_back({i, path_in_record, std::string(*rest)});
      }
      if (!lifted && member == shape_.around) {
        found.push_back({i, literal_around, std::string(name), true});
      }
      continue;
    }
    if (const auto within = rest_behind(shape_.around, name)) {
      if (*within == member && is_step(member)) {
        found.push_back({i, path_in_record, {}});
      } else if (const auto deeper = rest_behind(member, *within)) {
        found.push_back({i, path_in_record, std::string(*deeper)});
      }
    }
    if (name == member) {
      found.push_back({i, literal_around, {}});
    }
    if (rest) {
      found.push_back({i, path_around, std::string(*rest)});
    }
  }
  return found;
}

}  // namespace weir
