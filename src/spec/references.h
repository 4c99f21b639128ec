// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"

#include <string>
#include <string_view>

namespace weir {

struct ResolvedText {
  std::string text;
  bool secret = false;  // held a reference
};

// Replaces every ${scheme:name}; `$${` stands for a literal `${`, and a `${` that no scheme follows
// is text. What cannot be resolved is appended as a fault, and stays in the text as it was written.
ResolvedText resolve_references(std::string_view text, const Location& at,
                                const References& references, Faults& faults);

}  // namespace weir
