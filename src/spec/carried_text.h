// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct CarriedText {
  std::string text;
  std::vector<std::string> replaced;    // fields whose plain value gave way to a reference
  std::vector<std::string> references;  // that the text names, "${env:NAME}", in order, each once
  bool well = true;                     // false: it cannot be read, so nothing of it is given
};

// A file's text for another workspace: the plain values of the fields named `secret_fields`, at any
// depth and in every storage form, become ${secret:NAME}, the name given by `name_of(field)`. A
// value that is one reference stays. A text without such values stays as it is; any other is
// written anew, without its comments, which might repeat a value.
CarriedText carry_text(std::string_view text, const std::vector<std::string>& secret_fields,
                       const std::function<std::string(const std::string& field)>& name_of);

}  // namespace weir
