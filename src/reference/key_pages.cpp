// SPDX-License-Identifier: Apache-2.0
#include "reference/key_pages.h"

#include "spec/vocabulary.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "reference/key_example.h"
#include "reference/markdown.h"
#include "reference/word_pages.h"

namespace weir {
namespace {

using Keys = std::vector<const VocabularyKey*>;

Keys keys_of(KeyPlace place, bool with_effect) {
  Keys keys;
  for (const VocabularyKey& key : vocabulary()) {
    const bool has_effect = key.effect != KeyEffect::inert && key.effect != KeyEffect::kept;
    if (key.place == place && has_effect == with_effect) {
      keys.push_back(&key);
    }
  }
  return keys;
}

std::string joined_code(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + markdown::code(word);
  }
  return text;
}

std::string type_of(const VocabularyKey& key) {
  return key.type == "fields" ? "[fields](fields.md)" : key.type.empty() ? "any" : key.type;
}

// What a key may be, where that is a table of words on the same page.
std::string choices_of(const VocabularyKey& key) {
  const std::string heading = fmt::format("What {} may be", markdown::code(key.name));
  for (const std::string& section : word_sections(key.place)) {
    if (section.starts_with("## " + heading + "\n")) {
      return fmt::format("[see below](#{})", markdown::anchor_of(heading));
    }
  }
  return joined_code(key.choices);
}

std::string keys_table(const Keys& keys) {
  std::vector<std::vector<std::string>> rows;
  for (const VocabularyKey* key : keys) {
    const std::string name = markdown::code(key->name);
    rows.push_back({fmt::format("[{}](#{})", name, markdown::anchor_of(key->name)),
                    markdown::sentence(key->description), type_of(*key),
                    markdown::code(key->fallback), choices_of(*key),
                    joined_code(key->also_called)});
  }
  return markdown::table({"key", "meaning", "type", "default", "choices", "also written"}, rows);
}

std::string_view without_last_line_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

std::string what_it_shows(const KeyExample& example) {
  if (!example.record.empty()) {
    return fmt::format("Of the record {}: {}; without the key: {}.\n",
                       markdown::code(example.record), markdown::code(example.with),
                       markdown::code(example.without));
  }
  return fmt::format("{} says, among others: {}; without the key: {}.\n",
                     markdown::code(example.command),
                     markdown::code(without_last_line_end(example.with)),
                     markdown::code(without_last_line_end(example.without)));
}

std::string key_section(const VocabularyKey& key) {
  std::string text =
      fmt::format("\n### `{}`\n\n{}\n", key.name, markdown::sentence(key.description));
  if (const auto example = find_example(key)) {
    text += "\n" + markdown::block("yaml", example->pipeline) + "\n" + what_it_shows(*example);
  }
  return text;
}

// Keys that change nothing; `kept` ones are warned about, the others are for people and editors.
std::string other_keys(KeyPlace place) {
  std::vector<std::vector<std::string>> kept;
  std::vector<std::vector<std::string>> inert;
  for (const VocabularyKey* key : keys_of(place, false)) {
    auto& rows = key->effect == KeyEffect::kept ? kept : inert;
    rows.push_back({markdown::code(key->name), markdown::sentence(key->description),
                    joined_code(key->also_called)});
  }
  std::string text;
  if (!kept.empty()) {
    text +=
        "\n## Kept and warned about\n\n`weir check` says that they have no effect here, and what "
        "happens in their stead.\n\n" +
        markdown::table({"key", "instead", "also written"}, kept);
  }
  if (!inert.empty()) {
    text += "\n## Kept without a word\n\nFor people and editors; nothing depends on them.\n\n" +
            markdown::table({"key", "meaning", "also written"}, inert);
  }
  return text;
}

std::string place_body(KeyPlace place) {
  std::string text = keys_table(keys_of(place, true));
  for (const std::string& section : word_sections(place)) {
    text += "\n" + section;
  }
  text += other_keys(place);
  text +=
      "\n## Examples\n\nEach is tested with the key and without it. `filtered`: the record gives "
      "no row; `refused`: the file has errors.\n";
  for (const VocabularyKey* key : keys_of(place, true)) {
    text += key_section(*key);
  }
  return text;
}

struct PlacePage {
  KeyPlace place;
  const char* file;
  const char* title;
  const char* summary;
  const char* preface;
};

constexpr const char* other_keys_are_kept =
    "Any other key is kept and warned about. What `api` may be, and what each asks for, is on the "
    "page of the [connector](../connectors/README.md).\n\n";
constexpr PlacePage place_pages[] = {
    {KeyPlace::source, "reference/source.md", "Keys of source",
     "Where records come from, and which of them are kept.", other_keys_are_kept},
    {KeyPlace::target, "reference/target.md", "Keys of target",
     "Where records go, and what is made of each.", other_keys_are_kept},
    {KeyPlace::field, "reference/fields.md", "Fields",
     "One entry of `request`, `otherRequest`, `response` or `otherResponse`.",
     "A plain mapping, `{amount: \"{x}\"}`, stands for a list of fields with `field` and `value`. "
     "A "
     "value may hold placeholders with [pipes](pipes.md), [variables](variables.md) and "
     "[functions](functions.md).\n\n"},
    {KeyPlace::format_rule, "reference/formats.md", "formatResponse",
     "Fields of a record that are made of others, in another form.", ""},
    {KeyPlace::condition, "reference/conditions.md", "condition",
     "Which records, and which rows of their lists, are kept.", ""},
    {KeyPlace::remedy, "reference/omission-remedy.md", "omissionRemedy",
     "A second schedule, which asks for an older window.", ""}};

}  // namespace

std::vector<ReferencePage> key_pages() {
  std::vector<ReferencePage> pages;
  for (const PlacePage& page : place_pages) {
    pages.push_back({page.file, page.title, page.summary, page.preface + place_body(page.place)});
  }
  return pages;
}

std::string key_page_of(KeyPlace place) {
  for (const PlacePage& page : place_pages) {
    if (page.place == place) {
      return page.file;
    }
  }
  return {};
}

}  // namespace weir
