// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// What the importer must know of the world outside the file.
struct ImportContext {
  std::string source_connection;  // names given by the user; empty: by what the strategy calls
  std::string target_connection;
  // Request fields of a connector that are secret; see Connector::secret_fields.
  std::function<std::vector<std::string>(std::string_view connector)> secret_fields;
};

struct ImportedSide {
  std::string connection;
  std::string connector;  // empty: none of ours speaks what the strategy calls
};

struct ImportedPipeline {
  Value document;  // a pipeline's file; what is text there is escaped as references ask
  ImportedSide source;
  ImportedSide target;
  std::vector<std::string> notes;  // what was decided, or could not be carried over, and why
  // Environment variables that stand for what was typed in plainly, with the fields they are for.
  std::vector<std::pair<std::string, std::string>> references;
};

// Makes a pipeline of strategies as 轻易云 exports them (facts of that format: docs/import.md):
// documents with `source` and `target`, single strategies, lists of these; fragments of one side
// are put together. Errors: `invalid_config`: a document that is no strategy, or a side is missing.
Result<ImportedPipeline> import_strategies(std::span<const Value> documents,
                                           const ImportContext& context);

}  // namespace weir
