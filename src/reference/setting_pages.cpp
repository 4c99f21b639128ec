// SPDX-License-Identifier: Apache-2.0
#include "reference/setting_pages.h"

#include "alert/alert_kind.h"
#include "alert/alert_settings.h"
#include "pipeline/setting_tables.h"
#include "spec/quality_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/markdown.h"
#include "reference/word_pages.h"

namespace weir {
namespace {

std::string choices(const SettingSpec& setting) {
  std::string text;
  for (const std::string& word : setting.one_of) {
    text += (text.empty() ? "" : ", ") + markdown::code(word);
  }
  if (setting.minimum) {
    text += fmt::format("{} to {}", *setting.minimum, *setting.maximum);
  }
  return text;
}

std::string remarks(const SettingSpec& setting) {
  const char* required = setting.required ? "required" : "";
  const char* comma = setting.required && setting.secret ? ", " : "";
  return std::string(required) + comma + (setting.secret ? "secret" : "");
}

void append_rows(const std::vector<SettingSpec>& settings, const std::string& above,
                 std::vector<std::vector<std::string>>& rows) {
  for (const SettingSpec& setting : settings) {
    const std::string fallback =
        setting.fallback.is_null() ? "" : markdown::code(to_text(setting.fallback));
    rows.push_back({markdown::code(above + setting.name), markdown::sentence(setting.description),
                    setting.type, fallback, choices(setting), remarks(setting),
                    markdown::code(setting.example)});
    append_rows(setting.settings, above + setting.name + ".", rows);
  }
}

// As it is typed into a file; examples are already. Nobody types a secret.
std::string example_of(const SettingSpec& setting) {
  if (!setting.example.empty()) {
    return setting.example;
  }
  if (setting.secret) {
    std::string name = setting.name;
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
      return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - ('a' - 'A')) : letter;
    });
    return "${env:" + name + "}";
  }
  if (!setting.fallback.is_null()) {
    return to_text(setting.fallback);
  }
  return setting.one_of.empty() ? "" : setting.one_of.front();
}

void append_example(const std::vector<SettingSpec>& settings, const std::string& indent,
                    std::string& text) {
  for (const SettingSpec& setting : settings) {
    if (!setting.settings.empty()) {
      text += indent + setting.name + ":\n";
      append_example(setting.settings, indent + "  ", text);
    } else if (const std::string example = example_of(setting); !example.empty()) {
      text += fmt::format("{}{}: {}\n", indent, setting.name, example);
    }
  }
}

std::string channel_sections() {
  std::string body;
  for (const auto& [type, table] : alert_channel_tables()) {
    std::string example = fmt::format("alerts:\n  channels:\n    mine:\n      type: {}\n", type);
    append_example(table.settings, "      ", example);
    body += fmt::format("\n## Channel `{}`\n\n{}\n\n{}\n{}", type,
                        markdown::sentence(table.description), settings_table(table.settings),
                        markdown::block("yaml", example));
  }
  return body;
}

}  // namespace

std::string settings_table(const std::vector<SettingSpec>& settings) {
  std::vector<std::vector<std::string>> rows;
  append_rows(settings, "", rows);
  return markdown::table({"setting", "meaning", "type", "default", "choices, range", "", "example"},
                         rows);
}

std::string settings_example(const std::vector<SettingSpec>& settings) {
  std::string text;
  append_example(settings, "", text);
  return text;
}

ReferencePage workspace_page() {
  const SpecTable table = workspace_table();
  ReferencePage page;
  page.file = "reference/workspace.md";
  page.title = "The workspace: weir.yaml";
  page.summary = table.description;
  page.body =
      settings_table(table.settings) + "\nAll of them, but for `alerts`, which has [a page " +
      "of its own](alerts.md):\n\n" + markdown::block("yaml", settings_example(table.settings));
  return page;
}

ReferencePage pipeline_page() {
  const SpecTable table = pipeline_table();
  ReferencePage page;
  page.file = "reference/pipeline.md";
  page.title = "A pipeline's file";
  page.summary = table.description;
  page.body =
      settings_table(table.settings) +
      "\nBeside these stand [`source`](source.md) and [`target`](target.md), which every pipeline "
      "has; `quality` holds [rules](quality.md).\n\n" +
      markdown::block("yaml", settings_example(table.settings));
  return page;
}

ReferencePage quality_page() {
  const SpecTable& table = quality_spec().table();
  ReferencePage page;
  page.file = "reference/quality.md";
  page.title = "Quality rules";
  page.summary = table.description;
  page.body = "A list of rules under `quality`, beside `source`; how they work is told in " +
              markdown::sentence("docs/mapping.md") + ".\n\n" + settings_table(table.settings) +
              "\n## What `rule` may be\n\n" +
              words_table({"rule", "is kept when", "example", "kept by", "broken by"},
                          meanings_of(quality_rule_names));
  return page;
}

ReferencePage alerts_page() {
  ReferencePage page;
  page.file = "reference/alerts.md";
  page.title = "Alerts";
  const SpecTable table = alerts_table();
  page.summary = table.description;
  std::string example = "alerts:\n";
  append_example(table.settings, "  ", example);
  page.body = "Under `alerts` in `weir.yaml`.\n\n" + settings_table(table.settings) + "\n" +
              markdown::block("yaml", example) +
              "\n## `channels`\n\nA mapping of names, which are yours, to channels. Each has a "
              "`type`, which is one of those below, and `kinds`, a list of the alerts that it "
              "hears; without it, all: ";
  for (const std::string& kind : alert_kind_names()) {
    page.body += markdown::code(kind) + (kind == alert_kind_names().back() ? ".\n" : ", ");
  }
  page.body += channel_sections();
  return page;
}

}  // namespace weir
