// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace weir {

struct TemplateFile {
  std::string_view path;
  std::string_view text;
};

// The files that `weir init` writes.
extern const std::array<TemplateFile, 6> workspace_template;

}  // namespace weir
