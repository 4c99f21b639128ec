// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Where a key of the metadata vocabulary stands: in `source`, in `target`, in one field object, in
// one entry of `formatResponse`, in one of `condition`, in `omissionRemedy`.
enum class KeyPlace : std::uint8_t { source, target, field, format_rule, condition, remedy };

enum class KeyEffect : std::uint8_t {
  row,  // a written row differs because of it: tests/vocabulary/ holds the example that shows it
  run,  // it decides what is asked for or delivered: `held_by` names the test that shows it
  checked,  // files are checked by it; rows are the same without it
  inert,    // for people and editors; kept without a word
  kept,     // kept and warned about; `description` says what happens in its stead
};

// One key of the vocabulary. The reader's warnings, the JSON Schema and the
// reference are made from these entries.
struct VocabularyKey {
  KeyPlace place;
  std::string name;
  KeyEffect effect;
  std::string
      type;  // JSON Schema's: string, boolean, object, array; `fields`, `schedule`; empty: any
  std::string description;
  std::string held_by = {};                   // of effect run: a file of the repository
  std::vector<std::string> also_called = {};  // other spellings of the same key
  std::string fallback = {};                  // what counts without it, as it is written in a file
  std::vector<std::string> choices = {};      // all that it may be; empty: more than can be listed
};

// All of them, in the order of a well-written file. Made once; safe from any thread.
const std::vector<VocabularyKey>& vocabulary();

// The entry for a key by any of its spellings; nullptr: it is not known there.
const VocabularyKey* find_key(KeyPlace place, std::string_view name);

// Every spelling that is known there, for suggestions; without the inert ones.
std::vector<std::string> known_keys(KeyPlace place);

// "source", "target", "field", "formatResponse", "condition", "omissionRemedy": how examples and
// schemas name it.
std::string_view to_string(KeyPlace place);

}  // namespace weir
