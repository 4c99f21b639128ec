// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class StatementVerb : std::uint8_t { insert, replace, update, remove, other };

// How many records one call to the server can carry.
enum class Batching : std::uint8_t {
  none,       // record by record
  array,      // by array binding only: the tail behind VALUES(…) has placeholders
  multi_row,  // by array binding, or by repeating the group behind VALUES
};

// A column of an INSERT's list, and what stands for it in VALUES.
struct TargetColumn {
  std::string name;
  std::string parameter;  // when the value is one placeholder and nothing else; else empty
};

// The user's statement, understood as far as writing in bulk and checking need it.
struct MysqlStatement {
  StatementVerb verb = StatementVerb::other;
  Batching batching = Batching::none;
  bool commits_itself = false;  // CALL, DDL and their kin: no transaction holds around it

  std::string schema;  // when the table is written as schema.table
  std::string table;   // of INSERT, REPLACE, UPDATE and DELETE on one table; else empty
  std::vector<TargetColumn> columns;  // of INSERT and REPLACE, when a list is given
  bool updates_on_duplicate = false;  // ON DUPLICATE KEY UPDATE stands there
  bool ignores_faults = false;        // INSERT IGNORE

  // The text is pieces[0] + parameters[0] + pieces[1] + … : one piece more than parameters.
  std::vector<std::string> pieces;
  std::vector<std::string> parameters;  // names in order of occurrence, repeats included
  // Where the group behind VALUES stands in the text of `pieces` (batching multi_row): it begins in
  // pieces[0] at `group_begin`, and ends in the last piece at `group_end`.
  std::size_t group_begin = 0;
  std::size_t group_end = 0;

  // Executed twice, it adds two rows where the table has no unique key: INSERT and nothing more.
  bool is_plain_insert() const {
    return verb == StatementVerb::insert && !updates_on_duplicate && !ignores_faults;
  }

  // With `?` for each parameter, as it is prepared.
  std::string prepared() const;
};

// Errors: `invalid_config`, with the byte offset: no statement, several, an unclosed literal, a
// `?`.
Result<MysqlStatement> parse_statement(std::string_view sql, bool backslash_escapes = true);

}  // namespace weir
