// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/schema.h"

#include "core/failpoint.h"
#include "journal/sqlite/byte_codec.h"
#include "journal/sqlite/head_table.h"
#include "journal/sqlite/schema_steps.h"

#include <fmt/format.h>

#include <random>

namespace weir {
namespace {

constexpr std::int64_t application_id = 0x57454952;  // "WEIR", at byte 68 of the file

std::string new_uuid() {
  std::random_device device;
  const auto word = [&] { return std::uint64_t{device()} << 32U | device(); };
  const std::uint64_t high = (word() & ~0xf000ULL) | 0x4000ULL;
  const std::uint64_t low = (word() & ~(3ULL << 62U)) | 2ULL << 62U;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xffffU,
                     high & 0xffffU, low >> 48U, low & 0xffff'ffff'ffffULL);
}

std::int64_t seal_of(std::int64_t schema, std::string_view uuid, std::int64_t created_at) {
  ByteWriter writer;
  writer.fixed(schema);
  writer.text(uuid);
  writer.fixed(created_at);
  constexpr std::uint64_t seed = 0x4e'41'4d'45;
  return writer.seal(seed);
}

Result<void> write_name(Database& database, std::int64_t schema, std::string_view uuid,
                        std::int64_t created_at) {
  Statement replace(database,
                    "INSERT OR REPLACE INTO journal(one, schema, uuid, created_at, seal) "
                    "VALUES(1, ?1, ?2, ?3, ?4)");
  auto row = replace.use();
  row.bind(1, schema);
  row.bind_text(2, uuid);
  row.bind(3, created_at);
  row.bind(4, seal_of(schema, uuid, created_at));
  return row.run();
}

// Runs `work` in a transaction of its own.
template <typename Work>
Result<void> in_transaction(Database& database, const Work& work) {
  WEIR_CHECK(database.execute("BEGIN IMMEDIATE"));
  Result<void> done = work();
  if (done) {
    done = database.execute("COMMIT");
  }
  if (!done && database.in_transaction()) {
    const auto rolled_back = database.execute("ROLLBACK");
    static_cast<void>(rolled_back);  // the first error tells more
  }
  return done;
}

Result<void> run_steps(Database& database, int from, int to) {
  for (int step = from; step < to; ++step) {
    WEIR_CHECK(schema_steps()[static_cast<std::size_t>(step)](database));
  }
  return {};
}

}  // namespace

Result<bool> is_empty_journal(Database& database) {
  WEIR_TRY(const std::int64_t tables, database.integer("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) {
    return true;
  }
  WEIR_TRY(const std::int64_t id, database.integer("PRAGMA application_id"));
  if (id != application_id) {
    return database.damaged("this SQLite file is no journal of weir");
  }
  return false;
}

Result<void> create_journal(Database& database, Timestamp now, int version) {
  return in_transaction(database, [&]() -> Result<void> {
    WEIR_CHECK(database.execute(fmt::format("PRAGMA application_id={}", application_id).c_str()));
    WEIR_CHECK(run_steps(database, 0, version));
    HeadTable head(database);
    WEIR_CHECK(head.save(Head{}));
    return write_name(database, version, new_uuid(), now.time_since_epoch().count());
  });
}

Result<void> rename_journal(Database& database, const JournalName& name) {
  return in_transaction(database, [&]() -> Result<void> {
    WEIR_TRY(const std::int64_t created_at, database.integer("SELECT created_at FROM journal"));
    return write_name(database, name.schema, new_uuid(), created_at);
  });
}

Result<JournalName> read_journal_name(Database& database) {
  Statement select(database, "SELECT schema, uuid, created_at, seal FROM journal WHERE one = 1");
  auto row = select.use();
  WEIR_TRY(const bool found, row.step());
  if (!found || row.integer(3) != seal_of(row.integer(0), row.text(1), row.integer(2))) {
    return database.damaged("table `journal` is empty or does not match its seal");
  }
  if (row.integer(0) > schema_version) {
    return fail(ErrorKind::invalid_config,
                fmt::format("journal `{}` was written by a newer weir (its version is {}, this "
                            "program knows {}); use that weir, or a newer one",
                            database.file().string(), row.integer(0), schema_version));
  }
  return JournalName{static_cast<int>(row.integer(0)), std::string(row.text(1))};
}

Result<void> migrate_journal(Database& database, const JournalName& name) {
  return in_transaction(database, [&]() -> Result<void> {
    WEIR_CHECK(run_steps(database, name.schema, schema_version));
    WEIR_TRY(const std::int64_t created_at, database.integer("SELECT created_at FROM journal"));
    WEIR_CHECK(write_name(database, schema_version, name.uuid, created_at));
    failpoint("journal.migrate");
    return {};
  });
}

}  // namespace weir
