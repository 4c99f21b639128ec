// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/attempt_table.h"

#include "journal/sqlite/byte_codec.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t attempts_seed = 0x54'52'49'45'44;

std::uint64_t seed_of(PageId page) {
  return attempts_seed ^ static_cast<std::uint64_t>(page) << 8U;
}

std::string encode(PageId page, std::span<const EndedAttempt> attempts) {
  ByteWriter writer;
  std::vector<RecordStatus> statuses;
  statuses.reserve(attempts.size());
  writer.varint(attempts.size());
  for (const EndedAttempt& attempt : attempts) {
    writer.varint(attempt.index);
    statuses.push_back(attempt.status);
  }
  writer.text(encode_statuses(page, PipelineId{}, statuses));
  return std::move(writer).sealed(seed_of(page));
}

std::optional<std::vector<EndedAttempt>> decode(PageId page, std::string_view bytes) {
  ByteReader reader(bytes, seed_of(page));
  std::vector<EndedAttempt> attempts(reader.count(1));
  for (EndedAttempt& attempt : attempts) {
    attempt.index = static_cast<std::uint32_t>(reader.varint());
  }
  const auto statuses = decode_statuses(page, PipelineId{}, reader.text());
  if (!reader.good() || !statuses || statuses->size() != attempts.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    attempts[i].status = (*statuses)[i];
  }
  return attempts;
}

// Of each record of a page, how many attempts are known; one that was decided without any has 0.
class KnownAttempts {
 public:
  bool has(std::uint32_t index) const {
    return index < counts_.size() && counts_[index] != unknown;
  }
  // False: it is known.
  bool add(const EndedAttempt& attempt) {
    if (attempt.index >= counts_.size()) {
      counts_.resize(attempt.index + std::size_t{1}, unknown);
    }
    std::int32_t& count = counts_[attempt.index];
    const bool more = attempt.status.attempts > count;
    count = more ? attempt.status.attempts : count;
    return more;
  }

 private:
  static constexpr std::int32_t unknown = -1;
  std::vector<std::int32_t> counts_;
};

}  // namespace

AttemptTable::AttemptTable(Database& database)
    : database_(database),
      select_(database, "SELECT attempts FROM page_attempt WHERE page = ?1"),
      replace_(database, "INSERT OR REPLACE INTO page_attempt(page, attempts) VALUES(?1, ?2)") {}

Result<std::vector<EndedAttempt>> AttemptTable::attempts_of(PageId page) {
  auto row = select_.use();
  row.bind(1, static_cast<std::int64_t>(page));
  WEIR_TRY(const bool found, row.step());
  if (!found) {
    return std::vector<EndedAttempt>();
  }
  auto attempts = decode(page, row.text(0));
  if (!attempts) {
    return database_.damaged(fmt::format("the earlier attempts of page {} do not match their seal",
                                         static_cast<std::int64_t>(page)));
  }
  return std::move(*attempts);
}

Result<std::vector<RecordStatus>> AttemptTable::read(PackedPlace place) {
  const RecordPlace at = unpack(place);
  WEIR_TRY(const std::vector<EndedAttempt> attempts, attempts_of(at.page));
  std::vector<RecordStatus> statuses;
  for (const EndedAttempt& attempt : attempts) {
    if (attempt.index == at.index) {
      statuses.push_back(attempt.status);
    }
  }
  return statuses.empty() ? missing(place) : Result<std::vector<RecordStatus>>(std::move(statuses));
}

tl::unexpected<Error> AttemptTable::missing(PackedPlace place) const {
  const RecordPlace at = unpack(place);
  return database_.damaged(fmt::format("the earlier attempts of record {} of page {} are missing",
                                       at.index, static_cast<std::int64_t>(at.page)));
}

Result<void> AttemptTable::append(PageId page, std::span<const EndedAttempt> ended) {
  WEIR_TRY(std::vector<EndedAttempt> attempts, attempts_of(page));
  KnownAttempts known;
  for (const EndedAttempt& attempt : attempts) {
    known.add(attempt);
  }
  const std::size_t before = attempts.size();
  for (const EndedAttempt& attempt : ended) {
    if (attempt.status.has(RecordStatus::has_attempts) && !known.has(attempt.index)) {
      return missing(pack({page, attempt.index}));
    }
    if (known.add(attempt)) {
      attempts.push_back(attempt);
    }
  }
  if (attempts.size() == before) {
    return {};
  }
  const std::string data = encode(page, attempts);
  auto row = replace_.use();
  row.bind(1, static_cast<std::int64_t>(page));
  row.bind_blob(2, data);
  return row.run();
}

}  // namespace weir
