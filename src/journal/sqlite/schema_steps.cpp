// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/schema_steps.h"

#include "journal/sqlite/attempt_table.h"
#include "journal/sqlite/byte_codec.h"
#include "journal/sqlite/filter_table.h"
#include "journal/sqlite/head_table.h"
#include "journal/sqlite/page_table.h"
#include "journal/sqlite/pipeline_table.h"
#include "journal/sqlite/raw_table.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace weir {
namespace {

Result<void> run_all(Database& database, std::span<const char* const> statements) {
  for (const char* statement : statements) {
    WEIR_CHECK(database.execute(statement));
  }
  return {};
}

Result<void> make_version_1(Database& database) {
  constexpr const char* statements[] = {
      "CREATE TABLE journal(one INTEGER PRIMARY KEY CHECK(one = 1), schema INTEGER NOT NULL, "
      "uuid TEXT NOT NULL, created_at INTEGER NOT NULL, seal INTEGER NOT NULL)",
      "CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one = 1), data BLOB NOT NULL)",
      "CREATE TABLE pipeline(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
      "fence INTEGER NOT NULL, run INTEGER NOT NULL, cursor TEXT, lanes INTEGER NOT NULL, "
      "seal INTEGER NOT NULL)",
      "CREATE TABLE definition(id INTEGER PRIMARY KEY, hash TEXT NOT NULL, text TEXT NOT NULL)",
      "CREATE INDEX definition_hash ON definition(hash)",
      "CREATE TABLE run(id INTEGER PRIMARY KEY, pipeline INTEGER NOT NULL, "
      "started_at INTEGER NOT NULL, ended_at INTEGER, definition INTEGER NOT NULL, "
      "report TEXT NOT NULL, seal INTEGER NOT NULL)",
      "CREATE TABLE reason(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, text TEXT NOT NULL)",
      "CREATE INDEX reason_hash ON reason(hash)",
      "CREATE TABLE lane(id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
      "CREATE TABLE page(id INTEGER PRIMARY KEY, entries BLOB NOT NULL)",
      "CREATE TABLE page_raw(page INTEGER PRIMARY KEY, data BLOB NOT NULL)",
      "CREATE TABLE page_status(page INTEGER PRIMARY KEY, pipeline INTEGER NOT NULL, "
      "waiting INTEGER NOT NULL, failed INTEGER NOT NULL, statuses BLOB NOT NULL)",
      "CREATE INDEX page_waiting ON page_status(pipeline, page, waiting) WHERE waiting > 0",
      "CREATE INDEX page_failed ON page_status(pipeline, page, failed) WHERE failed > 0",
      "CREATE TABLE sorted_run(number INTEGER PRIMARY KEY, data BLOB NOT NULL, bloom BLOB NOT "
      "NULL)",
      "CREATE TABLE sorted_chunk(id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
  };
  return run_all(database, statements);
}

// Adds up what a scan of each pipeline must find, and writes the rows anew with their seals.
Result<void> count_pipelines(Database& database) {
  PageTable pages(database);
  std::map<PipelineId, std::pair<std::int64_t, StatusCounts>> totals;
  std::int64_t last = 0;
  for (;;) {
    Statement next(database,
                   "SELECT page, pipeline FROM page_status WHERE page > ?1 ORDER BY page LIMIT 1");
    auto row = next.use();
    row.bind(1, last);
    WEIR_TRY(const bool found, row.step());
    if (!found) {
      break;
    }
    last = row.integer(0);
    WEIR_TRY(const PageStatus status, pages.status(static_cast<PageId>(last)));
    const StatusCounts counts = count_statuses(status.records);
    WEIR_CHECK(pages.write_status(static_cast<PageId>(last), status, counts));
    auto& [count, sum] = totals[status.pipeline];
    ++count;
    sum += counts;
  }
  PipelineTable pipelines(database);
  Statement select(database, "SELECT id, name, fence, run, cursor, lanes FROM pipeline");
  auto row = select.use();
  const auto add = [&]() -> Result<void> {
    PipelineRow pipeline;
    pipeline.id = static_cast<PipelineId>(row.integer(0));
    pipeline.name = row.text(1);
    pipeline.fence = static_cast<std::uint64_t>(row.integer(2));
    pipeline.run = row.integer(3);
    if (!row.is_null(4)) {
      pipeline.cursor = std::string(row.text(4));
    }
    pipeline.lanes = row.integer(5);
    std::tie(pipeline.pages, pipeline.counts) = totals[pipeline.id];
    pipelines.add(std::move(pipeline));
    return {};
  };
  WEIR_CHECK(row.each(add));
  return pipelines.flush();
}

// Counts of filtered and doubtful records, so that they are found without a scan; totals of each
// pipeline, so that a scan that misses a page is noticed; a table of earlier attempts.
Result<void> make_version_2(Database& database) {
  constexpr const char* statements[] = {
      "CREATE TABLE attempt(place INTEGER PRIMARY KEY, statuses BLOB NOT NULL)",
      "ALTER TABLE page_status ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE page_status ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0",
      "CREATE INDEX page_filtered ON page_status(pipeline, page, filtered) WHERE filtered > 0",
      "CREATE INDEX page_in_doubt ON page_status(pipeline, page, in_doubt) WHERE in_doubt > 0",
      "ALTER TABLE pipeline ADD COLUMN pages INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE pipeline ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE pipeline ADD COLUMN failed INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE pipeline ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0",
      "ALTER TABLE pipeline ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0",
  };
  WEIR_CHECK(run_all(database, statements));
  return count_pipelines(database);
}

// States are written shorter from now on. Those that are there are read as they stand; a program of
// version 2 must not meet the new ones.
Result<void> make_version_3(Database&) { return {}; }

// Lists each page whose raw JSON is there.
Result<std::int64_t> list_kept_raw(Database& database) {
  PageTable pages(database);
  RawTable kept_raw(database);
  std::int64_t bytes = 0;
  Statement select(database, "SELECT page, length(data) FROM page_raw WHERE length(data) > ?1");
  auto row = select.use();
  row.bind(1, dropped_raw_size);
  const auto list = [&]() -> Result<void> {
    const auto page = static_cast<PageId>(row.integer(0));
    WEIR_TRY(const PageEntries entries, pages.entries(page));
    WEIR_TRY(const PageStatus status, pages.status(page));
    bytes += row.integer(1);
    return kept_raw.insert({page, status.pipeline, entries.header.received_at, row.integer(1),
                            raw_hold(status.records)});
  };
  WEIR_CHECK(row.each(list));
  return bytes;
}

// A list of the pages whose raw JSON is there, and how large it is in all, so that neither what may
// be given up first nor whether there is too much is found by a scan.
Result<void> make_version_4(Database& database) {
  constexpr const char* statements[] = {
      "CREATE TABLE page_kept(page INTEGER PRIMARY KEY, pipeline INTEGER NOT NULL, "
      "received_at INTEGER NOT NULL, bytes INTEGER NOT NULL, hold INTEGER NOT NULL)",
      "CREATE INDEX page_kept_oldest ON page_kept(pipeline, hold, received_at, page) "
      "WHERE hold <> 2",
  };
  WEIR_CHECK(run_all(database, statements));
  WEIR_TRY(const std::int64_t bytes, list_kept_raw(database));
  if (bytes == 0) {
    return {};
  }
  HeadTable heads(database);
  WEIR_TRY(Head head, heads.load());
  head.raw_bytes = bytes;
  return heads.save(head);
}

// Until version 4 the earlier attempts of each record are a row of their own.
Result<void> gather_attempts(Database& database) {
  AttemptTable attempts(database);
  std::vector<EndedAttempt> of_page;
  PageId page{};
  const auto write = [&]() -> Result<void> {
    WEIR_CHECK(attempts.append(page, of_page));
    of_page.clear();
    return {};
  };
  Statement select(database, "SELECT place, statuses FROM attempt ORDER BY place");
  auto row = select.use();
  const auto gather = [&]() -> Result<void> {
    const auto place = static_cast<PackedPlace>(row.integer(0));
    const RecordPlace at = unpack(place);
    const auto statuses = decode_statuses(static_cast<PageId>(place), PipelineId{}, row.text(1));
    if (!statuses) {
      return database.damaged(
          fmt::format("the earlier attempts of record {} of page {} do not match their seal",
                      at.index, static_cast<std::int64_t>(at.page)));
    }
    if (at.page != page) {
      WEIR_CHECK(write());
      page = at.page;
    }
    for (const RecordStatus& status : *statuses) {
      of_page.push_back({at.index, status});
    }
    return {};
  };
  WEIR_CHECK(row.each(gather));
  return write();
}

// Earlier attempts stand together for each page: a whole page is tried again as a rule, and what
// its records have in common is written once.
Result<void> make_version_5(Database& database) {
  WEIR_CHECK(database.execute(
      "CREATE TABLE page_attempt(page INTEGER PRIMARY KEY, attempts BLOB NOT NULL)"));
  WEIR_CHECK(gather_attempts(database));
  return database.execute("DROP TABLE attempt");
}

// Until version 5 a run's filter is one blob beside it.
Result<void> part_filter(FilterTable& filters, const Database& database, std::int64_t run,
                         std::string_view sealed) {
  constexpr std::uint64_t seed = 0x42'4c'4f'4d;
  ByteReader reader(sealed, seed ^ static_cast<std::uint64_t>(run) << 8U);
  BloomFilter filter;
  filter.resize(reader.left());
  if (!reader.good() || !filter.fill(0, reader.raw(reader.left()))) {
    return database.damaged(fmt::format("the filter of index run {} does not match its seal", run));
  }
  for (std::size_t part = 0; part < FilterTable::parts(filter); ++part) {
    WEIR_CHECK(filters.write(run, part, filter));
  }
  return {};
}

// A run's filter lies in parts, for it may be a dozen MiB.
Result<void> make_version_6(Database& database) {
  WEIR_CHECK(
      database.execute("CREATE TABLE sorted_filter(id INTEGER PRIMARY KEY, data BLOB NOT NULL)"));
  {
    FilterTable filters(database);
    Statement select(database, "SELECT number, bloom FROM sorted_run");
    auto row = select.use();
    WEIR_CHECK(
        row.each([&] { return part_filter(filters, database, row.integer(0), row.text(1)); }));
  }
  return database.execute("ALTER TABLE sorted_run DROP COLUMN bloom");
}

// A page may hold what stands between its records, which the versions before take for damage. The
// pages that are there hold nothing there, and are read as they are.
Result<void> make_version_7(Database& /*database*/) { return {}; }

constexpr std::array<SchemaStep, 7> steps = {make_version_1, make_version_2, make_version_3,
                                             make_version_4, make_version_5, make_version_6,
                                             make_version_7};

}  // namespace

std::span<const SchemaStep> schema_steps() { return steps; }

}  // namespace weir
