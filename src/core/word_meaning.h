// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// What a word of the files means, for people. It stands in the table that the word is looked up in,
// so that none is known without it; the reference pages are made of it, and each example is tested.
struct WordMeaning {
  std::string_view written;  // the word with what it takes: `round(n)`
  std::string_view meaning;  // what it gives, or asks
  std::string_view example;  // as it stands in a file
  std::string_view of;       // JSON: what the example is applied to
  std::string_view gives;    // JSON: what it makes of that; of a test, what does not pass it
};

// For a static_assert beside the table: each entry's `meaning` is whole.
template <typename Table>
constexpr bool explains_each(const Table& table) {
  for (const auto& entry : table) {
    const WordMeaning& word = entry.meaning;
    if (word.written.empty() || word.meaning.empty() || word.example.empty() || word.of.empty() ||
        word.gives.empty()) {
      return false;
    }
  }
  return true;
}

// The meanings of a table's entries, in its order.
template <typename Table>
std::vector<WordMeaning> meanings_of(const Table& table) {
  std::vector<WordMeaning> words;
  for (const auto& entry : table) {
    words.push_back(entry.meaning);
  }
  return words;
}

// Their names, for messages and suggestions.
template <typename Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) {
    names.emplace_back(entry.name);
  }
  return names;
}

}  // namespace weir
