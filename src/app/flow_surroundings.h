// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expr/surroundings.h"
#include "lua/lua_functions.h"
#include "spec/fault.h"
#include "transform/transform.h"

#include <span>
#include <string_view>

namespace weir {

// What the templates of one flow can ask for: the functions of its own file.
class FlowSurroundings final : public Surroundings {
 public:
  // nullptr: the pipeline has no functions. They outlive this.
  explicit FlowSurroundings(const LuaFunctions* functions) : functions_(functions) {}

  Result<Value> find(const CollectionQuery& query) const override;
  Result<Value> call(std::string_view function, std::span<const Value> arguments) const override;

 private:
  const LuaFunctions* functions_;
};

// Errors for what the mapping's values ask for and nobody here can answer, with the nearest name.
void check_surroundings(const Transform& transform, const LuaFunctions* functions, Faults& faults);

}  // namespace weir
