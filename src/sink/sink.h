// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/mapped_rows.h"
#include "core/value.h"
#include "journal/journal.h"
#include "spec/fault.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// Where records go. A connector implements Sink and SinkLane and only reports; batches, lanes,
// retry, back-off and the isolation of bad rows live in SinkRunner (sink_runner.h).

namespace weir {

// A mapped record on its way out: the target's `request` with values in place of templates, once
// for each row that it becomes, at least one. A record is written with all of its rows, or with
// none.
struct OutgoingRecord {
  RecordPlace place;
  std::string id;
  MappedRows rows;
  std::uint64_t sent = 0;  // hash of `rows`
  // What its conversion has to say on it; it is delivered all the same. Empty: nothing.
  std::string remark = {};
};

// A remark of the target on a record that it took: cut, rounded, defaulted.
struct RowWarning {
  std::size_t index = 0;  // into the records of the write
  std::string text;
};

struct WriteReport {
  std::uint64_t rows = 0;  // rows that the records became (before the server merged duplicates)
  std::vector<RowWarning> warnings;
};

// The row that stands in the target beside the data and moves in the same transaction.
struct Mark {
  std::uint64_t fence = 0;
  std::uint64_t sequence = 0;  // last batch of the lane that the target committed; 0: none
};

struct SinkTraits {
  bool transactional = true;         // rows and mark commit together, or not at all
  bool batched = true;               // false: the statement goes record by record
  std::size_t batch_records = 1000;  // records a write() takes best
  std::uint32_t lanes = 2;
  // A record that is delivered again takes the place of what stands there of it. False: it stands
  // there twice (a plain INSERT).
  bool repeatable = true;
};

// One connection to the target. Owned and called by one thread. Every call may block for at most
// the connector's time-out; an error of kind `unavailable` or `timed_out` means the connection is
// gone: the runner drops the lane and opens another.
class SinkLane {
 public:
  virtual ~SinkLane() = default;

  // Raises the fence of (journal, pipeline, lane) to `fence` by a locking write, then reads the
  // mark: what it says can no longer change under us. `conflict`: a higher fence stands there.
  virtual Result<Mark> claim(std::uint64_t fence) = 0;

  virtual Result<void> begin() = 0;
  // Writes all of the records or, on an error, none of them; the transaction stays usable after
  // `rejected`, which says that a row among these is bad (of one record: that one). Errors of other
  // kinds speak of the target, not of the records.
  virtual Result<WriteReport> write(std::span<const OutgoingRecord> records) = 0;
  // Sets the mark to batch `sequence` in the open transaction. `conflict`: the fence was raised by
  // another process; nothing of this transaction may be committed.
  virtual Result<void> write_mark(std::uint64_t sequence) = 0;
  // On any error the outcome is unknown: claim() on a new lane tells it.
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
};

// Looks up which records stand in a target, for reconciling. One connection; one thread.
class KeyReader {
 public:
  virtual ~KeyReader() = default;

  // "table `t`, column `c`", for people.
  virtual std::string place() const = 0;
  // Visits the id of every row, byte for byte as it stands there, in no order, as they stood at one
  // moment; one that stands there twice, twice. Rows without an id are passed over.
  virtual Result<void> visit(const std::function<void(std::string_view id)>& visitor) = 0;
  // Those of the ids that are not there by the target's own comparison either, which may take for
  // equal what differs by its bytes ("7" and "007" in a column of numbers).
  virtual Result<std::vector<std::string>> absent(std::span<const std::string> ids) = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;

  virtual SinkTraits traits() const = 0;
  // Looks at the target as it is: table, columns against `sample` (a mapped record, if there is
  // one), engine, rights. Appends what it finds; an error only when it could not look.
  virtual Result<void> check(const std::optional<Value>& sample, std::vector<Fault>& faults) = 0;
  // Connects and prepares. Called from any thread.
  virtual Result<std::unique_ptr<SinkLane>> open_lane(std::uint32_t lane, std::stop_token stop) = 0;
  // The statement and its values as they would go out, for people: one line a pair.
  virtual std::string describe(const OutgoingRecord& record) const = 0;
  // Where the ids of the source's field `id` stand in the target. Errors: `invalid_config`: that
  // cannot be told; says what to write.
  virtual Result<std::unique_ptr<KeyReader>> read_keys(std::string_view /*id*/,
                                                       std::stop_token /*stop*/) {
    return fail(ErrorKind::invalid_config, "this target cannot list what stands in it");
  }
};

}  // namespace weir
