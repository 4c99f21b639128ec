// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/nearest_name.h"

#include <string>
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

// By file (those without one first), then by line, else as they came; none twice.
Faults in_order(Faults faults);

void add_error(Faults& faults, Location at, std::string message);
void add_warning(Faults& faults, Location at, std::string message);

}  // namespace weir
