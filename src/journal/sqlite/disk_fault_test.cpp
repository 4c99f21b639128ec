// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/faulty_disk.h"
#include "journal/sqlite/journal_comparison.h"
#include "journal/sqlite/journal_fixture.h"
#include "journal/sqlite/journal_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

// Every step in which the journal changes its disk fails once, in every way a disk fails; then it
// must have said so, must still read, and must be found whole: as the last acknowledged call left
// it, or with the call that was refused in it as a whole.

namespace weir {
namespace {

using ::testing::HasSubstr;

constexpr int rows_a_page = 4;

std::vector<TestRecord> records_of(int page, std::uint64_t content) {
  std::vector<TestRecord> records;
  for (int i = 0; i < rows_a_page; ++i) {
    records.push_back({fmt::format("id-{}-{}", page, i), content, fmt::format("NO-{}", page)});
  }
  return records;
}

// One call, and what it must do.
struct Step {
  std::function<Result<void>(Journal&)> call;
  std::function<void(JournalModel&)> model;
};

Settlement outcome(RecordPlace place, RecordState state, std::string reason = {}) {
  return {place, state, std::move(reason), false, state == RecordState::delivered ? 1U : 0U};
}

// What a run does, in small: store, open, amend, settle, filter, retry, withdraw, end.
class Scenario {
 public:
  Scenario() {
    add([](Journal& journal) { return forget(journal.pipeline("receipts")); }, {});
    add(
        [](Journal& journal) {
          return forget(journal.begin_run(id, {test_time, "text"}));
        },
        [](JournalModel& model) { model.run = run; });
    for (int page = 1; page <= 4; ++page) {
      store(page, page, 1);
      open_batch(page, {0, 1, 2});
      if (page % 2 == 0) {
        amend(page);
      }
      settle_batch(page);
      filter({PageId{page}, 3});
    }
    add([](Journal& journal) { return forget(journal.requeue_failed(id, {}, {})); },
        [](JournalModel& model) {
          for (auto& [place, version] : model.versions) {
            if (model.can_requeue(version)) {
              model.requeue(version);
            }
          }
        });
    store(5, 2, 2);  // newer versions of page 2
    open_batch(5, {1});
    const BatchKey withdrawn = key();
    add([=](Journal& journal) { return journal.withdraw_batch(withdrawn); },
        [](JournalModel& model) {
          for (const Candidate& member : model.lanes[0].open->members) {
            model.versions.at(member.place).in_batch = false;
          }
          model.lanes[0].open.reset();
        });
    drop_raw();
    add([](Journal& journal) { return journal.end_run(run, test_time, "{}"); }, {});
  }

  const std::vector<Step>& steps() const { return steps_; }
  // After so many steps.
  const JournalModel& model(std::size_t steps) const { return models_[steps]; }

  static constexpr PipelineId id{1};
  static constexpr RunId run{1};

 private:
  static JournalModel one_lane() {
    JournalModel model;
    model.lanes[0] = {};
    return model;
  }

  template <typename T>
  static Result<void> forget(const Result<T>& result) {
    return result ? Result<void>{} : tl::unexpected(result.error());
  }

  BatchKey key() const { return {id, 0, models_.back().lanes.at(0).settled + 1}; }

  void add(std::function<Result<void>(Journal&)> call, std::function<void(JournalModel&)> model) {
    steps_.push_back({std::move(call), {}});
    models_.push_back(models_.back());
    if (model) {
      model(models_.back());
    }
  }

  void store(int page, int of, std::uint64_t content) {
    const IncomingPage incoming = page_of(records_of(of, content));
    const std::string cursor = fmt::format("cursor {}", page);
    add(
        [=](Journal& journal) {
          return forget(
              journal.store(id, run, Redelivery::when_different, {incoming}, Cursor{cursor}).get());
        },
        [&](JournalModel& model) {
          RecordPlace place{PageId{page}, 0};
          for (const PageRecord& record : incoming.page->records) {
            model.take(incoming, record, place, Redelivery::when_different, PageId{page});
            ++place.index;
          }
          model.cursor = cursor;
        });
  }

  void open_batch(int page, const std::vector<std::uint32_t>& indexes) {
    std::vector<Candidate> candidates;
    candidates.reserve(indexes.size());
    for (const std::uint32_t index : indexes) {
      candidates.push_back({{PageId{page}, index}, static_cast<std::uint64_t>(page)});
    }
    add(
        [=](Journal& journal) -> Result<void> {
          WEIR_TRY(OpenedBatch opened,
                   journal.open_batch(id, 0, 1, Redelivery::when_different, candidates));
          return opened.on_disk.get();
        },
        [&](JournalModel& model) {
          JournalModel::Batch batch{1, {}};
          for (const Candidate& candidate : candidates) {
            if (model.offer(candidate, Redelivery::when_different, test_time)) {
              batch.members.push_back(candidate);
            }
          }
          model.lanes[0].open = batch;
        });
  }

  void amend(int page) {
    const Settlement removed = outcome({PageId{page}, 1}, RecordState::failed, "Data too long");
    const BatchKey batch = key();
    add(
        [=](Journal& journal) {
          return journal.amend_batch(batch, run, test_time, std::vector<Settlement>{removed});
        },
        [&](JournalModel& model) {
          auto& members = model.lanes[0].open->members;
          model.decide(removed, test_time, members[1].sent);
          members.erase(members.begin() + 1);
        });
  }

  void settle_batch(int page) {
    const Settlement remark = outcome({PageId{page}, 0}, RecordState::delivered, "rounded");
    const BatchKey batch = key();
    add(
        [=](Journal& journal) {
          return journal.settle_batch(batch, run, test_time, {remark}).get();
        },
        [&](JournalModel& model) {
          for (const Candidate& member : model.lanes[0].open->members) {
            model.decide(member.place == remark.place
                             ? remark
                             : outcome(member.place, RecordState::delivered),
                         test_time, member.sent);
          }
          ++model.lanes[0].settled;
          model.lanes[0].open.reset();
        });
  }

  void filter(RecordPlace place) {
    const Settlement filtered = outcome(place, RecordState::filtered, "not COMPLETED");
    add([=](Journal& journal) { return journal.settle(id, run, test_time, {filtered}).get(); },
        [&](JournalModel& model) { model.decide(filtered, test_time, std::nullopt); });
  }

  // Of all pages but those with a record that waits or is failed.
  void drop_raw() {
    add(
        [](Journal& journal) {
          RawLimits limits;
          limits.bytes_max = 0;
          return forget(journal.drop_raw(limits));
        },
        [](JournalModel& model) { model.drop_raw(model.pages_to_drop({}, false)); });
  }

  std::vector<Step> steps_;
  std::vector<JournalModel> models_{one_lane()};
};

enum class Ending : std::uint8_t { closed, killed, power_cut };

class DiskFaultTest : public ::testing::Test {
 protected:
  struct Stop {
    std::size_t steps = 0;  // acknowledged
    std::optional<Error> error;
  };

  DiskFaultTest() : disk_(FaultyDisk::install()) {}

  JournalOptions options(const std::filesystem::path& folder) {
    JournalOptions made;
    made.folder = folder;
    made.clock = &clock_;
    made.tuning = {8, 2, 8, 2, 2, 24};
    return made;
  }

  // Goes on with the scenario from step `from`.
  Stop play(Journal& journal, std::size_t from) {
    Stop stop{from, {}};
    for (; stop.steps < scenario_.steps().size(); ++stop.steps) {
      if (const auto done = scenario_.steps()[stop.steps].call(journal); !done) {
        stop.error = done.error();
        break;
      }
    }
    return stop;
  }

  // What differs from the scenario after so many steps; empty: nothing.
  std::string difference(Journal& journal, std::size_t steps) {
    const auto runs = journal.runs("", 0);
    if (!runs) {
      return runs.error().message;
    }
    const std::size_t begun = steps >= 2 ? 1 : 0;
    const bool ended = !runs->empty() && runs->front().ended_at.has_value();
    if (runs->size() != begun || ended != (steps == scenario_.steps().size())) {
      return fmt::format("{} runs, ended {}", runs->size(), ended);
    }
    if (steps == 0) {
      return "";
    }
    const std::map<RunId, std::string> definitions{{Scenario::run, "text"}, {RunId{}, "text"}};
    return JournalComparison(journal, Scenario::id, scenario_.model(steps), definitions)
        .run(1, {"id-2-1", "id-4-3", "NO-3"});
  }

  // The same; what follows may be there too, for it was refused with an error, after which a step
  // is whole or absent.
  std::size_t steps_found(Journal& journal, const Stop& stop) {
    return stop.error && !difference(journal, stop.steps).empty() ? stop.steps + 1 : stop.steps;
  }

  // After the fault, on the journal that met it: the error has been said and is said again, and
  // what was acknowledged can be read.
  void expect_named(Journal& journal, const Stop& stop, DiskFault fault) {
    const bool full = fault == DiskFault::full || fault == DiskFault::full_midway;
    EXPECT_EQ(to_string(stop.error->kind),
              to_string(full ? ErrorKind::exhausted : ErrorKind::unavailable))
        << stop.error->message;
    EXPECT_THAT(stop.error->message, HasSubstr("journal.db"));
    const auto refused = journal.raise_fence(Scenario::id);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().message, stop.error->message);
    if (stop.steps > 0) {
      EXPECT_EQ(difference(journal, steps_found(journal, stop)), "");
    }
  }

  // On a sound disk: whole, and ready to go on.
  void expect_whole(const std::filesystem::path& folder, const Stop& stop) {
    auto opened = open_sqlite_journal(options(folder));
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    Journal& journal = **opened;
    const std::size_t found = steps_found(journal, stop);
    ASSERT_EQ(difference(journal, found), "") << "acknowledged: " << stop.steps;
    const Stop end = play(journal, found);
    ASSERT_FALSE(end.error.has_value()) << end.error->message;
    EXPECT_EQ(difference(journal, end.steps), "");
  }

  // False: the fault came too late to be met.
  bool meet(DiskFault fault, std::int64_t at, Ending ending) {
    const TestFolder folder;
    const auto lived = folder.path() / "lived";
    const auto left = folder.path() / "left";
    disk_.arm(fault, at);
    Stop stop;
    bool never_opened = false;
    {
      auto opened = open_sqlite_journal(options(lived));
      never_opened = !opened;
      if (opened) {
        stop = play(**opened, 0);
      } else {
        stop.error = opened.error();
      }
      if (stop.error && opened) {
        expect_named(**opened, stop, fault);
      }
      std::filesystem::create_directories(lived);
      if (ending == Ending::killed) {
        disk_.copy_as_killed(lived, left);
      } else if (ending == Ending::power_cut) {
        disk_.copy_as_cut(lived, left, random_);
      }
    }
    const bool struck = disk_.struck();
    disk_.disarm();
    if (never_opened && fault == DiskFault::broken_once && ending == Ending::power_cut) {
      return struck;  // SQLite tries again, and what it then takes for a whole file may be none
    }
    expect_whole(ending == Ending::closed ? lived : left, stop);
    return struck;
  }

  // Every `stride`-th step, with the endings by turns.
  void meet_everywhere(DiskFault fault, std::int64_t stride, const std::vector<Ending>& endings) {
    stride *= test_share;
    std::int64_t at = 1;
    for (std::size_t turn = 0; meet(fault, at, endings[turn % endings.size()]); ++turn) {
      ASSERT_FALSE(HasFailure()) << "step " << at << ", turn " << turn;
      at += stride;
    }
    ASSERT_FALSE(HasFailure()) << "step " << at << ", which meets no fault any more";
    EXPECT_GT(at, 300) << "the scenario has become too short to mean anything";
  }

  const Scenario scenario_;
  ManualClock clock_{test_time};
  FaultyDisk& disk_;
  std::mt19937_64 random_{5};
};

TEST_F(DiskFaultTest, AFullDiskAtAnyStep) {
  meet_everywhere(DiskFault::full, 1, {Ending::closed, Ending::killed, Ending::killed});
}

TEST_F(DiskFaultTest, ADiskThatTakesHalfAWrite) {
  meet_everywhere(DiskFault::full_midway, 3, {Ending::killed, Ending::closed});
}

TEST_F(DiskFaultTest, ADiskThatFailsOnce) {
  meet_everywhere(DiskFault::broken_once, 2, {Ending::closed, Ending::closed, Ending::killed});
}

TEST_F(DiskFaultTest, ADiskThatBreaks) {
  meet_everywhere(DiskFault::broken, 3, {Ending::closed, Ending::killed});
}

TEST_F(DiskFaultTest, ADiskThatTurnsReadOnly) {
  meet_everywhere(DiskFault::read_only, 5, {Ending::killed, Ending::closed});
}

// Whoever hears of a failed sync first must not keep it for himself: the next one succeeds.
TEST_F(DiskFaultTest, APowerCutAfterADiskThatFailedOnce) {
  meet_everywhere(DiskFault::broken_once, 1, {Ending::power_cut});
}

TEST_F(DiskFaultTest, APowerCutAtAnyStep) {
  meet_everywhere(DiskFault::broken, 1, {Ending::power_cut});
}

}  // namespace
}  // namespace weir
