// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/reference_page.h"

namespace CLI {
class App;
}

namespace weir {

// reference/commands.md: every command of the program with its options, as its help has them, and
// the exit codes.
ReferencePage command_page(const CLI::App& program);

}  // namespace weir
