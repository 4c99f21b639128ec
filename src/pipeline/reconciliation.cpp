// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reconciliation.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir {
namespace {

enum Mark : std::uint8_t {
  in_journal = 1,
  expected = 2,   // the journal says that the target has it
  at_source = 4,  // in what the pipeline asks for
  elsewhere = 8,  // at the source, but before what the pipeline asks for
  in_target = 16,
  told = 32,
};

bool has(std::uint8_t marks, Mark mark) { return (marks & mark) != 0; }
void set(std::uint8_t& marks, Mark mark) { marks = static_cast<std::uint8_t>(marks | mark); }

constexpr std::size_t ids_a_piece = 1000;

}  // namespace

std::string_view to_string(Difference difference) {
  switch (difference) {
    case Difference::missing:
      return "missing";
    case Difference::extra:
      return "extra";
    case Difference::deleted:
      return "deleted";
  }
  return "missing";
}

struct Reconciliation::Verdict {
  bool unread = false;  // missing: the journal lacks it
  bool absent = false;  // missing: the target lacks it
  bool extra = false;
  bool deleted = false;
};

Reconciliation::Verdict Reconciliation::judge(std::uint8_t marks) const {
  const bool whole = left_open_.empty();
  const bool journalled = has(marks, in_journal);
  const bool there = has(marks, at_source) || has(marks, elsewhere);
  Verdict verdict;
  verdict.unread = has(marks, at_source) && !journalled;
  verdict.absent = has(marks, expected) && !has(marks, in_target) && (there || !whole);
  verdict.extra = whole && has(marks, in_target) && !journalled && !there;
  verdict.deleted = whole && journalled && !there;
  return verdict;
}

Reconciliation::Reconciliation(ReconciliationParts parts)
    : parts_(std::move(parts)),
      sweep_(parts_.source, parts_.clock, parts_.budget, parts_.patience) {}

Result<void> Reconciliation::compare(const Differing& differing, std::stop_token stop) {
  WEIR_CHECK(read_journal(false));
  WEIR_CHECK(read_source(differing, stop));
  WEIR_CHECK(read_target());
  WEIR_CHECK(confirm(std::move(stop)));
  WEIR_CHECK(tell_journalled(differing));
  return tell_extra(differing);
}

Result<void> Reconciliation::compare_again() {
  marks_.visit([](std::uint8_t& marks) {
    marks = static_cast<std::uint8_t>(marks & ~(in_journal | expected | in_target));
  });
  WEIR_CHECK(read_journal(true));
  return read_target();
}

// `again`: what is new in the journal was at the source just now.
Result<void> Reconciliation::read_journal(bool again) {
  return parts_.journal.records(parts_.pipeline, {}, [&](const RecordSummary& record) {
    std::uint8_t& marks = marks_.of(record.id);
    if (again && marks == 0) {
      set(marks, at_source);
    }
    set(marks, in_journal);
    if (record.state == RecordState::delivered) {
      set(marks, expected);
    }
    return true;
  });
}

Result<void> Reconciliation::read_source(const Differing& differing, std::stop_token stop) {
  SourcePlan plan;
  plan.kind = parts_.kind;
  plan.from = parts_.from;
  const auto swept = [&](const Window& window, const Page& page) {
    for (const PageRecord& record : page.records) {
      std::uint8_t& marks = marks_.of(record.id);
      if (!has(marks, at_source) && !has(marks, in_journal)) {
        differing({record.id, record.number, Difference::missing, "journal"});
        if (lacking_.empty() || !(lacking_.back() == window)) {
          lacking_.push_back(window);
        }
      }
      set(marks, at_source);
    }
  };
  WEIR_TRY(left_open_, sweep_.read(plan, swept, std::move(stop)));
  return {};
}

Result<void> Reconciliation::read_target() {
  WEIR_TRY(const auto keys, parts_.open_target());
  return keys->visit([&](std::string_view id) { set(marks_.of(id), in_target); });
}

bool Reconciliation::any(const std::function<bool(std::uint8_t)>& wanted) {
  bool found = false;
  marks_.visit([&](std::uint8_t& marks) { found = found || wanted(marks); });
  return found;
}

Result<void> Reconciliation::look_for(SourcePlan plan, std::stop_token stop) {
  plan.kind = parts_.kind;
  const auto swept = [&](const Window&, const Page& page) {
    for (const PageRecord& record : page.records) {
      std::uint8_t* marks = marks_.find(record.id);
      if (marks != nullptr && !has(*marks, at_source)) {
        set(*marks, elsewhere);
      }
    }
  };
  WEIR_TRY(const auto left_open, sweep_.read(plan, swept, std::move(stop)));
  left_open_.insert(left_open_.end(), left_open.begin(), left_open.end());
  return {};
}

// Days of today prove nothing, and what lies before `sync.from` may have come in by
// `weir run --from`.
Result<void> Reconciliation::confirm(std::stop_token stop) {
  const auto suspected = [&] {
    return any([&](std::uint8_t marks) { return judge(marks).deleted || judge(marks).extra; });
  };
  if (!suspected()) {
    return {};
  }
  const SourceTraits traits = parts_.source.traits();
  SourcePlan again;
  again.from = parts_.from;
  if (traits.windowed && parts_.kind != WindowKind::full) {
    const Day yesterday = traits.zone.day_of(parts_.clock.now()) - std::chrono::days(1);
    again.again_from = parts_.from ? std::max(*parts_.from, yesterday) : yesterday;
  }
  WEIR_CHECK(look_for(again, stop));
  if (!parts_.from || !again.again_from || !suspected()) {
    return {};
  }
  SourcePlan before;
  before.again_to = *parts_.from - std::chrono::days(1);
  return look_for(before, std::move(stop));
}

Result<void> Reconciliation::tell_journalled(const Differing& differing) {
  if (!any([&](std::uint8_t marks) { return judge(marks).absent || judge(marks).deleted; })) {
    return {};
  }
  return parts_.journal.records(parts_.pipeline, {}, [&](const RecordSummary& record) {
    const std::uint8_t marks = *marks_.find(record.id);
    const Verdict verdict = judge(marks);
    if (verdict.absent) {
      differing({record.id, record.number, Difference::missing, "target"});
    } else if (verdict.deleted) {
      differing({record.id, record.number, Difference::deleted,
                 has(marks, in_target) ? "journal and target" : "journal"});
    }
    return true;
  });
}

Result<void> Reconciliation::tell_extra(const Differing& differing) {
  if (!any([&](std::uint8_t marks) { return judge(marks).extra; })) {
    return {};
  }
  WEIR_TRY(const auto keys, parts_.open_target());
  return keys->visit([&](std::string_view id) {
    std::uint8_t* marks = marks_.find(id);
    if (marks != nullptr && judge(*marks).extra && !has(*marks, told)) {
      set(*marks, told);
      differing({std::string(id), "", Difference::extra, "target"});
    }
  });
}

ReconciliationFigures Reconciliation::figures() {
  ReconciliationFigures figures;
  marks_.visit([&](std::uint8_t& marks) {
    const Verdict verdict = judge(marks);
    figures.source += has(marks, at_source) ? 1 : 0;
    figures.journal += has(marks, in_journal) ? 1 : 0;
    figures.target += has(marks, in_target) ? 1 : 0;
    figures.missing += verdict.unread || verdict.absent ? 1 : 0;
    figures.extra += verdict.extra ? 1 : 0;
    figures.deleted += verdict.deleted ? 1 : 0;
  });
  return figures;
}

std::vector<Window> Reconciliation::windows_to_read() const {
  std::vector<Window> windows = lacking_;
  std::sort(windows.begin(), windows.end(),
            [](const Window& a, const Window& b) { return a.from < b.from; });  // empty is first
  std::vector<Window> joined;
  for (const Window& window : windows) {
    Window* last = joined.empty() ? nullptr : &joined.back();
    const bool touches = last != nullptr && window.from && last->to &&
                         *window.from <= *last->to + std::chrono::days(1);
    if (touches && window.to) {
      last->to = std::max(*last->to, *window.to);
    } else if (last == nullptr || !(*last == window)) {
      joined.push_back(window);
    }
  }
  return joined;
}

std::int64_t Reconciliation::count_strangers() {
  std::int64_t count = 0;
  marks_.visit(
      [&](std::uint8_t& marks) { count += judge(marks).unread && has(marks, in_target) ? 1 : 0; });
  return count;
}

bool Reconciliation::has_absent() {
  return any([&](std::uint8_t marks) { return judge(marks).absent; });
}

Result<std::int64_t> Reconciliation::requeue_absent() {
  WEIR_TRY(const auto keys, parts_.open_target());
  std::int64_t requeued = 0;
  std::vector<std::string> piece;
  const auto requeue = [&]() -> Result<void> {
    WEIR_TRY(const auto absent, keys->absent(piece));
    piece.clear();
    WEIR_TRY(const Requeued done, parts_.journal.requeue_absent(parts_.pipeline, absent));
    requeued += done.records;
    return {};
  };
  Result<void> outcome;
  WEIR_CHECK(parts_.journal.records(parts_.pipeline, {}, [&](const RecordSummary& record) {
    const std::uint8_t* marks = marks_.find(record.id);
    if (marks != nullptr && judge(*marks).absent && record.state == RecordState::delivered) {
      piece.push_back(record.id);
    }
    if (piece.size() == ids_a_piece) {
      outcome = requeue();
    }
    return outcome.has_value();
  }));
  WEIR_CHECK(std::move(outcome));
  WEIR_CHECK(requeue());
  return requeued;
}

}  // namespace weir
