// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "lua/lua_sandbox.h"
#include "spec/fault.h"
#include "transform/record_function.h"

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// A pipeline's file of functions: `record(r)`, and what values call by `_lua name(…)`. Loaded when
// the pipeline is read; any thread may call, each in a sandbox of its own.
class LuaFunctions final : public RecordFunction {
 public:
  // Appends what is wrong with the file, with its line; nothing then. `file`: as messages name it,
  // relative to the workspace.
  static std::unique_ptr<const LuaFunctions> load(const std::string& file, const std::string& text,
                                                  Faults& faults);

  bool has_record() const;
  std::vector<std::string> names() const;

  std::string name() const override;
  Result<std::vector<Value>> convert(const Value& record) const override;
  // Errors: `invalid_config` (no such function, with the nearest), `rejected`.
  Result<Value> call(std::string_view function, std::span<const Value> arguments) const;

 private:
  LuaFunctions(std::string file, std::string text, std::unique_ptr<LuaSandbox> first);
  Result<std::unique_ptr<LuaSandbox>> take() const;
  void give_back(std::unique_ptr<LuaSandbox> sandbox) const;

  const std::string file_;
  const std::string text_;
  std::vector<std::string> names_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<LuaSandbox>> idle_;
};

}  // namespace weir
