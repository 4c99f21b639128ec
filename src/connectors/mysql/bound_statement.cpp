// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/bound_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

const Field* BoundStatement::field(std::string_view name) const {
  const auto found = std::find_if(fields->begin(), fields->end(),
                                  [&](const Field& one) { return one.field == name; });
  return found == fields->end() ? nullptr : &*found;
}

Result<MysqlStatement> BoundStatement::parse(bool backslash_escapes) const {
  WEIR_TRY(MysqlStatement read,
           parse_statement(positional_sql.empty() ? sql : positional_sql, backslash_escapes));
  if (read.parameters.size() != names.size()) {
    return read;
  }
  for (TargetColumn& column : read.columns) {
    const auto parameter =
        std::find(read.parameters.begin(), read.parameters.end(), column.parameter);
    if (parameter != read.parameters.end()) {
      column.parameter = names[static_cast<std::size_t>(parameter - read.parameters.begin())];
    }
  }
  read.parameters = names;
  return read;
}

Result<std::vector<const Object*>> BoundStatement::rows_of(const Value& request) const {
  return objects_of(values.empty() ? &request : request.member(values));
}

Result<std::vector<const Object*>> BoundStatement::objects_of(const Value* bound) const {
  std::vector<const Object*> rows;
  if (bound != nullptr && each && bound->list() != nullptr) {
    for (const Value& element : *bound->list()) {
      rows.push_back(element.object());
    }
  } else if (bound != nullptr && !each) {
    rows.push_back(bound->object());
  }
  const bool whole = std::find(rows.begin(), rows.end(), nullptr) == rows.end();
  if (!whole || (rows.empty() && (bound == nullptr || bound->list() == nullptr))) {
    return without_values();
  }
  return rows;
}

tl::unexpected<Error> BoundStatement::without_values() const {
  return fail(ErrorKind::internal,
              fmt::format("the record was mapped without the values of `{}`", key));
}

}  // namespace weir
