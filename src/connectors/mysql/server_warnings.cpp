// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/server_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace weir {
namespace {

// Deprecated syntax, statements unsafe for the binary log, aliases of character sets, interval
// notes of SAVEPOINT and its kin: nothing that happened to a row.
constexpr std::string_view about_the_statement[] = {"1287", "1592", "1681", "3090", "3130",
                                                    "3719", "3720", "3778", "3799", "4166"};

}  // namespace

std::optional<std::size_t> row_of_warning(std::string_view message) {
  constexpr std::string_view sign = " at row ";
  const std::size_t found = message.rfind(sign);
  if (found == std::string_view::npos) {
    return std::nullopt;
  }
  std::size_t row = 0;
  const char* begin = message.data() + found + sign.size();
  const char* end = message.data() + message.size();
  const auto [stopped, fault] = std::from_chars(begin, end, row);
  if (fault != std::errc() || stopped != end || row == 0) {
    return std::nullopt;
  }
  return row - 1;
}

Result<std::vector<ServerWarning>> read_warnings(MysqlConnection& connection, std::size_t rows) {
  WEIR_TRY(const std::vector<SqlRow> found, connection.query("SHOW WARNINGS"));
  std::vector<ServerWarning> warnings;
  for (const SqlRow& line : found) {
    const std::string code = line[1].value_or("");
    const std::string text = line[2].value_or("");
    if (std::find(std::begin(about_the_statement), std::end(about_the_statement), code) !=
        std::end(about_the_statement)) {
      continue;
    }
    std::optional<std::size_t> row = rows == 1 ? 0 : row_of_warning(text);
    if (row && *row >= rows) {
      row.reset();
    }
    warnings.push_back({row, fmt::format("{} (warning {})", text, code)});
  }
  return warnings;
}

}  // namespace weir
