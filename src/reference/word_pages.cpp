// SPDX-License-Identifier: Apache-2.0
#include "reference/word_pages.h"

#include "expr/pipe.h"
#include "expr/scope.h"
#include "expr/sql_node.h"
#include "expr/time_variable.h"
#include "transform/comparison.h"
#include "transform/field_conversion.h"
#include "transform/format_rules.h"
#include "transform/value_parser.h"

#include <fmt/format.h>

#include <utility>

#include "reference/markdown.h"

namespace weir {
namespace {

std::vector<WordMeaning> without_empty_records(std::vector<WordMeaning> words) {
  for (WordMeaning& word : words) {
    word.of = word.of == "{}" ? std::string_view() : word.of;
  }
  return words;
}

}  // namespace

std::string words_table(const std::vector<std::string>& headings,
                        const std::vector<WordMeaning>& words) {
  std::vector<std::vector<std::string>> rows;
  for (const WordMeaning& word : words) {
    rows.push_back({markdown::code(word.written), markdown::sentence(word.meaning),
                    markdown::code(word.example), markdown::code(word.of),
                    markdown::code(word.gives)});
  }
  return markdown::table(headings, rows);
}

namespace {

std::string formats_section() {
  return "## What `format` may be\n\nNames take any case. What is missing or empty gives null; "
         "what "
         "cannot be converted fails the record.\n\n" +
         words_table({"format", "gives", "example", "of", "gives"}, format_meanings());
}

std::string logics_section() {
  return "## What `logic` may be\n\nA value `timestamp:` and Unix seconds compares as a point in "
         "time, in whatever form the field has it.\n\n" +
         words_table({"logic", "is met when", "example", "met by", "not met by"}, logic_meanings());
}

std::string types_section() {
  return "## What `type` may be\n\nAny other type leaves the value as it is. Null stays null.\n\n" +
         words_table({"type", "the value becomes", "example", "of", "gives"},
                     FieldConversion::type_meanings());
}

std::string parsers_section() {
  return "## What `parser` may be\n\nA name, several names with commas between them, or a mapping "
         "of "
         "`name` and `params`. Any other name is kept and warned about. Null stays null.\n\n" +
         words_table({"parser", "gives", "example", "of", "is sent"}, parser_meanings());
}

}  // namespace

std::vector<std::string> word_sections(KeyPlace place) {
  if (place == KeyPlace::field) {
    return {types_section(), parsers_section()};
  }
  if (place == KeyPlace::format_rule) {
    return {formats_section()};
  }
  return place == KeyPlace::condition ? std::vector<std::string>{logics_section()}
                                      : std::vector<std::string>();
}

ReferencePage pipes_page() {
  ReferencePage page;
  page.file = "reference/pipes.md";
  page.title = "Pipes";
  page.summary = "What may stand behind a name in a placeholder: `{{x|date}}`.";
  page.body =
      "One behind the other, from left to right: `{{x|addDays:1|date}}`. Names take any case; null "
      "stays null. Patterns are written as `yyyy-MM-dd HH:mm:ss` or as `Y-m-d H:i:s`.\n\n" +
      words_table({"pipe", "gives", "example", "of the record", "gives"}, pipe_meanings());
  return page;
}

ReferencePage variables_page() {
  ReferencePage page;
  page.file = "reference/variables.md";
  page.title = "Variables";
  page.summary = "Names that stand in any value where the record has no field of that name.";
  page.body =
      "Times are Unix seconds. Days and months are those of the connection's zone in a source, of "
      "the workspace's zone in a target.\n\n## In `source` and `target`\n\n" +
      words_table({"variable", "gives", "example", "at", "gives"}, TimeVariable::meanings()) +
      "\n## In `source`\n\n" +
      words_table({"variable", "gives", "example", "of the page", "gives"},
                  Environment::meanings());
  return page;
}

ReferencePage functions_page() {
  ReferencePage page;
  page.file = "reference/functions.md";
  page.title = "Functions of _function";
  page.summary = "What a value that begins with `_function ` may hold: one expression of MySQL.";
  page.body = "It is computed here, without a database; where it differs from MySQL is told in " +
              markdown::sentence("docs/expressions.md") +
              ", and so are `_findCollection` and `_lua`. Names take any case. Unless it says "
              "otherwise, null in gives null. The examples stand "
              "behind `_function `, on 5 January 2026 at 09:31:07 in Shanghai.\n";
  for (const SqlFamily& family : sql_families()) {
    page.body += fmt::format("\n## {}\n\n{}", family.title,
                             words_table({"written", "gives", "example", "of the record", "gives"},
                                         without_empty_records(family.meanings)));
  }
  return page;
}

}  // namespace weir
