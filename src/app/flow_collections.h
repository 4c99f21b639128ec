// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "journal/journal.h"
#include "lua/lua_functions.h"
#include "pipeline/collections.h"
#include "pipeline/definition.h"
#include "pipeline/journal_collections.h"
#include "transform/transform.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

// What the flow of one pipeline looks in with `_findCollection`: records of others, or its own.

namespace weir {

// Makes the rows of one pipeline that is looked in.
struct CollectionReader {
  std::string pipeline;
  std::vector<LookupShape> lookups;
  std::unique_ptr<const LuaFunctions> functions;  // nullptr: that pipeline has none
  std::unique_ptr<const Transform> transform;
};

// One for each pipeline that the mapping's values look in. Appends errors, at the value that looks:
// a pipeline that there is not (with the nearest name), or whose own file has faults; warnings: a
// name that is not in that pipeline's `response`, if it has one.
std::vector<CollectionReader> make_collection_readers(const Workspace& workspace,
                                                      const Transform& mapping, Clock& clock,
                                                      Faults& faults);

struct Flow;

// While it stands, the look-ups of a flow are answered from the journal as it was when this was
// made. Before the flow's transform is applied; ends after. `journal` nullptr: nothing is found.
class LookupsAnswered {
 public:
  LookupsAnswered(const Flow& flow, Journal* journal, std::stop_token stop);
  ~LookupsAnswered();
  LookupsAnswered(const LookupsAnswered&) = delete;
  LookupsAnswered& operator=(const LookupsAnswered&) = delete;

 private:
  const Flow& flow_;
};

// The journal that a command which only looks answers look-ups from; nullptr: the flow has none, or
// nothing has ever run in this workspace.
Result<std::unique_ptr<Journal>> open_journal_for_lookups(const Flow& flow);

}  // namespace weir
