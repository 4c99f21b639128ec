// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/document.h"
#include "spec/fault.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct ResolvedText {
  std::string text;
  bool secret = false;             // held a reference
  std::vector<TextSpan> resolved;  // where the references' values stand in `text`
};

// Replaces every ${scheme:name}; `$${` stands for a literal `${`, and a `${` that no scheme follows
// is text. What cannot be resolved is appended as a fault, and stays in the text as it was written.
ResolvedText resolve_references(std::string_view text, const Location& at,
                                const References& references, Faults& faults);

// The text spelled so that resolve_references gives it again, whatever it holds.
std::string escape_references(std::string_view text);

// What the environment variable for a setting is called: "DINGTALK_SYSTEM_TOKEN" for `systemToken`
// of `dingtalk`.
std::string environment_variable_for(std::string_view connection, std::string_view setting);

}  // namespace weir
