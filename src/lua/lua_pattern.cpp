// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_pattern.h"

#include <cctype>
#include <string>

namespace weir {
namespace {

constexpr std::size_t items_max = 200;  // the matcher's recursion is at most as deep
constexpr std::size_t captures_max = 32;

using Letters = std::bitset<256>;

std::size_t code(char letter) { return static_cast<unsigned char>(letter); }

// %a, %d and their kin; nothing: the letter stands for itself.
std::optional<Letters> letter_class(char name) {
  int (*belongs)(int) = nullptr;
  switch (std::tolower(static_cast<unsigned char>(name))) {
    case 'a':
      belongs = std::isalpha;
      break;
    case 'c':
      belongs = std::iscntrl;
      break;
    case 'd':
      belongs = std::isdigit;
      break;
    case 'g':
      belongs = std::isgraph;
      break;
    case 'l':
      belongs = std::islower;
      break;
    case 'p':
      belongs = std::ispunct;
      break;
    case 's':
      belongs = std::isspace;
      break;
    case 'u':
      belongs = std::isupper;
      break;
    case 'w':
      belongs = std::isalnum;
      break;
    case 'x':
      belongs = std::isxdigit;
      break;
    default:
      return std::nullopt;
  }
  Letters letters;
  for (int letter = 0; letter < 256; ++letter) {
    letters[static_cast<std::size_t>(letter)] = belongs(letter) != 0;
  }
  return std::isupper(static_cast<unsigned char>(name)) != 0 ? ~letters : letters;
}

}  // namespace

class LuaPatternParser {
 public:
  explicit LuaPatternParser(std::string_view pattern) : rest_(pattern) {}

  Result<LuaPattern> parse() {
    made_.anchored_ = rest_.starts_with('^');
    rest_.remove_prefix(made_.anchored_ ? 1 : 0);
    while (!rest_.empty()) {
      WEIR_CHECK(item());
      if (made_.items_.size() > items_max || made_.captures_ > captures_max) {
        return fail(ErrorKind::rejected, "the pattern is too long");
      }
    }
    if (!open_.empty()) {
      return fail(ErrorKind::rejected, "unfinished capture");
    }
    return std::move(made_);
  }

 private:
  using Item = LuaPattern::Item;
  using Kind = LuaPattern::Kind;
  using Times = LuaPattern::Times;

  Result<void> item() {
    if (rest_.front() == '(') {
      return open();
    }
    if (rest_.front() == ')') {
      return close();
    }
    if (rest_ == "$") {
      rest_ = {};
      made_.items_.push_back({Kind::end, {}, {}, 0, 0, 0});
      return {};
    }
    if (rest_.starts_with("%b")) {
      return balance();
    }
    if (rest_.starts_with("%f")) {
      rest_.remove_prefix(2);
      if (!rest_.starts_with('[')) {
        return fail(ErrorKind::rejected, "missing `[` after `%f` in the pattern");
      }
      WEIR_TRY(const Letters letters, single());
      made_.items_.push_back({Kind::frontier, {}, letters, 0, 0, 0});
      return {};
    }
    if (rest_.size() > 1 && rest_.front() == '%' && rest_[1] >= '0' && rest_[1] <= '9') {
      return repeated();
    }
    WEIR_TRY(const Letters letters, single());
    made_.items_.push_back({Kind::letter, times(), letters, 0, 0, 0});
    return {};
  }

  Result<void> open() {
    rest_.remove_prefix(1);
    const std::size_t capture = made_.captures_++;
    if (rest_.starts_with(')')) {
      rest_.remove_prefix(1);
      made_.items_.push_back({Kind::place, {}, {}, capture, 0, 0});
      return {};
    }
    open_.push_back(capture);
    made_.items_.push_back({Kind::open, {}, {}, capture, 0, 0});
    return {};
  }

  Result<void> close() {
    rest_.remove_prefix(1);
    if (open_.empty()) {
      return fail(ErrorKind::rejected, "a `)` in the pattern closes nothing");
    }
    made_.items_.push_back({Kind::close, {}, {}, open_.back(), 0, 0});
    closed_.push_back(open_.back());
    open_.pop_back();
    return {};
  }

  Result<void> balance() {
    if (rest_.size() < 4) {
      return fail(ErrorKind::rejected, "missing arguments to `%b` in the pattern");
    }
    made_.items_.push_back({Kind::balance, {}, {}, 0, rest_[2], rest_[3]});
    rest_.remove_prefix(4);
    return {};
  }

  Result<void> repeated() {
    const auto capture = static_cast<std::size_t>(rest_[1] - '1');
    rest_.remove_prefix(2);
    for (const std::size_t known : closed_) {
      if (known == capture) {
        made_.items_.push_back({Kind::repeated, {}, {}, capture, 0, 0});
        return {};
      }
    }
    return fail(ErrorKind::rejected, "the pattern repeats a capture that is not complete");
  }

  Times times() {
    const char mark = rest_.empty() ? 0 : rest_.front();
    const Times found = mark == '*'   ? Times::any
                        : mark == '+' ? Times::some
                        : mark == '-' ? Times::fewest
                        : mark == '?' ? Times::optional
                                      : Times::once;
    rest_.remove_prefix(found == Times::once ? 0 : 1);
    return found;
  }

  char take() {
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    return letter;
  }

  // One letter, `.`, a class or a set.
  Result<Letters> single() {
    const char letter = take();
    if (letter == '.') {
      return Letters().set();
    }
    if (letter == '[') {
      return set();
    }
    if (letter == '%') {
      if (rest_.empty()) {
        return fail(ErrorKind::rejected, "the pattern ends with `%`");
      }
      return escaped(take());
    }
    return Letters().set(code(letter));
  }

  static Letters escaped(char letter) {
    return letter_class(letter).value_or(Letters().set(code(letter)));
  }

  Result<Letters> set() {
    Letters letters;
    const bool inverted = rest_.starts_with('^');
    rest_.remove_prefix(inverted ? 1 : 0);
    for (bool first = true; first || !rest_.starts_with(']'); first = false) {
      if (rest_.empty()) {
        return fail(ErrorKind::rejected, "missing `]` in the pattern");
      }
      const char letter = take();
      if (letter == '%' && !rest_.empty()) {
        letters |= escaped(take());
      } else if (rest_.size() > 1 && rest_.front() == '-' && rest_[1] != ']') {
        for (std::size_t each = code(letter); each <= code(rest_[1]); ++each) {
          letters.set(each);
        }
        rest_.remove_prefix(2);
      } else {
        letters.set(code(letter));
      }
    }
    rest_.remove_prefix(1);
    return inverted ? ~letters : letters;
  }

  std::string_view rest_;
  LuaPattern made_;
  std::vector<std::size_t> open_;
  std::vector<std::size_t> closed_;
};

class LuaPatternMatcher {
 public:
  using Item = LuaPattern::Item;
  using Kind = LuaPattern::Kind;
  using Times = LuaPattern::Times;

  LuaPatternMatcher(const LuaPattern& pattern, std::string_view text, std::int64_t& steps)
      : items_(pattern.items_), text_(text), steps_(steps), captures(pattern.captures_) {}

  // The end of a match of the items from `index` on that begins at `at`.
  std::optional<std::size_t> match(std::size_t index, std::size_t at) {
    for (; index < items_.size(); ++index) {
      if (--steps_ < 0) {
        return std::nullopt;
      }
      const Item& item = items_[index];
      if (item.kind == Kind::letter && item.times != Times::once) {
        return item.times == Times::fewest ? match_fewest(index, at) : match_most(index, at);
      }
      if (item.kind == Kind::open || item.kind == Kind::close || item.kind == Kind::place) {
        return match_capture(index, at);
      }
      const auto next = step(item, at);
      if (!next) {
        return std::nullopt;
      }
      at = *next;
    }
    return at;
  }

 private:
  bool is_one(const Item& item, std::size_t at) const {
    return at < text_.size() && item.letters[code(text_[at])];
  }

  std::optional<std::size_t> match_most(std::size_t index, std::size_t at) {
    const Item& item = items_[index];
    const std::size_t count_max = item.times == Times::optional ? 1 : text_.size() - at;
    const std::size_t count_min = item.times == Times::some ? 1 : 0;
    std::size_t count = 0;
    while (count < count_max && is_one(item, at + count)) {
      ++count;
    }
    steps_ -= static_cast<std::int64_t>(count);
    for (; count + 1 > count_min && steps_ >= 0; --count) {
      if (const auto end = match(index + 1, at + count)) {
        return end;
      }
      if (count == 0) {
        break;
      }
    }
    return std::nullopt;
  }

  std::optional<std::size_t> match_fewest(std::size_t index, std::size_t at) {
    while (--steps_ >= 0) {
      if (const auto end = match(index + 1, at)) {
        return end;
      }
      if (!is_one(items_[index], at)) {
        break;
      }
      ++at;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> match_capture(std::size_t index, std::size_t at) {
    const Item& item = items_[index];
    LuaPattern::Capture& capture = captures[item.capture];
    const LuaPattern::Capture before = capture;
    if (item.kind == Kind::close) {
      capture.length = at - capture.begin;
    } else {
      capture = {at, 0, item.kind == Kind::place};
    }
    const auto end = match(index + 1, at);
    if (!end) {
      capture = before;
    }
    return end;
  }

  // What takes one form only.
  std::optional<std::size_t> step(const Item& item, std::size_t at) {
    switch (item.kind) {
      case Kind::letter:
        return is_one(item, at) ? std::optional(at + 1) : std::nullopt;
      case Kind::end:
        return at == text_.size() ? std::optional(at) : std::nullopt;
      case Kind::frontier: {
        const std::size_t before = at == 0 ? 0 : code(text_[at - 1]);
        const std::size_t here = at == text_.size() ? 0 : code(text_[at]);
        return !item.letters[before] && item.letters[here] ? std::optional(at) : std::nullopt;
      }
      case Kind::repeated: {
        const LuaPattern::Capture& capture = captures[item.capture];
        const std::string_view again = text_.substr(capture.begin, capture.length);
        steps_ -= static_cast<std::int64_t>(again.size());
        return text_.substr(at).starts_with(again) ? std::optional(at + again.size())
                                                   : std::nullopt;
      }
      default:
        return balanced(item, at);
    }
  }

  std::optional<std::size_t> balanced(const Item& item, std::size_t at) {
    if (at >= text_.size() || text_[at] != item.first) {
      return std::nullopt;
    }
    std::size_t depth = 1;
    for (std::size_t place = at + 1; place < text_.size() && --steps_ >= 0; ++place) {
      if (text_[place] == item.last) {
        if (--depth == 0) {
          return place + 1;
        }
      } else if (text_[place] == item.first) {
        ++depth;
      }
    }
    return std::nullopt;
  }

  const std::vector<Item>& items_;
  const std::string_view text_;
  std::int64_t& steps_;

 public:
  std::vector<LuaPattern::Capture> captures;
};

Result<LuaPattern> LuaPattern::compile(std::string_view pattern) {
  return LuaPatternParser(pattern).parse();
}

std::optional<LuaPattern::Match> LuaPattern::find(std::string_view text, std::size_t from,
                                                  std::int64_t& steps) const {
  LuaPatternMatcher matcher(*this, text, steps);
  for (std::size_t begin = from; begin <= text.size() && steps >= 0; ++begin) {
    if (const auto end = matcher.match(0, begin); end && steps >= 0) {
      return Match{begin, *end, std::move(matcher.captures)};
    }
    if (anchored_) {
      break;
    }
  }
  return std::nullopt;
}

}  // namespace weir
