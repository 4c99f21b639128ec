// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/definition.h"

#include <string>
#include <string_view>

namespace weir {

struct DefinitionReading {
  Definition definition;
  bool well = false;           // the file has no errors
  Location source_connection;  // where `source` and `target` name their connections
  Location target_connection;
};

// As read_definition, with the name of the file that faults shall carry; gives what could be read
// of a file with errors too.
DefinitionReading read_definition_file(const std::string& name, const std::string& file,
                                       std::string_view text, const References& references,
                                       Faults& faults);

}  // namespace weir
