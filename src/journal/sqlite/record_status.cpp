// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/record_status.h"

#include "journal/sqlite/byte_codec.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace weir {
namespace {

std::uint64_t seed_of(std::uint64_t kind, PageId page, PipelineId pipeline) {
  return kind ^ (static_cast<std::uint64_t>(page) << 8U) ^
         (static_cast<std::uint64_t>(pipeline) << 52U);
}

constexpr std::uint64_t kind = 0x53'54'41'32;        // "STA2"
constexpr std::uint64_t plain_kind = 0x53'54'41'54;  // "STAT": until schema 2

// All of a status but `sent`. The records of a page share a few of them.
struct SharedPart {
  explicit SharedPart(const RecordStatus& status) {
    std::memcpy(bytes, &status, sizeof(bytes));
    bytes[offsetof(RecordStatus, flags)] &= static_cast<char>(~RecordStatus::in_batch);
  }
  bool operator==(const SharedPart& other) const {
    return std::memcmp(bytes, other.bytes, sizeof(bytes)) == 0;
  }
  char bytes[offsetof(RecordStatus, sent)];
};
static_assert(std::is_trivially_copyable_v<RecordStatus> && sizeof(SharedPart) == 24);

// The different ones of a page, and which of them each record has.
struct SharedParts {
  explicit SharedParts(std::span<const RecordStatus> statuses) {
    of_record.reserve(statuses.size());
    for (const RecordStatus& status : statuses) {
      of_record.push_back(place_of(SharedPart(status)));
    }
  }

  std::vector<SharedPart> all;
  std::vector<std::size_t> of_record;

 private:
  // Looks at the newest few only: a page where every record has its own is as long as it must be.
  std::size_t place_of(const SharedPart& part) {
    constexpr std::size_t looked_at = 8;
    const auto end = all.rbegin() + static_cast<std::ptrdiff_t>(std::min(looked_at, all.size()));
    const auto found = std::find(all.rbegin(), end, part);
    if (found == end) {
      all.push_back(part);
      return all.size() - 1;
    }
    return static_cast<std::size_t>(all.rend() - found) - 1;
  }
};

// Sealed bytes are ours; the enum is checked all the same, for it is switched on.
bool are_known(std::span<const RecordStatus> statuses) {
  return std::all_of(statuses.begin(), statuses.end(), [](const RecordStatus& status) {
    return status.state <= RecordState::in_doubt;
  });
}

std::optional<std::vector<RecordStatus>> decode_plain(ByteReader reader) {
  if (!reader.good() || reader.left() % sizeof(RecordStatus) != 0) {
    return std::nullopt;
  }
  std::vector<RecordStatus> statuses(reader.left() / sizeof(RecordStatus));
  const std::string_view raw = reader.raw(reader.left());
  if (!raw.empty()) {
    std::memcpy(statuses.data(), raw.data(), raw.size());
  }
  return statuses;
}

std::optional<std::vector<RecordStatus>> decode_shared(ByteReader reader) {
  const std::string_view shared = reader.raw(reader.count(sizeof(SharedPart)) * sizeof(SharedPart));
  std::vector<RecordStatus> statuses(reader.count(1));
  for (RecordStatus& status : statuses) {
    const std::uint64_t coded = reader.varint();
    const std::uint64_t at = coded >> 1U;
    if (!reader.good() || at >= shared.size() / sizeof(SharedPart)) {
      return std::nullopt;
    }
    std::memcpy(static_cast<void*>(&status), shared.data() + at * sizeof(SharedPart),
                sizeof(SharedPart));
    status.sent = (coded & 1U) != 0 ? reader.fixed<std::uint64_t>() : 0;
  }
  return reader.good() ? std::optional(std::move(statuses)) : std::nullopt;
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
  const SharedParts shared(statuses);
  ByteWriter writer;
  writer.reserve(shared.all.size() * sizeof(SharedPart) + statuses.size() * 10 + 32);
  writer.varint(shared.all.size());
  writer.raw(
      {reinterpret_cast<const char*>(shared.all.data()), shared.all.size() * sizeof(SharedPart)});
  writer.varint(statuses.size());
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const bool sent = statuses[i].sent != 0;
    writer.varint(shared.of_record[i] << 1U | (sent ? 1U : 0U));
    if (sent) {
      writer.fixed(statuses[i].sent);
    }
  }
  return std::move(writer).sealed(seed_of(kind, page, pipeline));
}

std::optional<std::vector<RecordStatus>> decode_statuses(PageId page, PipelineId pipeline,
                                                         std::string_view bytes) {
  const ByteReader reader(bytes, seed_of(kind, page, pipeline));
  auto statuses = reader.good()
                      ? decode_shared(reader)
                      : decode_plain(ByteReader(bytes, seed_of(plain_kind, page, pipeline)));
  return statuses && are_known(*statuses) ? std::move(statuses) : std::nullopt;
}

}  // namespace weir
