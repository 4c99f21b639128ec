// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "pipeline/id_marks.h"
#include "sink/sink.h"
#include "source/call_budget.h"
#include "source/source.h"
#include "source/source_runner.h"
#include "source/window_sweep.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Difference : std::uint8_t {
  missing,  // at the source, but not journalled, or journalled as delivered and not in the target
  extra,    // in the target alone
  deleted,  // journalled, but not at the source any more
};
std::string_view to_string(Difference difference);

struct DifferingId {
  std::string id;
  std::string number;  // empty where it is not known
  Difference difference = Difference::missing;
  std::string where;  // missing: where it is missing; else where it stands
};

struct ReconciliationFigures {
  std::int64_t source = 0;
  std::int64_t journal = 0;
  std::int64_t target = 0;
  std::int64_t missing = 0;
  std::int64_t extra = 0;
  std::int64_t deleted = 0;
};

struct ReconciliationParts {
  Source& source;  // of ids, or of whole records
  Journal& journal;
  Clock& clock;
  std::shared_ptr<CallBudget> budget;
  std::chrono::milliseconds patience;
  PipelineId pipeline{};
  WindowKind kind = WindowKind::modified;  // `sync.by`
  std::optional<Day> from;                 // `sync.from`
  std::function<Result<std::unique_ptr<KeyReader>>()> open_target;
};

// Compares the ids at the source with those in the journal and in the target. Nothing else may
// write to the journal meanwhile. Needs some 24 bytes an id.
//
// The source is asked by the time that the pipeline's own runs ask by, from `sync.from` on. That is
// the set of records that belong here: by modification, a record made before `sync.from` and
// changed after it belongs, and a record can only move on to later windows, which are read later;
// windows of creation would have to begin before all time and name records that never belonged.
// Before anything is called extra or deleted, what may still change is read a second time, and what
// lies before `sync.from` is read too. If a window does not stand still, nothing is called extra or
// deleted.
class Reconciliation {
 public:
  using Differing = std::function<void(const DifferingId&)>;

  explicit Reconciliation(ReconciliationParts parts);

  // Reads all three and tells each id that differs, once. Errors: the source's (as
  // SourceRunner::run), the target's, the journal's.
  Result<void> compare(const Differing& differing, std::stop_token stop);
  // Reads journal and target anew: what is left after a repair.
  Result<void> compare_again();

  ReconciliationFigures figures();
  // Why the comparison is partial: windows that were not read whole.
  const std::vector<Error>& left_open() const { return left_open_; }
  const SourceCounts& counts() const { return sweep_.counts(); }

  // The windows in which there are records that the journal lacks, neighbours joined.
  std::vector<Window> windows_to_read() const;
  // Records that the journal lacks and the target has: somebody else brought them, or the journal
  // that did is gone.
  std::int64_t count_strangers();
  // Whether the journal holds delivered records that the target lacks.
  bool has_absent();
  // Makes them due again, but for those that the target takes for equal to one that it has.
  Result<std::int64_t> requeue_absent();

 private:
  struct Verdict;
  Verdict judge(std::uint8_t marks) const;

  Result<void> read_journal(bool again);
  Result<void> read_source(const Differing& differing, std::stop_token stop);
  Result<void> read_target();
  Result<void> confirm(std::stop_token stop);
  Result<void> look_for(SourcePlan plan, std::stop_token stop);
  Result<void> tell_journalled(const Differing& differing);
  Result<void> tell_extra(const Differing& differing);
  bool any(const std::function<bool(std::uint8_t)>& wanted);

  ReconciliationParts parts_;
  WindowSweep sweep_;
  IdMarks marks_;
  std::vector<Error> left_open_;
  std::vector<Window> lacking_;  // windows with records that the journal lacks
};

}  // namespace weir
