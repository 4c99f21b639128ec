// SPDX-License-Identifier: Apache-2.0
#include "pipeline/functions_file.h"

#include "spec/fault_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t bytes_max = 1U << 20U;

// To YAML the beginning of another document, and so never part of a definition.
constexpr std::string_view separator = "\n--- # functions\n";

bool is_within(const fs::path& folder, const fs::path& file) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
         folder.end();
}

std::vector<std::string> lua_files(const fs::path& root) {
  std::vector<std::string> names;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(root, code)) {
    if (entry.path().extension() == ".lua") {
      names.push_back(entry.path().filename().string());
    }
  }
  return names;
}

}  // namespace

std::optional<FunctionsFile> read_functions_name(const Node& node, Faults& faults) {
  const std::string* name = node.scalar.value.text();
  if (name == nullptr || name->empty()) {
    add_error(faults, node.at,
              wrong_value("functions",
                          "the name of a Lua file of the workspace, as in `receipts.lua`", node));
    return std::nullopt;
  }
  const fs::path path = fs::path(*name).lexically_normal();
  if (path.is_absolute() || *path.begin() == "..") {
    add_error(faults, node.at,
              fmt::format("`functions` names `{}`, which is outside of the workspace; put the file "
                          "beside weir.yaml",
                          *name));
    return std::nullopt;
  }
  return FunctionsFile{path.generic_string(), {}, node.at};
}

bool load_functions(const fs::path& root, FunctionsFile& functions, Faults& faults) {
  std::error_code code;
  const fs::path path = fs::canonical(root / functions.file, code);
  if (code || !fs::is_regular_file(path, code)) {
    add_error(faults, functions.at,
              fmt::format("`functions` names `{}`, and there is no such file in the workspace; it "
                          "is looked for beside weir.yaml{}",
                          functions.file, suggestion(functions.file, lua_files(root))));
    return false;
  }
  if (!is_within(fs::canonical(root, code), path)) {
    add_error(faults, functions.at,
              fmt::format("`functions` names `{}`, which leads out of the workspace; put the file "
                          "itself there",
                          functions.file));
    return false;
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open() || fs::file_size(path, code) > bytes_max) {
    add_error(faults, {functions.file, 0},
              stream.is_open() ? "is longer than 1 MiB; functions are short"
                               : "cannot be read; let Weir's user read it");
    return false;
  }
  functions.text.assign(std::istreambuf_iterator<char>(stream), {});
  return true;
}

std::string keep_functions(std::string text, const std::optional<FunctionsFile>& functions) {
  if (functions) {
    text += separator;
    text += functions->text;
  }
  return text;
}

KeptDefinition split_kept(std::string_view kept) {
  const std::size_t at = kept.find(separator);
  if (at == std::string_view::npos) {
    return {kept, {}};
  }
  return {kept.substr(0, at), kept.substr(at + separator.size())};
}

}  // namespace weir
