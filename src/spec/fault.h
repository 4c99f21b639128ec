// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct Location {
  std::string file;  // as the user would type it, relative to the workspace; empty: no file
  int line = 0;      // from 1; 0: the whole file
};

enum class Severity { error, warning };

// One thing that is wrong with the files or with what they name. Faults are collected, never
// thrown: a user gets all of them at once.
struct Fault {
  Severity severity = Severity::error;
  Location at;
  // What is wrong, on which value, what was expected and the nearest right name, what to do.
  std::string message;
};

using Faults = std::vector<Fault>;

bool has_errors(const Faults& faults);
// "pipelines/receipts.yaml:12: error: …"
std::string to_string(const Fault& fault);
// The name of `known` nearest to `name` by edit distance, if near enough to be a slip; else empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);
// "; did you mean `x`?" for the end of a sentence, or nothing when no name is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

void add_error(Faults& faults, Location at, std::string message);
void add_warning(Faults& faults, Location at, std::string message);

}  // namespace weir
