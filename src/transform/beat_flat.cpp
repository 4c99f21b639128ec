// SPDX-License-Identifier: Apache-2.0
#include "transform/beat_flat.h"

#include "core/excerpt.h"
#include "core/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view row_id_name = "bfn_id";

// The child in `<table>_<child>`; empty: the name is none.
std::string_view child_of(std::string_view name, std::string_view table) {
  const bool child = name.size() > table.size() + 1 && name[table.size()] == '_' &&
                     name.substr(0, table.size()) == table;
  return child ? name.substr(table.size() + 1) : std::string_view();
}

std::string own_id(const Value& element) {
  const Value* id = element.member("id");
  const bool plain = id != nullptr && (id->text() != nullptr || id->number() != nullptr);
  return plain ? to_text(*id) : std::string();
}

bool all_have_ids_apart(const std::vector<FlatRow>& rows) {
  std::set<std::string> ids;
  return std::all_of(rows.begin(), rows.end(), [&](const FlatRow& row) {
    const std::string id = own_id(*row.element);
    return !id.empty() && ids.insert(id).second;
  });
}

void warn_of_lists_that_response_lacks(const Strategy& source, Faults& faults) {
  std::vector<std::string> known;
  for (const Field& field : source.response) {
    known.push_back(field.field);
  }
  for (const TableName& table : source.beat_flat) {
    const bool there = std::find(known.begin(), known.end(), table.name) != known.end();
    if (!known.empty() && !there && table.name.find('.') == std::string::npos) {
      add_warning(
          faults, table.at,
          fmt::format("`{}` of `beatFlat` is not in `response`{}; without its rows a record "
                      "is filtered",
                      table.name, suggestion(table.name, known)));
    }
  }
}

}  // namespace

const Value* FlatRowScope::find(std::string_view name) const {
  if (name == row_id_name) {
    return &row_.id;
  }
  if (name == *row_.table && row_.element->object() == nullptr) {
    return row_.element;
  }
  const std::string_view child = child_of(name, *row_.table);
  const Value* own = child.empty() ? nullptr : find_in_record(*row_.element, child, "");
  return own != nullptr ? own : record_.find(name);
}

BeatFlat BeatFlat::compile(const Strategy& source, const RequestMap& map, std::string around,
                           Faults& faults) {
  BeatFlat made(source.id, std::move(around));
  for (const TableName& table : source.beat_flat) {
    made.tables_.push_back(table.name);
  }
  warn_of_lists_that_response_lacks(source, faults);
  map.visit_names([&](const std::string& name, const Location& at) {
    if (made.is_off() && name == row_id_name) {
      add_warning(faults, at,
                  "`bfn_id` is the id of a row that `beatFlat` makes, and the source has none; it "
                  "is empty");
    }
  });
  return made;
}

bool BeatFlat::gives(std::string_view name) const {
  const auto of_table = [&](const std::string& table) {
    return name == table || !child_of(name, table).empty();
  };
  return !is_off() &&
         (name == row_id_name || std::any_of(tables_.begin(), tables_.end(), of_table));
}

Result<std::vector<FlatRow>> BeatFlat::split(const Value& record) const {
  std::vector<FlatRow> rows;
  for (const std::string& table : tables_) {
    const Value* list = find_in_record(record, table, around_);
    const bool missing =
        list == nullptr || list->is_null() || (list->text() != nullptr && list->text()->empty());
    if (missing) {
      continue;
    }
    if (list->list() == nullptr) {
      return fail(ErrorKind::rejected,
                  fmt::format("beatFlat: `{}` must hold a list, and holds `{}`", table,
                              excerpt(to_text(*list), 60)));
    }
    std::size_t number = 0;
    for (const Value& element : *list->list()) {
      rows.push_back({&table, &element, ++number, {}});
    }
  }
  const Value* id = id_.empty() ? nullptr : find_in_record(record, id_, around_);
  const std::string prefix = id != nullptr ? to_text(*id) + "-" : std::string();
  const bool by_own_ids = all_have_ids_apart(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].id = prefix + (by_own_ids ? own_id(*rows[i].element) : std::to_string(i + 1));
  }
  return rows;
}

std::string BeatFlat::without_rows() const {
  return fmt::format("beatFlat: there are no rows in `{}`", fmt::join(tables_, "`, `"));
}

}  // namespace weir
