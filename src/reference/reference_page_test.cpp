// SPDX-License-Identifier: Apache-2.0
#include "reference/reference_page.h"

#include "connectors/connectors.h"
#include "pipeline/setting_tables.h"
#include "spec/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "reference/key_example.h"
#include "reference/key_pages.h"
#include "reference/markdown.h"

namespace weir {
namespace {

using ::testing::HasSubstr;

TEST(Markdown, ACellHoldsBarsAndBackticks) {
  EXPECT_EQ(markdown::code(""), "");
  EXPECT_EQ(markdown::code("a\nb"), "`a b`");
  EXPECT_EQ(markdown::code("a `b`"), "`` a `b` ``");
  EXPECT_EQ(markdown::table({"x", "empty", "y"}, {{"`a|b`", "", "c"}, {"", "", "a\\|b"}}),
            "| x | y |\n| --- | --- |\n| `a\\|b` | c |\n| | a\\|b |\n");
  EXPECT_EQ(markdown::table({"x"}, {}), "");
}

TEST(Markdown, ADocumentThatIsNamedIsLinked) {
  EXPECT_EQ(markdown::sentence("a; see docs/b-c.md, and docs/ too"),
            "a; see [b-c.md](../b-c.md), and docs/ too");
}

TEST(Markdown, AnAnchorIsGitHubsOwn) {
  EXPECT_EQ(markdown::anchor_of("What `parser` may be"), "what-parser-may-be");
  EXPECT_EQ(markdown::anchor_of("is_required"), "is_required");
}

std::string page_text(const std::string& file) {
  for (const ReferencePage& page : reference_pages()) {
    if (page.file == file) {
      return to_markdown(page);
    }
  }
  ADD_FAILURE() << "there is no " << file;
  return {};
}

TEST(ReferencePages, HaveNamesAndTitlesOfTheirOwn) {
  std::set<std::string> files;
  std::set<std::string> titles;
  for (const ReferencePage& page : reference_pages()) {
    EXPECT_TRUE(files.insert(page.file).second) << page.file;
    EXPECT_TRUE(titles.insert(page.title).second) << page.title;
    EXPECT_NE(page.summary, "") << page.file;
    EXPECT_NE(page.body, "") << page.file;
  }
}

TEST(ReferencePages, ShowEachKeyAndItsExample) {
  for (const VocabularyKey& key : vocabulary()) {
    SCOPED_TRACE(example_name(key));
    const std::string text = page_text(key_page_of(key.place));
    const bool has_effect = key.effect != KeyEffect::inert && key.effect != KeyEffect::kept;
    EXPECT_THAT(text, HasSubstr("`" + key.name + "`"));
    EXPECT_NE(key.description, "");
    const auto example = find_example(key);
    ASSERT_EQ(example.has_value(), has_effect);
    if (example) {
      EXPECT_THAT(text, HasSubstr(example->pipeline));
      EXPECT_NE(example->with, example->without);
      EXPECT_NE(example->record.empty(), example->command.empty());
    }
  }
}

TEST(ReferencePages, ShowEachWordThatAKeyMayBe) {
  EXPECT_THAT(page_text("reference/formats.md"), HasSubstr("| `longText(n)` |"));
  EXPECT_THAT(page_text("reference/conditions.md"), HasSubstr("| `notnull` |"));
  EXPECT_THAT(page_text("reference/fields.md"), HasSubstr("| `ArrayUnique` |"));
  EXPECT_THAT(page_text("reference/fields.md"), HasSubstr("| `timestamp ms` |"));
}

void expect_explained(const std::vector<SettingSpec>& settings, const std::string& of) {
  EXPECT_FALSE(settings.empty()) << of;
  for (const SettingSpec& setting : settings) {
    SCOPED_TRACE(of + ": " + setting.name);
    EXPECT_NE(setting.description, "");
    if (setting.type == "object") {
      expect_explained(setting.settings, of + "." + setting.name);
    } else if (!setting.type.empty() && !setting.secret) {
      EXPECT_FALSE(setting.example.empty() && setting.fallback.is_null() && setting.one_of.empty())
          << "has neither example nor default";
    }
  }
}

TEST(ReferencePages, SaysOfEachSettingWhatItIsAndHowItLooks) {
  expect_explained(workspace_table().settings, "weir.yaml");
  expect_explained(pipeline_table().settings, "pipeline");
  for (const Connector& connector : connectors()) {
    expect_explained(connector.settings.settings, connector.name);
    for (const auto& apis : {connector.reads, connector.writes}) {
      for (const ConnectorApi& api : apis) {
        EXPECT_NE(api.description, "") << connector.name << ": " << api.name;
        EXPECT_THAT(page_text("connectors/" + connector.name + ".md"), HasSubstr(api.name));
      }
    }
    EXPECT_FALSE(connector.reads.empty() && connector.writes.empty()) << connector.name;
  }
}

}  // namespace
}  // namespace weir
