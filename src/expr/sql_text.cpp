// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_node.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

// Functions of text. Places and lengths are counted in characters, from one.

namespace weir {
namespace {

using Texts = std::span<const SqlValue>;
constexpr std::size_t text_bytes_max = std::size_t{16}
                                       << 20U;  // as the server's max_allowed_packet

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::int64_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), begins_character);
}

// The byte at which the character with this number, from zero, begins.
std::size_t byte_of(std::string_view text, std::int64_t character) {
  std::size_t at = 0;
  for (std::int64_t seen = -1; at < text.size(); ++at) {
    if (begins_character(text[at]) && ++seen == character) {
      return at;
    }
  }
  return at;
}

std::string cut(std::string_view text, std::int64_t from, std::int64_t length) {
  if (length <= 0) {
    return {};
  }
  const std::size_t begin = byte_of(text, from);
  const std::string_view rest = text.substr(begin);
  return std::string(rest.substr(0, byte_of(rest, length)));
}

tl::unexpected<Error> too_long() {
  return fail(ErrorKind::rejected, "the text would be longer than 16 MiB");
}

Result<SqlValue> concatenate(Texts values, const EvaluationContext&) {
  std::string text;
  for (const SqlValue& value : values) {
    text += sql_text(value);
    if (text.size() > text_bytes_max) {
      return too_long();
    }
  }
  return SqlValue(std::move(text));
}

Result<SqlValue> concatenate_with(Texts values, const EvaluationContext&) {
  if (is_null(values[0])) {
    return SqlValue();
  }
  std::string text;
  bool first = true;
  for (const SqlValue& value : values.subspan(1)) {
    if (!is_null(value)) {
      text += (first ? "" : sql_text(values[0])) + sql_text(value);
      first = false;
      if (text.size() > text_bytes_max) {
        return too_long();
      }
    }
  }
  return SqlValue(std::move(text));
}

Result<SqlValue> left(Texts values, const EvaluationContext&) {
  return SqlValue(cut(sql_text(values[0]), 0, sql_whole(values[1])));
}

Result<SqlValue> right(Texts values, const EvaluationContext&) {
  const std::string text = sql_text(values[0]);
  const std::int64_t length = std::min(count_characters(text), sql_whole(values[1]));
  return SqlValue(cut(text, count_characters(text) - length, length));
}

// A place below zero counts from the end.
Result<SqlValue> substring(Texts values, const EvaluationContext&) {
  const std::string text = sql_text(values[0]);
  const std::int64_t size = count_characters(text);
  const std::int64_t place = sql_whole(values[1]);
  const std::int64_t from = place < 0 ? size + place : place - 1;
  const std::int64_t length = values.size() > 2 ? sql_whole(values[2]) : size;
  return SqlValue(from < 0 || from >= size ? std::string() : cut(text, from, length));
}

SqlValue located(const std::string& wanted, const std::string& text, std::int64_t place) {
  if (place < 1 || place > count_characters(text) + 1) {
    return sql_integer(0);
  }
  const std::size_t found = fold_case(text).find(fold_case(wanted), byte_of(text, place - 1));
  return sql_integer(found == std::string::npos
                         ? 0
                         : count_characters(std::string_view(text).substr(0, found)) + 1);
}

Result<SqlValue> locate(Texts values, const EvaluationContext&) {
  return located(sql_text(values[0]), sql_text(values[1]),
                 values.size() > 2 ? sql_whole(values[2]) : 1);
}

Result<SqlValue> in_string(Texts values, const EvaluationContext&) {
  return located(sql_text(values[1]), sql_text(values[0]), 1);
}

Result<SqlValue> replace(Texts values, const EvaluationContext&) {
  std::string text = sql_text(values[0]);
  const std::string from = sql_text(values[1]);
  const std::string to = sql_text(values[2]);
  if (from.empty()) {
    return SqlValue(std::move(text));
  }
  std::string made;
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    made.append(text, begin, at - begin).append(to);
    begin = at + from.size();
    if (made.size() > text_bytes_max) {
      return too_long();
    }
  }
  made.append(text, begin);
  return SqlValue(std::move(made));
}

Result<SqlValue> length(Texts values, const EvaluationContext&) {
  return sql_integer(static_cast<std::int64_t>(sql_text(values[0]).size()));
}

Result<SqlValue> character_count(Texts values, const EvaluationContext&) {
  return sql_integer(count_characters(sql_text(values[0])));
}

Result<SqlValue> upper(Texts values, const EvaluationContext&) {
  return SqlValue(fold_case(sql_text(values[0])));
}

Result<SqlValue> lower(Texts values, const EvaluationContext&) {
  std::string text = sql_text(values[0]);
  std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return SqlValue(std::move(text));
}

std::string trimmed_text(std::string text, bool front, bool back) {
  if (back) {
    text.erase(text.find_last_not_of(' ') + 1);
  }
  if (front) {
    text.erase(0, text.find_first_not_of(' '));
  }
  return text;
}

Result<SqlValue> trim(Texts values, const EvaluationContext&) {
  return SqlValue(trimmed_text(sql_text(values[0]), true, true));
}
Result<SqlValue> trim_left(Texts values, const EvaluationContext&) {
  return SqlValue(trimmed_text(sql_text(values[0]), true, false));
}
Result<SqlValue> trim_right(Texts values, const EvaluationContext&) {
  return SqlValue(trimmed_text(sql_text(values[0]), false, true));
}

constexpr std::size_t texts_max = SqlFunction::any_number;
constexpr std::array<SqlFunction, 20> text_functions = {
    {{"CONCAT",
      {"CONCAT(a, b, …)", "The texts one behind the other; null when one is.",
       "CONCAT('No ', {{n}})", R"({"n": 7.50})", R"("No 7.50")"},
      1,
      texts_max,
      concatenate},
     {"CONCAT_WS",
      {"CONCAT_WS(sep, a, b, …)", "The texts with `sep` between them, without those that are null.",
       "CONCAT_WS('-', 'a', {{x}}, 'b')", R"({"x": null})", R"("a-b")"},
      2,
      texts_max,
      nullptr,
      concatenate_with},
     {"LEFT",
      {"LEFT(a, n)", "The first n characters.", "LEFT({{x}}, 2)", R"({"x": "O'Neil"})", R"("O'")"},
      2,
      2,
      left},
     {"RIGHT",
      {"RIGHT(a, n)", "The last n characters.", "RIGHT({{x}}, 3)", R"({"x": "O'Neil"})",
       R"("eil")"},
      2,
      2,
      right},
     {"SUBSTRING",
      {"SUBSTRING(a, n), SUBSTRING(a, n, m)",
       "m characters, or all, from the n-th on; below zero, n counts from the end.",
       "SUBSTRING({{x}}, 3, 2)", R"({"x": "O'Neil"})", R"("Ne")"},
      2,
      3,
      substring},
     {"SUBSTR",
      {"SUBSTR(a, n), SUBSTR(a, n, m)", "As `SUBSTRING`.", "SUBSTR({{x}}, -3)",
       R"({"x": "O'Neil"})", R"("eil")"},
      2,
      3,
      substring},
     {"MID",
      {"MID(a, n, m)", "As `SUBSTRING`.", "MID({{x}}, 3, 2)", R"({"x": "O'Neil"})", R"("Ne")"},
      3,
      3,
      substring},
     {"LOCATE",
      {"LOCATE(a, b), LOCATE(a, b, n)",
       "Where `a` stands in `b`, from the n-th character on; from 1, and 0 where it does not.",
       "LOCATE('n', {{x}})", R"({"x": "O'Neil"})", "3"},
      2,
      3,
      locate},
     {"INSTR",
      {"INSTR(b, a)", "Where `a` stands in `b`, from 1, and 0 where it does not.",
       "INSTR({{x}}, 'n')", R"({"x": "O'Neil"})", "3"},
      2,
      2,
      in_string},
     {"REPLACE",
      {"REPLACE(a, b, c)", "`a` with every `b` replaced by `c`.", "REPLACE({{x}}, '''', '')",
       R"({"x": "O'Neil"})", R"("ONeil")"},
      3,
      3,
      replace},
     {"LENGTH",
      {"LENGTH(a)", "Bytes of the text in UTF-8.", "LENGTH({{x}})", R"({"x": "收款"})", "6"},
      1,
      1,
      length},
     {"CHAR_LENGTH",
      {"CHAR_LENGTH(a)", "Characters of the text.", "CHAR_LENGTH({{x}})", R"({"x": "收款"})", "2"},
      1,
      1,
      character_count},
     {"CHARACTER_LENGTH",
      {"CHARACTER_LENGTH(a)", "As `CHAR_LENGTH`.", "CHARACTER_LENGTH({{x}})", R"({"x": "收款"})",
       "2"},
      1,
      1,
      character_count},
     {"UPPER",
      {"UPPER(a)", "The text in capital letters (ASCII).", "UPPER({{x}})", R"({"x": "O'Neil"})",
       R"("O'NEIL")"},
      1,
      1,
      upper},
     {"UCASE",
      {"UCASE(a)", "As `UPPER`.", "UCASE({{x}})", R"({"x": "O'Neil"})", R"("O'NEIL")"},
      1,
      1,
      upper},
     {"LOWER",
      {"LOWER(a)", "The text in small letters (ASCII).", "LOWER({{x}})", R"({"x": "O'Neil"})",
       R"("o'neil")"},
      1,
      1,
      lower},
     {"LCASE",
      {"LCASE(a)", "As `LOWER`.", "LCASE({{x}})", R"({"x": "O'Neil"})", R"("o'neil")"},
      1,
      1,
      lower},
     {"TRIM",
      {"TRIM(a)", "The text without blanks at both ends.", "TRIM({{x}})", R"({"x": "  a "})",
       R"("a")"},
      1,
      1,
      trim},
     {"LTRIM",
      {"LTRIM(a)", "The text without blanks in front.", "LTRIM({{x}})", R"({"x": "  a "})",
       R"("a ")"},
      1,
      1,
      trim_left},
     {"RTRIM",
      {"RTRIM(a)", "The text without blanks at the end.", "RTRIM({{x}})", R"({"x": "  a "})",
       R"("  a")"},
      1,
      1,
      trim_right}}};
static_assert(explains_each(text_functions));

}  // namespace

std::span<const SqlFunction> sql_text_functions() { return text_functions; }

}  // namespace weir
