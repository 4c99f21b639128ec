// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/record_status.h"

#include "journal/sqlite/byte_codec.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace weir {
namespace {

static_assert(std::is_trivially_copyable_v<RecordStatus>);

std::uint64_t seed_of(PageId page, PipelineId pipeline) {
  constexpr std::uint64_t kind = 0x53'54'41'54;  // "STAT"
  return kind ^ (static_cast<std::uint64_t>(page) << 8U) ^
         (static_cast<std::uint64_t>(pipeline) << 52U);
}

}  // namespace

StatusCounts& StatusCounts::operator+=(const StatusCounts& other) {
  waiting += other.waiting;
  failed += other.failed;
  filtered += other.filtered;
  in_doubt += other.in_doubt;
  return *this;
}

StatusCounts& StatusCounts::operator-=(const StatusCounts& other) {
  waiting -= other.waiting;
  failed -= other.failed;
  filtered -= other.filtered;
  in_doubt -= other.in_doubt;
  return *this;
}

StatusCounts count_statuses(std::span<const RecordStatus> statuses) {
  StatusCounts counts;
  for (const RecordStatus& status : statuses) {
    counts.waiting += status.undecided() ? 1 : 0;
    if (!status.has(RecordStatus::replaced)) {
      const RecordState state = status.shown_state();
      counts.failed += state == RecordState::failed ? 1 : 0;
      counts.filtered += state == RecordState::filtered ? 1 : 0;
      counts.in_doubt += state == RecordState::in_doubt ? 1 : 0;
    }
  }
  return counts;
}

std::string encode_statuses(PageId page, PipelineId pipeline,
                            std::span<const RecordStatus> statuses) {
  ByteWriter writer;
  writer.reserve(statuses.size_bytes() + sizeof(std::uint64_t));
  writer.raw({reinterpret_cast<const char*>(statuses.data()), statuses.size_bytes()});
  return std::move(writer).sealed(seed_of(page, pipeline));
}

std::optional<std::vector<RecordStatus>> decode_statuses(PageId page, PipelineId pipeline,
                                                         std::string_view bytes) {
  ByteReader reader(bytes, seed_of(page, pipeline));
  if (!reader.good() || reader.left() % sizeof(RecordStatus) != 0) {
    return std::nullopt;
  }
  std::vector<RecordStatus> statuses(reader.left() / sizeof(RecordStatus));
  const std::string_view raw = reader.raw(reader.left());
  if (!raw.empty()) {
    std::memcpy(statuses.data(), raw.data(), raw.size());
  }
  // Sealed bytes are ours; the enum is checked all the same, for it is switched on.
  const bool known = std::all_of(statuses.begin(), statuses.end(), [](const RecordStatus& status) {
    return status.state <= RecordState::in_doubt;
  });
  return known ? std::optional(std::move(statuses)) : std::nullopt;
}

}  // namespace weir
