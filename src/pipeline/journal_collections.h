// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "pipeline/collections.h"
#include "pipeline/lookup_index.h"
#include "transform/transform.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace weir {

// A pipeline that is looked in.
struct CollectionSource {
  std::string pipeline;
  const Transform* transform = nullptr;  // the pipeline's own; outlives the collections
  std::vector<LookupShape> lookups;      // all that will be asked
};

struct CollectionPlace {
  Journal* journal = nullptr;    // outlives the collections; nullptr: there is none yet
  std::filesystem::path folder;  // takes temporary files
  std::stop_token stop;          // ends the reading of a pipeline's records: `cancelled`
};

// The records that pipelines have in the journal, as they stood when this was made. A pipeline's
// records are read once, by the first look-up in it, newest first: of several rows that have the
// values, the first row of the newest record is found. What the pipeline itself would not map (its
// `condition` or its record() drops it, or it cannot be cleaned) is none of its records here.
class JournalCollections final : public Collections {
 public:
  JournalCollections(CollectionPlace place, std::vector<CollectionSource> sources);
  ~JournalCollections() override;

  // `rejected`: nothing was found, but raw JSON of that pipeline is past the time that it is kept,
  // so what was looked for may have been there.
  Result<Value> find(const CollectionQuery& query) const override;

 private:
  class Rows;

  const CollectionPlace place_;
  const Result<PageId> moment_;
  std::vector<std::unique_ptr<Rows>> rows_;
};

}  // namespace weir
