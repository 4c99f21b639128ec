// SPDX-License-Identifier: Apache-2.0
#include "app/flow_surroundings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir {

Result<Value> FlowSurroundings::find(const CollectionQuery& query) const {
  if (collections_ == nullptr) {
    return fail(ErrorKind::internal,
                fmt::format("`_findCollection` from `{}` has nothing to look in", query.pipeline));
  }
  return collections_->find(query);
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

void check_functions(const Transform& transform, const LuaFunctions* functions, Faults& faults) {
  const std::vector<std::string> known =
      functions != nullptr ? functions->names() : std::vector<std::string>();
  transform.visit_templates([&](const Template& value, const Location& at) {
    for (const std::string& name : value.functions()) {
      if (functions == nullptr) {
        add_error(faults, at,
                  fmt::format("`_lua {}`: the pipeline names no file of functions; write "
                              "`functions: NAME.lua` beside `source`",
                              name));
      } else if (std::find(known.begin(), known.end(), name) == known.end()) {
        add_error(faults, at,
                  fmt::format("`_lua {0}`: there is no function `{0}` in the pipeline's file{1}",
                              name, suggestion(name, known)));
      }
    }
  });
}

}  // namespace weir
