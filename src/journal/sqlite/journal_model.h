// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace weir {

// What the journal must do, in the plainest way: all versions of all records in memory. For tests,
// which hold the journal against it operation by operation.
class JournalModel {
 public:
  struct Version {
    RecordPlace place;
    PageRecord record;
    std::string raw;
    std::string origin;
    RunId received_in{};
    Timestamp received_at;
    RecordState state = RecordState::waiting;
    std::string reason;
    std::uint32_t attempts = 0;
    Timestamp updated_at;
    RunId decided_in{};
    bool given_up = false;  // for a newer version
    bool without_raw = false;
    bool in_batch = false;
    // What it was decided as, when it waits to be judged anew.
    struct Decided {
      RecordState state{};
      std::string reason;
    };
    std::optional<Decided> before;
    std::vector<AttemptTrace> history;
    bool undecided() const { return state == RecordState::waiting && !given_up; }
  };
  struct Record {
    std::vector<RecordPlace> versions;  // oldest first
    bool delivered = false;
    bool doubted = false;
    std::optional<std::uint64_t> sent;
  };
  struct Batch {
    std::uint64_t fence = 0;
    std::vector<Candidate> members;
  };
  struct Lane {
    std::uint64_t settled = 0;
    std::optional<Batch> open;
  };
  // due = judged + requeued - withdrawn must equal outcomes + waiting, always.
  struct Books {
    std::int64_t judged = 0;
    std::int64_t requeued = 0;
    std::int64_t withdrawn = 0;
    std::int64_t outcomes = 0;
  };

  std::map<RecordPlace, Version> versions;
  std::map<std::string, Record> records;
  std::map<std::uint32_t, Lane> lanes;
  std::optional<std::string> cursor;
  std::uint64_t fence = 0;
  RunId run{};
  Books books;

  bool is_newest(const Version& version) const {
    return records.at(version.record.id).versions.back() == version.place;
  }

  // The novelty and what follows of one record, whose place is the journal's if it is kept.
  Novelty take(const IncomingPage& incoming, const PageRecord& incoming_record,
               RecordPlace place_if_kept, Redelivery redelivery, PageId first_page) {
    Record& record = records[incoming_record.id];
    const bool known = !record.versions.empty();
    if (known && versions.at(record.versions.back()).record.content == incoming_record.content) {
      return Novelty::unchanged;
    }
    Version version;
    version.place = place_if_kept;
    version.record = incoming_record;
    version.raw = incoming.page->raw(incoming_record);
    version.origin = incoming.origin;
    version.received_in = run;
    version.received_at = incoming.received_at;
    version.updated_at = incoming.received_at;
    if (redelivery == Redelivery::never && (record.delivered || record.doubted)) {
      version.state = record.doubted ? RecordState::in_doubt : RecordState::delivered;
      version.decided_in = run;
    } else {
      ++books.judged;
      if (known) {
        Version& old = versions.at(record.versions.back());
        if (old.place.page >= first_page && old.undecided()) {
          old.given_up = true;
          --books.judged;
        }
      }
    }
    record.versions.push_back(place_if_kept);
    versions.emplace(place_if_kept, std::move(version));
    return known ? Novelty::changed : Novelty::new_record;
  }

  bool can_open(const Version& version) const { return version.undecided() && !version.in_batch; }

  // What open_batch makes of a candidate; true: accepted.
  bool offer(const Candidate& candidate, Redelivery redelivery, Timestamp now) {
    Version& version = versions.at(candidate.place);
    if (!can_open(version)) {
      return false;
    }
    const Record& record = records.at(version.record.id);
    const bool never = redelivery == Redelivery::never && !version.before;
    if (!is_newest(version)) {
      give_up(version);
    } else if (record.doubted && (never || version.before)) {
      refuse(version, RecordState::in_doubt, now);
    } else if (never ? record.delivered : !record.doubted && record.sent == candidate.sent) {
      refuse(version, RecordState::delivered, now);
    } else {
      version.in_batch = true;
      return true;
    }
    ++books.withdrawn;
    return false;
  }

  static void give_up(Version& version) {
    if (version.before) {
      restore(version);
    } else {
      version.given_up = true;
    }
  }

  void refuse(Version& version, RecordState state, Timestamp now) {
    if (version.before && version.before->state == state) {
      return restore(version);
    }
    version.before.reset();
    version.state = state;
    version.decided_in = run;
    version.updated_at = now;
  }

  static void restore(Version& version) {
    version.state = version.before->state;
    version.reason = version.before->reason;
    version.before.reset();
  }

  void decide(const Settlement& settlement, Timestamp at, std::optional<std::uint64_t> sent) {
    Version& version = versions.at(settlement.place);
    Record& record = records.at(version.record.id);
    books.outcomes += version.state == RecordState::waiting ? 1 : 0;
    version.state = settlement.state;
    version.before.reset();
    version.in_batch = false;
    version.reason = settlement.reason;
    version.updated_at = at;
    version.decided_in = run;
    ++version.attempts;
    version.history.push_back({version.attempts, run, at, settlement.state, settlement.reason});
    if (settlement.state == RecordState::delivered) {
      record.delivered = true;
      record.doubted = false;
      record.sent = sent;
    } else if (settlement.state == RecordState::in_doubt) {
      record.doubted = true;
    }
  }

  bool can_requeue(const Version& version) const {
    return version.state == RecordState::failed && is_newest(version);
  }

  void requeue(Version& version) {
    version.state = RecordState::waiting;
    version.reason.clear();
    version.decided_in = {};
    ++books.requeued;
  }

  bool can_replay(const Version& version) const {
    const bool decided = version.state == RecordState::delivered ||
                         version.state == RecordState::filtered ||
                         version.state == RecordState::failed;
    return decided && is_newest(version) && !records.at(version.record.id).doubted;
  }

  bool would_replay(const Version& version, bool absent) const {
    return can_replay(version) && (!absent || version.state == RecordState::delivered);
  }

  // True: it waits again.
  bool replay(Version& version, bool absent) {
    if (!would_replay(version, absent) || version.without_raw) {
      return false;
    }
    version.before = {version.state, version.reason};
    version.state = RecordState::waiting;
    version.reason.clear();
    ++books.requeued;
    if (absent) {
      records.at(version.record.id).delivered = false;
      records.at(version.record.id).sent.reset();
    }
    return true;
  }

  // The pages that may lose their raw JSON, when they were received before this (empty: whenever).
  std::set<PageId> pages_to_drop(std::optional<Timestamp> before, bool looked_into) const {
    std::set<PageId> pages;
    std::set<PageId> held;
    for (const auto& [place, version] : versions) {
      const bool newest = is_newest(version);
      const bool told =
          version.state == RecordState::failed || version.state == RecordState::in_doubt;
      if (version.undecided() || (newest && (told || looked_into))) {
        held.insert(place.page);
      }
      if (!version.without_raw && (!before || version.received_at < *before)) {
        pages.insert(place.page);
      }
    }
    std::erase_if(pages, [&](PageId page) { return held.count(page) > 0; });
    return pages;
  }

  void drop_raw(const std::set<PageId>& pages) {
    for (auto& [place, version] : versions) {
      version.without_raw = version.without_raw || pages.count(place.page) > 0;
    }
  }

  std::int64_t count_waiting() const {
    return std::count_if(versions.begin(), versions.end(),
                         [](const auto& entry) { return entry.second.undecided(); });
  }

  // Of the records with this id or number.
  std::set<std::string> ids_named(const std::string& name) const {
    std::set<std::string> ids;
    for (const auto& [place, version] : versions) {
      if (version.record.id == name || version.record.number == name) {
        ids.insert(version.record.id);
      }
    }
    return ids;
  }

  std::vector<RecordPlace> waiting() const {
    std::vector<RecordPlace> places;
    for (const auto& [place, version] : versions) {
      if (can_open(version)) {
        places.push_back(place);
      }
    }
    return places;
  }
};

}  // namespace weir
