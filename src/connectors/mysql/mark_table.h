// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "core/error.h"
#include "sink/sink.h"

#include <cstdint>
#include <string>

namespace weir {

// The mark of one lane: a row of table `weir_mark` in the connection's database, with the journal's
// UUID, pipeline and lane as its key. It is written in the transaction of the data, so it says of a
// batch whether it was committed.
//
// With WEIR_TEST_NO_MARK=1 in the environment nothing is written and every claim reports sequence
// 0, so that a batch whose COMMIT was answered by a crash is delivered again: the crash test shows
// with this that it can fail.
class MarkTable {
 public:
  MarkTable(MysqlConnection& connection, const std::string& journal_uuid,
            const std::string& pipeline, std::uint32_t lane);

  // Creates the table when it is not there. Errors: `unauthorized`, with the GRANT that is missing.
  static Result<void> ensure(MysqlConnection& connection);
  // Whether it is there with all rights on it, or could be created. Writes nothing.
  static Result<void> check(MysqlConnection& connection);

  Result<Mark> claim(std::uint64_t fence);       // as SinkLane::claim
  Result<void> advance(std::uint64_t sequence);  // as SinkLane::write_mark

 private:
  MysqlConnection& connection_;
  std::string key_;  // journal, pipeline and lane as SQL
  std::string predicate_;
  bool off_ = false;
  std::uint64_t fence_ = 0;
};

}  // namespace weir
