// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "journal/journal.h"
#include "source/page_store.h"
#include "source/source_runner.h"

#include <cstddef>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir {

// Hands pages to the journal, several on their way so that it can commit them together, and calls
// `stored` for each when it is durable, in order, on the calling thread. Counts what was stored.
// One thread uses it.
class PageWriter final : public PageStore {
 public:
  struct Target {
    Journal& journal;
    Clock& clock;
    PipelineId pipeline;
    RunId run;
    Redelivery redelivery;
  };
  PageWriter(Target target, const StoredPage& stored, SourceCounts& counts)
      : target_(target), stored_(stored), counts_(counts) {}
  ~PageWriter() override;  // waits for what is on its way; `stored` is not called any more

  // Errors: the journal's.
  Result<void> write(Page page, std::string origin, std::optional<Cursor> cursor) override;
  Result<void> move_cursor(Cursor cursor);  // alone
  bool idle() const override { return under_way_.empty(); }
  Result<void> finish_one() override;
  Result<void> finish_all() override;

 private:
  struct UnderWay {
    std::shared_ptr<const Page> page;  // nullptr: a cursor alone
    bool moves_cursor = false;
    std::future<Result<std::vector<Intake>>> done;
  };
  void send(std::shared_ptr<const Page> page, std::string origin, std::optional<Cursor> cursor);
  void count(const Page& page, const Intake& intake);

  Target target_;
  const StoredPage& stored_;
  SourceCounts& counts_;
  std::deque<UnderWay> under_way_;
  std::size_t bytes_ = 0;
};

}  // namespace weir
