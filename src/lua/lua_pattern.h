// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir {

// A text pattern of Lua ("^(%d+)-(%a*)$"), taken apart once; the matcher counts its steps, since
// some patterns take time without end on short texts, which Lua's own matcher does not notice.
class LuaPattern {
 public:
  // Errors: `rejected`, with what is wrong with it.
  static Result<LuaPattern> compile(std::string_view pattern);

  struct Capture {
    std::size_t begin = 0;
    std::size_t length = 0;
    bool place_only = false;  // `()`
  };
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<Capture> captures;
  };

  // The first match that begins at `from` or behind it. `steps`: what may be spent, and what is
  // left; below zero: it was not enough, and nothing is given.
  std::optional<Match> find(std::string_view text, std::size_t from, std::int64_t& steps) const;

  bool anchored() const { return anchored_; }

 private:
  friend class LuaPatternParser;
  friend class LuaPatternMatcher;
  enum class Kind : std::uint8_t { letter, open, close, place, repeated, balance, frontier, end };
  enum class Times : std::uint8_t { once, any, some, fewest, optional };
  struct Item {
    Kind kind = Kind::letter;
    Times times = Times::once;
    std::bitset<256> letters;  // letter, frontier
    std::size_t capture = 0;   // open, close, place, repeated
    char first = 0;            // balance
    char last = 0;
  };

  std::vector<Item> items_;
  std::size_t captures_ = 0;
  bool anchored_ = false;
};

}  // namespace weir
