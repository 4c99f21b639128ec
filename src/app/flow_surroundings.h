// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expr/surroundings.h"
#include "lua/lua_functions.h"
#include "pipeline/collections.h"
#include "spec/fault.h"
#include "transform/transform.h"

#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace weir {

// What the templates of one flow can ask for: the functions of its own file, and the records of
// pipelines.
class FlowSurroundings final : public Surroundings {
 public:
  // nullptr: the pipeline has no functions. They outlive this.
  explicit FlowSurroundings(const LuaFunctions* functions) : functions_(functions) {}

  // From now on look-ups are answered from these; nullptr: they are a bug. Not while the flow's
  // transform is applied.
  void look_in(std::unique_ptr<const Collections> collections) {
    collections_ = std::move(collections);
  }

  Result<Value> find(const CollectionQuery& query) const override;
  Result<Value> call(std::string_view function, std::span<const Value> arguments) const override;

 private:
  const LuaFunctions* functions_;
  std::unique_ptr<const Collections> collections_;
};

// Errors for the functions that the mapping's values call and that there are not, with the nearest
// name.
void check_functions(const Transform& transform, const LuaFunctions* functions, Faults& faults);

}  // namespace weir
