// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mark_table.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view no_such_table = "1146";

constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS weir_mark ("
    "journal CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "pipeline VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, "
    "lane INT UNSIGNED NOT NULL, "
    "sequence BIGINT UNSIGNED NOT NULL, "
    "fence BIGINT UNSIGNED NOT NULL, "
    "PRIMARY KEY (journal, pipeline, lane)) "
    "ENGINE=InnoDB COMMENT='which batches Weir has committed here; do not edit'";

// A row for every place from which this user, or a role of it, has the right to create the table.
constexpr std::string_view may_create =
    "SELECT 1 FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'CREATE' "
    "UNION ALL SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = "
    "'CREATE' AND DATABASE() LIKE TABLE_SCHEMA "
    "UNION ALL SELECT 1 FROM information_schema.TABLE_PRIVILEGES WHERE PRIVILEGE_TYPE = 'CREATE' "
    "AND TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'weir_mark'";

// 'weir'@'%' as CURRENT_USER() gives it, ready for a GRANT.
std::string account(MysqlConnection& connection) {
  const auto rows = connection.query("SELECT CURRENT_USER()");
  if (!rows || rows->empty() || !rows->front().front()) {
    return "<the user of the connection>";
  }
  const std::string& user = *rows->front().front();
  const std::size_t at = user.rfind('@');
  return fmt::format("'{}'@'{}'", user.substr(0, at), user.substr(at + 1));
}

Error with_grant(MysqlConnection& connection, Error error) {
  if (error.kind == ErrorKind::unauthorized) {
    const auto database = connection.query("SELECT DATABASE()");
    const std::string name =
        database && !database->empty() ? database->front().front().value_or("") : "";
    error.message += fmt::format(
        "; delivering each record once needs the table `weir_mark`: GRANT SELECT, "
        "INSERT, UPDATE, CREATE ON {}.`weir_mark` TO {}",
        MysqlConnection::quote_name(name), account(connection));
  }
  return error;
}

}  // namespace

MarkTable::MarkTable(MysqlConnection& connection, const std::string& journal_uuid,
                     const std::string& pipeline, std::uint32_t lane)
    : connection_(connection) {
  const std::string journal = connection.quote(journal_uuid);
  const std::string name = connection.quote(pipeline);
  key_ = fmt::format("{}, {}, {}", journal, name, lane);
  predicate_ = fmt::format("journal = {} AND pipeline = {} AND lane = {}", journal, name, lane);
  const char* off = std::getenv("WEIR_TEST_NO_MARK");  // NOLINT(concurrency-mt-unsafe)
  off_ = off != nullptr && std::string_view(off) == "1";
}

Result<void> MarkTable::ensure(MysqlConnection& connection) {
  auto found = connection.query("SELECT sequence, fence FROM weir_mark LIMIT 0");
  if (found) {
    return {};
  }
  if (found.error().code == no_such_table) {
    auto created = connection.execute(create_table);
    if (created) {
      return {};
    }
    return tl::unexpected(with_grant(connection, std::move(created).error()));
  }
  return tl::unexpected(with_grant(connection, std::move(found).error()));
}

Result<void> MarkTable::check(MysqlConnection& connection) {
  auto found = connection.query("SELECT sequence, fence FROM weir_mark LIMIT 0");
  if (found) {
    for (const std::string_view statement :
         {"INSERT INTO weir_mark SELECT * FROM weir_mark WHERE 1 = 0",
          "UPDATE weir_mark SET sequence = sequence, fence = fence WHERE 1 = 0"}) {
      auto allowed = connection.execute(statement);
      if (!allowed) {
        return tl::unexpected(with_grant(connection, std::move(allowed).error()));
      }
    }
    return {};
  }
  if (found.error().code != no_such_table) {
    return tl::unexpected(with_grant(connection, std::move(found).error()));
  }
  WEIR_TRY(const auto rights, connection.query(may_create));
  if (rights.empty()) {
    return tl::unexpected(
        with_grant(connection, Error{ErrorKind::unauthorized,
                                     connection.place() + ": this user may not create `weir_mark`",
                                     {},
                                     std::nullopt}));
  }
  return {};
}

Result<Mark> MarkTable::claim(std::uint64_t fence) {
  fence_ = fence;
  if (off_) {
    return Mark{fence, 0};
  }
  // A predecessor that died inside a transaction holds the row until the server has noticed; this
  // statement waits for it, so that what is read afterwards is its last word.
  auto raised = connection_.execute(
      fmt::format("INSERT INTO weir_mark (journal, pipeline, lane, sequence, fence) "
                  "VALUES ({}, 0, {}) ON DUPLICATE KEY UPDATE fence = GREATEST(fence, {})",
                  key_, fence, fence));
  if (!raised) {
    return tl::unexpected(with_grant(connection_, std::move(raised).error()));
  }
  auto rows = connection_.query("SELECT fence, sequence FROM weir_mark WHERE " + predicate_);
  if (!rows) {
    return tl::unexpected(with_grant(connection_, std::move(rows).error()));
  }
  if (rows->size() != 1) {
    return fail(ErrorKind::conflict, connection_.place() + ": the mark's row was deleted just now");
  }
  const Mark mark{std::stoull(rows->front()[0].value_or("0")),
                  std::stoull(rows->front()[1].value_or("0"))};
  if (mark.fence > fence) {
    return fail(
        ErrorKind::conflict,
        fmt::format("{}: the mark's fence stands at {}, this process came with {}: another process "
                    "has taken over this pipeline, or an older journal was put back; end the other "
                    "one, or put the newer journal back",
                    connection_.place(), mark.fence, fence));
  }
  return mark;
}

Result<void> MarkTable::advance(std::uint64_t sequence) {
  if (off_) {
    return {};
  }
  auto advanced = connection_.execute(fmt::format(
      "UPDATE weir_mark SET sequence = {} WHERE {} AND fence = {}", sequence, predicate_, fence_));
  if (!advanced && advanced.error().code == no_such_table) {
    return fail(ErrorKind::invalid_config,
                connection_.place() +
                    ": table `weir_mark` was dropped while it was in use; run "
                    "again, which makes it anew, and leave it alone",
                std::string(no_such_table));
  }
  WEIR_CHECK(std::move(advanced));
  if (connection_.affected_rows() != 1) {
    return fail(ErrorKind::conflict,
                fmt::format("{}: the mark's fence is not at {} any more: another process has taken "
                            "over this pipeline; let it work, or end it and run again",
                            connection_.place(), fence_));
  }
  return {};
}

}  // namespace weir
