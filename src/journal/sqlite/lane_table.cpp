// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/lane_table.h"

#include "journal/sqlite/byte_codec.h"

#include <fmt/format.h>

#include <string>

namespace weir {
namespace {

constexpr std::uint64_t lane_seed = 0x4c'41'4e'45;

std::int64_t row_id(PipelineId pipeline, std::uint32_t lane) {
  return static_cast<std::int64_t>(pipeline) << 20U | static_cast<std::int64_t>(lane);
}

std::uint64_t seed_of(std::int64_t id) { return lane_seed ^ static_cast<std::uint64_t>(id) << 8U; }

// Neighbours lie close together: the difference to the place before, its sign in the lowest bit.
void write_members(ByteWriter& writer, const std::vector<BatchMember>& members) {
  writer.varint(members.size());
  PackedPlace before = 0;
  for (const BatchMember& member : members) {
    const bool back = member.place < before;
    const PackedPlace distance = back ? before - member.place : member.place - before;
    writer.varint(distance << 1U | (back ? 1U : 0U));
    writer.fixed(member.sent);
    before = member.place;
  }
}

std::vector<BatchMember> read_members(ByteReader& reader) {
  constexpr std::size_t member_bytes_min = 9;
  std::vector<BatchMember> members(reader.count(member_bytes_min));
  PackedPlace before = 0;
  for (BatchMember& member : members) {
    const std::uint64_t coded = reader.varint();
    const PackedPlace distance = coded >> 1U;
    member.place = (coded & 1U) != 0 ? before - distance : before + distance;
    member.sent = reader.fixed<std::uint64_t>();
    before = member.place;
  }
  return members;
}

std::optional<LaneRow> decode(std::string_view data, std::int64_t id) {
  ByteReader reader(data, seed_of(id));
  LaneRow row;
  row.settled = reader.fixed<std::uint64_t>();
  if (reader.fixed<std::uint8_t>() != 0) {
    row.open.emplace(reader.fixed<std::uint64_t>());
    row.open->members = read_members(reader);
  }
  return reader.good() ? std::optional(std::move(row)) : std::nullopt;
}

}  // namespace

LaneTable::LaneTable(Database& database)
    : database_(database),
      select_(database, "SELECT id, data FROM lane WHERE id >= ?1 AND id < ?2 ORDER BY id"),
      replace_(database, "INSERT OR REPLACE INTO lane(id, data) VALUES(?1, ?2)") {}

Result<std::map<std::uint32_t, LaneRow>> LaneTable::read(PipelineId pipeline, std::int64_t count) {
  std::map<std::uint32_t, LaneRow> lanes;
  auto row = select_.use();
  row.bind(1, row_id(pipeline, 0));
  row.bind(2, row_id(pipeline, 0) + lanes_max);
  const auto take = [&]() -> Result<void> {
    const std::int64_t id = row.integer(0);
    auto lane = decode(row.text(1), id);
    if (!lane) {
      return database_.damaged(fmt::format("lane {} of pipeline {} does not match its seal",
                                           id - row_id(pipeline, 0),
                                           static_cast<std::int64_t>(pipeline)));
    }
    lanes.emplace(static_cast<std::uint32_t>(id - row_id(pipeline, 0)), std::move(*lane));
    return {};
  };
  WEIR_CHECK(row.each(take));
  if (static_cast<std::int64_t>(lanes.size()) != count) {
    return database_.damaged(fmt::format("pipeline {} has {} lanes, but must have {}",
                                         static_cast<std::int64_t>(pipeline), lanes.size(), count));
  }
  return lanes;
}

Result<void> LaneTable::write(PipelineId pipeline, std::uint32_t lane, const LaneRow& row) {
  const std::int64_t id = row_id(pipeline, lane);
  ByteWriter writer;
  writer.fixed(row.settled);
  writer.fixed(static_cast<std::uint8_t>(row.open.has_value()));
  if (row.open) {
    writer.fixed(row.open->fence);
    write_members(writer, row.open->members);
  }
  const std::string data = std::move(writer).sealed(seed_of(id));
  auto statement = replace_.use();
  statement.bind(1, id);
  statement.bind_blob(2, data);
  return statement.run();
}

}  // namespace weir
