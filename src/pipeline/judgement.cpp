// SPDX-License-Identifier: Apache-2.0
#include "pipeline/judgement.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <variant>

namespace weir {
namespace {

// Not the record's own fault: the journal, or the disk, did not answer a look-up.
bool is_unasked(ErrorKind kind) {
  return kind == ErrorKind::corrupt || kind == ErrorKind::exhausted ||
         kind == ErrorKind::unavailable || kind == ErrorKind::cancelled;
}

void decide(Judgement& judgement, const RecordPlace& place, RecordState state, std::string reason) {
  judgement.settled.push_back({place, state, std::move(reason), false, 0});
}

void judge_one(const WaitingRecord& record, const Transform& transform, Value& memory,
               Judgement& judgement) {
  if (!record.fault.empty()) {
    decide(judgement, record.place, RecordState::failed, std::string(record.fault));
    return;
  }
  auto& outgoing = judgement.outgoing;
  auto outcome = transform.apply(RawRecord(record.raw, record.readable, record.members),
                                 outgoing.empty() ? MappedRows() : outgoing.back().rows, memory);
  if (!outcome && is_unasked(outcome.error().kind)) {
    judgement.unasked = std::move(outcome).error();
  } else if (!outcome) {
    decide(judgement, record.place, RecordState::failed, outcome.error().message);
  } else if (auto* filtered = std::get_if<Filtered>(&*outcome)) {
    decide(judgement, record.place, RecordState::filtered, std::move(filtered->reason));
  } else {
    Mapped& mapped = std::get<Mapped>(*outcome);
    outgoing.push_back({record.place, std::string(record.id), std::move(mapped.rows), mapped.sent,
                        std::move(mapped.remark)});
  }
}

template <typename Item>
void append(std::vector<Item>& all, std::vector<Item> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Judgement judge(const WaitingChunk& records, const Transform& transform, WorkCrew& crew) {
  constexpr std::size_t share_size = 128;  // fewer are not worth another thread
  std::vector<Judgement> shares((records.size() + share_size - 1) / share_size);
  crew.share_out(shares.size(), [&](std::size_t share) {
    const std::size_t begin = share * share_size;
    const std::size_t count = std::min(records.size() - begin, share_size);
    shares[share].outgoing.reserve(count);
    Value memory;  // of the record before
    for (const WaitingRecord& record : std::span(records.records).subspan(begin, count)) {
      judge_one(record, transform, memory, shares[share]);
    }
  });
  Judgement judgement;
  judgement.outgoing.reserve(records.size());
  for (Judgement& share : shares) {
    append(judgement.settled, std::move(share.settled));
    append(judgement.outgoing, std::move(share.outgoing));
    if (share.unasked) {
      judgement.unasked = std::move(share.unasked);
    }
  }
  return judgement;
}

}  // namespace weir
