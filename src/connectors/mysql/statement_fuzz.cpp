// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/statement.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// Whatever the bytes: what was cut can be put together again, and the bounds hold.
void check(std::string_view sql, bool backslash_escapes) {
  const auto statement = weir::parse_statement(sql, backslash_escapes);
  if (!statement) {
    require(statement.error().kind == weir::ErrorKind::invalid_config);
    return;
  }
  require(statement->pieces.size() == statement->parameters.size() + 1);
  std::string whole;
  for (std::size_t i = 0; i < statement->pieces.size(); ++i) {
    whole += statement->pieces[i];
    if (i < statement->parameters.size()) {
      require(!statement->parameters[i].empty());
      whole += ':' + statement->parameters[i];
    }
  }
  require(sql.substr(0, whole.size()) == whole);
  if (statement->batching == weir::Batching::multi_row) {
    require(!statement->parameters.empty());
    require(statement->group_begin < statement->pieces.front().size());
    require(statement->group_end > 0 && statement->group_end <= statement->pieces.back().size());
    require(statement->pieces.front()[statement->group_begin] == '(');
    require(statement->pieces.back()[statement->group_end - 1] == ')');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  check(sql, true);
  check(sql, false);
  return 0;
}
