// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/vocabulary.h"

#include <optional>
#include <string>

namespace weir {

// The example of a key, tests/vocabulary/PLACE.KEY.yaml, whose test shows that the key has an
// effect. Either a record and the row that comes of it, or a command and what it says; each with
// the key and without it.
struct KeyExample {
  std::string pipeline;
  std::string record;   // JSON; empty: `command` counts
  std::string command;  // "weir check --offline"
  std::string with;     // the row as JSON, or `filtered`, or `refused`; of a command, what it says
  std::string without;
};

// Nothing: the key has none, as those that change nothing.
std::optional<KeyExample> find_example(const VocabularyKey& key);

// "source.id": how the file is called.
std::string example_name(const VocabularyKey& key);

}  // namespace weir
