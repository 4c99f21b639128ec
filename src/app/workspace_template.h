// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weir {

struct TemplateFile {
  std::string path;
  std::string text;
};

// The JSON Schemas of a workspace's files, where their first lines look for them.
std::vector<TemplateFile> schema_files();

// The files that `weir init` writes, the schemas among them.
std::vector<TemplateFile> workspace_template();

}  // namespace weir
