// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <string>

namespace weir {

// A value as a YAML file that people go on editing: block style, with small lists and mappings on
// one line. read_document gives the same value again, types and digits included, with what
// references in its texts (`${env:…}`) name; escape_references makes plain text of these.
std::string to_yaml(const Value& value);

}  // namespace weir
