// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/pipeline_table.h"

#include "journal/sqlite/byte_codec.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

std::int64_t seal_of(const PipelineRow& row) {
  ByteWriter writer;
  writer.fixed(static_cast<std::int64_t>(row.id));
  writer.text(row.name);
  writer.fixed(row.fence);
  writer.fixed(row.run);
  writer.fixed(static_cast<std::uint8_t>(row.cursor.has_value()));
  writer.text(row.cursor.value_or(""));
  writer.fixed(row.lanes);
  writer.fixed(row.pages);
  writer.fixed(row.counts.waiting);
  writer.fixed(row.counts.failed);
  writer.fixed(row.counts.filtered);
  writer.fixed(row.counts.in_doubt);
  constexpr std::uint64_t seed = 0x50'49'50'45;
  return writer.seal(seed);
}

}  // namespace

PipelineTable::PipelineTable(Database& database)
    : database_(database),
      select_(database,
              "SELECT name, fence, run, cursor, lanes, pages, waiting, failed, filtered, in_doubt, "
              "seal FROM pipeline WHERE id = ?1"),
      replace_(
          database,
          "INSERT OR REPLACE INTO pipeline(id, name, fence, run, cursor, lanes, pages, waiting, "
          "failed, filtered, in_doubt, seal) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)") {}

Result<PipelineRow> PipelineTable::read(PipelineId id) {
  auto row = select_.use();
  row.bind(1, static_cast<std::int64_t>(id));
  WEIR_TRY(const bool found, row.step());
  PipelineRow read;
  read.id = id;
  if (found) {
    read.name = row.text(0);
    read.fence = static_cast<std::uint64_t>(row.integer(1));
    read.run = row.integer(2);
    if (!row.is_null(3)) {
      read.cursor = std::string(row.text(3));
    }
    read.lanes = row.integer(4);
    read.pages = row.integer(5);
    read.counts = {row.integer(6), row.integer(7), row.integer(8), row.integer(9)};
  }
  if (!found || row.integer(10) != seal_of(read)) {
    return database_.damaged(fmt::format("pipeline {} is missing or does not match its seal",
                                         static_cast<std::int64_t>(id)));
  }
  return read;
}

Result<void> PipelineTable::load(std::int64_t last) {
  for (std::int64_t id = 1; id <= last; ++id) {
    WEIR_TRY(PipelineRow row, read(static_cast<PipelineId>(id)));
    rows_.emplace(row.id, std::move(row));
  }
  return {};
}

const PipelineRow* PipelineTable::look(PipelineId id) const {
  const auto at = rows_.find(id);
  return at != rows_.end() ? &at->second : nullptr;
}

PipelineRow* PipelineTable::change(PipelineId id) {
  const auto at = rows_.find(id);
  if (at == rows_.end()) {
    return nullptr;
  }
  changed_.insert(id);
  return &at->second;
}

void PipelineTable::add(PipelineRow row) {
  changed_.insert(row.id);
  rows_.emplace(row.id, std::move(row));
}

void PipelineTable::count(PipelineId id, const StatusCounts& before, const StatusCounts& after) {
  if (before == after) {
    return;
  }
  if (PipelineRow* row = change(id)) {
    row->counts -= before;
    row->counts += after;
  }
}

Result<void> PipelineTable::flush() {
  for (const PipelineId id : changed_) {
    const PipelineRow& pipeline = rows_.find(id)->second;
    auto row = replace_.use();
    row.bind(1, static_cast<std::int64_t>(id));
    row.bind_text(2, pipeline.name);
    row.bind(3, static_cast<std::int64_t>(pipeline.fence));
    row.bind(4, pipeline.run);
    if (pipeline.cursor) {
      row.bind_text(5, *pipeline.cursor);
    } else {
      row.bind_null(5);
    }
    row.bind(6, pipeline.lanes);
    row.bind(7, pipeline.pages);
    row.bind(8, pipeline.counts.waiting);
    row.bind(9, pipeline.counts.failed);
    row.bind(10, pipeline.counts.filtered);
    row.bind(11, pipeline.counts.in_doubt);
    row.bind(12, seal_of(pipeline));
    WEIR_CHECK(row.run());
  }
  changed_.clear();
  return {};
}

}  // namespace weir
