// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/definition.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// What `functions:` names, without the text; nothing, with the fault, when it is no name of a file
// within the workspace.
std::optional<FunctionsFile> read_functions_name(const Node& node, Faults& faults);

// Reads the text of the file. False, with the fault, when it cannot be read, is longer than 1 MiB,
// or lies outside of the workspace, be it by a link.
bool load_functions(const std::filesystem::path& root, FunctionsFile& functions, Faults& faults);

// The journal keeps the functions behind the text of the definition that they belong to.
std::string keep_functions(std::string text, const std::optional<FunctionsFile>& functions);
struct KeptDefinition {
  std::string_view text;
  std::string_view functions;  // empty: it has none
};
KeptDefinition split_kept(std::string_view kept);

}  // namespace weir
