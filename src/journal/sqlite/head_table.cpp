// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/head_table.h"

#include "journal/sqlite/byte_codec.h"

#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t head_seed = 0x48'45'41'44;  // "HEAD"

void write_list(ByteWriter& writer, const std::vector<std::int64_t>& list) {
  writer.varint(list.size());
  for (const std::int64_t item : list) {
    writer.fixed(item);
  }
}

std::vector<std::int64_t> read_list(ByteReader& reader) {
  std::vector<std::int64_t> list(reader.count(sizeof(std::int64_t)));
  for (std::int64_t& item : list) {
    item = reader.fixed<std::int64_t>();
  }
  return list;
}

}  // namespace

HeadTable::HeadTable(Database& database)
    : database_(database),
      select_(database, "SELECT data FROM head WHERE one = 1"),
      replace_(database, "INSERT OR REPLACE INTO head(one, data) VALUES(1, ?1)") {}

Result<Head> HeadTable::load() {
  auto row = select_.use();
  WEIR_TRY(const bool found, row.step());
  if (!found) {
    return database_.damaged("table `head` is empty");
  }
  ByteReader reader(row.text(0), head_seed);
  Head head;
  head.last_page = reader.fixed<std::int64_t>();
  head.last_pipeline = reader.fixed<std::int64_t>();
  head.last_run = reader.fixed<std::int64_t>();
  head.flushed_page = reader.fixed<std::int64_t>();
  head.last_sorted = reader.fixed<std::int64_t>();
  head.sorted = read_list(reader);
  head.garbage = read_list(reader);
  if (reader.left() > 0) {
    head.raw_bytes = reader.fixed<std::int64_t>();
  }
  if (!reader.good()) {
    return database_.damaged("table `head` does not match its seal");
  }
  return head;
}

Result<void> HeadTable::save(const Head& head) {
  ByteWriter writer;
  writer.fixed(head.last_page);
  writer.fixed(head.last_pipeline);
  writer.fixed(head.last_run);
  writer.fixed(head.flushed_page);
  writer.fixed(head.last_sorted);
  write_list(writer, head.sorted);
  write_list(writer, head.garbage);
  writer.fixed(head.raw_bytes);
  const std::string data = std::move(writer).sealed(head_seed);
  auto row = replace_.use();
  row.bind_blob(1, data);
  return row.run();
}

}  // namespace weir
