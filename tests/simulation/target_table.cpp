// SPDX-License-Identifier: Apache-2.0
#include "simulation/target_table.h"

#include "core/hash.h"
#include "core/value.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "simulation/truth.h"

namespace weir::simulation {
namespace {

std::string text_member(const Value& value, std::string_view name) {
  const Value* member = value.member(name);
  return member != nullptr ? to_text(*member) : std::string();
}

}  // namespace

Mark mark_of(const World& world, std::uint32_t lane) {
  Mark mark;
  for (const TargetEntry& entry : world.state().target.all()) {
    if (entry.lane != lane) {
      continue;
    }
    if (entry.kind == TargetEntry::Kind::claimed) {
      mark.fence = entry.fence;
    } else if (entry.kind == TargetEntry::Kind::committed) {
      mark.sequence = entry.sequence;
    }
  }
  return mark;
}

std::vector<TargetRow> table_of(const World& world) {
  const bool keyed = world.profile().redelivery == Redelivery::when_different;
  std::vector<TargetRow> table;
  std::map<std::uint32_t, std::size_t> places;
  for (const TargetEntry& entry : world.state().target.all()) {
    if (entry.kind != TargetEntry::Kind::row) {
      continue;
    }
    const TargetRow row{entry.row, entry.version, entry.content};
    const auto [place, added] = places.try_emplace(entry.row, table.size());
    if (keyed && !added && entry.row != no_row) {
      table[place->second] = row;
    } else {
      table.push_back(row);
    }
  }
  return table;
}

TargetEntry entry_of(const Value& request) {
  TargetEntry entry;
  entry.content = hash64(to_json(request));
  entry.row = no_row;
  if (const Value* params = request.member("main_params")) {
    entry.row = row_of(text_member(*params, "id")).value_or(no_row);
    const std::string version = text_member(*params, "version");
    std::from_chars(version.data(), version.data() + version.size(), entry.version);
  }
  return entry;
}

}  // namespace weir::simulation
