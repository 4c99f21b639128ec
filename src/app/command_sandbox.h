// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace weir {

// Adds `weir sandbox SYSTEM`. When the command was given, its callback runs the stand-in until
// SIGINT or SIGTERM and sets `exit_code`: 0 ended as asked, 2 the command line is wrong, 3 the port
// is taken. `app` and `exit_code` must outlive the parse.
void add_sandbox_command(CLI::App& app, int& exit_code);

}  // namespace weir
