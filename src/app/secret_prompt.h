// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <string>

namespace weir {

// A secret's value from stdin. On a terminal: one line, asked for by `name` on stderr and not shown
// while it is typed; the terminal is as it was afterwards. Otherwise all of stdin, without one line
// break at the end. Errors: `cancelled` (Ctrl-C, Ctrl-D), `rejected` (more than 64 KiB).
Result<std::string> ask_secret(const std::string& name);

}  // namespace weir
