// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/run_table.h"

#include "core/hash.h"
#include "journal/sqlite/byte_codec.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

std::int64_t seal_of(const RunRow& run) {
  ByteWriter writer;
  writer.fixed(static_cast<std::int64_t>(run.id));
  writer.fixed(static_cast<std::int64_t>(run.pipeline));
  writer.fixed(run.started_at);
  writer.fixed(run.ended_at.value_or(-1));
  writer.fixed(run.definition);
  writer.text(run.report);
  constexpr std::uint64_t seed = 0x52'55'4e'30;
  return writer.seal(seed);
}

std::string definition_hash(std::string_view text) {
  const Hash128 hash = hash128(text);
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

}  // namespace

RunTable::RunTable(Database& database)
    : database_(database),
      replace_(database,
               "INSERT OR REPLACE INTO run(id, pipeline, started_at, ended_at, definition, report, "
               "seal) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      select_(database,
              "SELECT pipeline, started_at, ended_at, definition, report, seal FROM run "
              "WHERE id = ?1"),
      find_definition_(database, "SELECT id, text FROM definition WHERE hash = ?1"),
      insert_definition_(database,
                         "INSERT INTO definition(hash, text) VALUES(?1, ?2) RETURNING id"),
      select_definition_(database, "SELECT hash, text FROM definition WHERE id = ?1") {}

Result<void> RunTable::write(const RunRow& run) {
  auto row = replace_.use();
  row.bind(1, static_cast<std::int64_t>(run.id));
  row.bind(2, static_cast<std::int64_t>(run.pipeline));
  row.bind(3, run.started_at);
  if (run.ended_at) {
    row.bind(4, *run.ended_at);
  }
  row.bind(5, run.definition);
  row.bind_text(6, run.report);
  row.bind(7, seal_of(run));
  return row.run();
}

Result<RunRow> RunTable::read(RunId id) {
  auto row = select_.use();
  row.bind(1, static_cast<std::int64_t>(id));
  WEIR_TRY(const bool found, row.step());
  RunRow run;
  run.id = id;
  if (found) {
    run.pipeline = static_cast<PipelineId>(row.integer(0));
    run.started_at = row.integer(1);
    if (!row.is_null(2)) {
      run.ended_at = row.integer(2);
    }
    run.definition = row.integer(3);
    run.report = row.text(4);
  }
  if (!found || row.integer(5) != seal_of(run)) {
    return database_.damaged(
        fmt::format("run {} is missing or does not match its seal", static_cast<std::int64_t>(id)));
  }
  return run;
}

Result<std::int64_t> RunTable::keep_definition(std::string_view text) {
  const std::string hash = definition_hash(text);
  {
    auto row = find_definition_.use();
    row.bind_text(1, hash);
    WEIR_TRY(const bool found, row.step());
    if (found && row.text(1) == text) {
      return row.integer(0);
    }
  }
  auto row = insert_definition_.use();
  row.bind_text(1, hash);
  row.bind_text(2, text);
  WEIR_TRY(const bool inserted, row.step());
  const std::int64_t number = inserted ? row.integer(0) : 0;
  WEIR_CHECK(row.run());
  return number;
}

Result<std::string> RunTable::definition(std::int64_t number) {
  auto row = select_definition_.use();
  row.bind(1, number);
  WEIR_TRY(const bool found, row.step());
  if (!found || row.text(0) != definition_hash(row.text(1))) {
    return database_.damaged(
        fmt::format("the pipeline's text {} is missing or does not match its hash", number));
  }
  return std::string(row.text(1));
}

}  // namespace weir
