// SPDX-License-Identifier: Apache-2.0
#include "source/source_runner.h"
#include "source/source_runner_fixture.h"

#include <map>
#include <utility>

namespace weir {
namespace {

// What was journalled of the records that lists give in part.
class PageCompleterTest : public SourceRunnerTest {
 protected:
  PageCompleterTest() {
    fill("2026-03-01", "2026-03-09", 7);
    for (std::size_t i = 0; i < source.rows.size(); i += 9) {
      source.rows[i].in_part = true;
      partial.push_back(source.rows[i].id);
    }
    stored = [&](std::shared_ptr<const Page> page, const Intake& intake) {
      for (std::size_t i = 0; i < page->records.size(); ++i) {
        if (intake.novelty[i] != Novelty::unchanged) {
          raw[page->records[i].id] = page->raw(page->records[i]);
          faults[page->records[i].id] = page->records[i].fault;
        }
      }
    };
  }
  Result<void> run_again() {
    source.asked.clear();
    source.completed.clear();
    raw.clear();
    plan.full = true;
    return run();
  }
  std::string_view whole() const { return source_test::ScriptedSource::whole_record; }

  std::vector<std::string> partial;
  std::map<std::string, std::string> raw;
  std::map<std::string, std::string> faults;
};

TEST_F(PageCompleterTest, what_is_new_is_made_whole_by_one_call_each) {
  ASSERT_TRUE(run());
  EXPECT_THAT(source.completed, testing::UnorderedElementsAreArray(partial));
  EXPECT_EQ(raw.size(), 63U);
  for (const auto& [id, text] : raw) {
    const bool in_part = std::find(partial.begin(), partial.end(), id) != partial.end();
    EXPECT_EQ(text, in_part ? whole() : "{}") << id;
  }
  EXPECT_EQ(counts().requests, std::ssize(source.asked) + std::ssize(partial));
  EXPECT_EQ(counts().retries, 0);
}

TEST_F(PageCompleterTest, what_is_unchanged_costs_no_call) {
  ASSERT_TRUE(run());
  source.rows[9].content = "b";
  ASSERT_TRUE(run_again());
  EXPECT_EQ(source.completed, std::vector{source.rows[9].id});
  EXPECT_EQ(raw[source.rows[9].id], whole());
  EXPECT_EQ(counts().requests, std::ssize(source.asked) + 1);
  ASSERT_TRUE(run_again());
  EXPECT_TRUE(source.completed.empty());
}

TEST_F(PageCompleterTest, a_list_that_gives_all_is_not_even_compared) {
  for (auto& row : source.rows) {
    row.in_part = false;
  }
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.comparisons, 0);
}

TEST_F(PageCompleterTest, what_passes_is_tried_again_for_that_record_alone) {
  int failures = 3;
  source.on_complete = [&](const std::string& id) -> std::optional<Error> {
    if (id == partial[2] && failures-- > 0) {
      return Error{ErrorKind::unavailable, "HTTP 503", "503", std::nullopt};
    }
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(counts().retries, 3);
  EXPECT_EQ(source.completed.size(), partial.size() + 3);
  EXPECT_EQ(raw[partial[2]], whole());
}

TEST_F(PageCompleterTest, what_is_refused_fails_alone_and_is_asked_for_when_listed_again) {
  source.on_complete = [&](const std::string& id) -> std::optional<Error> {
    return id == partial[1] ? std::optional(Error{ErrorKind::rejected, "gone", "404", {}})
                            : std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_THAT(faults[partial[1]], testing::HasSubstr("only in part"));
  EXPECT_THAT(faults[partial[1]], testing::HasSubstr("gone"));
  EXPECT_EQ(faults[partial[2]], "");
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  source.on_complete = nullptr;
  ASSERT_TRUE(run_again());
  EXPECT_EQ(source.completed, std::vector{partial[1]});
  EXPECT_EQ(raw[partial[1]], whole());
  EXPECT_EQ(faults[partial[1]], "");
}

TEST_F(PageCompleterTest, an_outage_that_outlasts_patience_leaves_the_page_for_the_next_run) {
  source.on_complete = [](const std::string&) -> std::optional<Error> {
    return Error{ErrorKind::unavailable, "refused", "", std::nullopt};
  };
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(counts().pages, 0);
  EXPECT_TRUE(journal.cursors.empty());
}

}  // namespace
}  // namespace weir
