// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weir {

struct TemplateFile {
  std::string path;
  std::string text;
};

// The files that `weir init` writes.
std::vector<TemplateFile> workspace_template();

}  // namespace weir
