// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace weir {

// What is wrong with a command line, with the nearest command or option where one was mistyped, and
// which help to read. `app` is the whole program's, as it stands after parsing.
std::string explain_command_line(const CLI::App* app, const CLI::Error& error);

}  // namespace weir
