// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

const std::string record_function = "record";

}  // namespace

std::unique_ptr<const LuaFunctions> LuaFunctions::load(const std::string& file,
                                                       const std::string& text, Faults& faults) {
  auto sandbox = LuaSandbox::load(file, text);
  if (!sandbox) {
    add_error(faults, {file, sandbox.error().line}, sandbox.error().message);
    return nullptr;
  }
  const std::string type = (*sandbox)->type_of(record_function);
  if (!type.empty() && type != "function") {
    add_error(faults, {file, 0}, fmt::format("`record` must be a function, and is a {}", type));
    return nullptr;
  }
  if ((*sandbox)->functions().empty()) {
    add_warning(faults, {file, 0},
                "defines no function; write `function record(r)`, or functions "
                "for `_lua name(…)`");
  }
  return std::unique_ptr<const LuaFunctions>(new LuaFunctions(file, text, *std::move(sandbox)));
}

LuaFunctions::LuaFunctions(std::string file, std::string text, std::unique_ptr<LuaSandbox> first)
    : file_(std::move(file)), text_(std::move(text)), names_(first->functions()) {
  idle_.push_back(std::move(first));
}

bool LuaFunctions::has_record() const {
  return std::find(names_.begin(), names_.end(), record_function) != names_.end();
}

std::vector<std::string> LuaFunctions::names() const { return names_; }

std::string LuaFunctions::name() const { return "record() of " + file_; }

Result<std::unique_ptr<LuaSandbox>> LuaFunctions::take() const {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto sandbox = std::move(idle_.back());
      idle_.pop_back();
      return sandbox;
    }
  }
  auto made = LuaSandbox::load(file_, text_);
  if (!made) {  // it was loaded before
    return fail(ErrorKind::internal, file_ + ": " + made.error().message);
  }
  return *std::move(made);
}

void LuaFunctions::give_back(std::unique_ptr<LuaSandbox> sandbox) const {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(sandbox));
}

Result<std::vector<Value>> LuaFunctions::convert(const Value& record) const {
  WEIR_TRY(auto sandbox, take());
  auto records = sandbox->convert(record_function, record);
  give_back(std::move(sandbox));
  return records;
}

Result<Value> LuaFunctions::call(std::string_view function,
                                 std::span<const Value> arguments) const {
  const std::string wanted(function);
  if (std::find(names_.begin(), names_.end(), wanted) == names_.end()) {
    return fail(ErrorKind::invalid_config, fmt::format("{} has no function `{}`{}", file_, wanted,
                                                       suggestion(wanted, names_)));
  }
  WEIR_TRY(auto sandbox, take());
  auto result = sandbox->call(wanted, arguments);
  give_back(std::move(sandbox));
  return result;
}

}  // namespace weir
