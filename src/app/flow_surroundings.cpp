// SPDX-License-Identifier: Apache-2.0
#include "app/flow_surroundings.h"

#include <fmt/format.h>

namespace weir {

Result<Value> FlowSurroundings::find(const CollectionQuery& query) const {
  return fail(ErrorKind::invalid_config,
              fmt::format("`_findCollection` from `{}`: look-ups in another pipeline's records are "
                          "not available yet",
                          query.pipeline));
}

Result<Value> FlowSurroundings::call(std::string_view function,
                                     std::span<const Value> arguments) const {
  if (functions_ == nullptr) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`_lua {}`: the pipeline names no file of functions; write `functions: "
                            "NAME.lua` beside `source`",
                            function));
  }
  return functions_->call(function, arguments);
}

}  // namespace weir
