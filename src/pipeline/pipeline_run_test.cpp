// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline_run_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>

namespace weir {
namespace {

TEST_F(PipelineRunTest, delivers_each_record_once_and_then_nothing) {
  source.fill(95);
  const RunResult first = run();
  EXPECT_EQ(first.status, RunStatus::succeeded) << first.reason;
  EXPECT_EQ(first.books.delivered, 95);
  const RunResult second = run();
  EXPECT_EQ(second.books.unchanged, 95);
  EXPECT_EQ(second.books.due, 0);
  expect_each_once(95);
}

TEST_F(PipelineRunTest, what_is_made_due_again_is_in_the_books_and_goes_out_only_where_it_differs) {
  source.fill(30);
  run();
  source.change(3, "99.00");
  run();  // journalled, and by idCheck not delivered
  requeue = [this](PipelineId pipeline) -> Result<std::int64_t> {
    WEIR_TRY(const Requeued requeued, journal->requeue_for_replay(pipeline, {}, {}));
    return requeued.records;
  };
  const RunResult replayed = run({}, false);
  EXPECT_EQ(replayed.status, RunStatus::succeeded) << replayed.reason;
  EXPECT_EQ(replayed.books.backlog, 30);
  EXPECT_EQ(replayed.books.due, 1);
  EXPECT_EQ(replayed.books.delivered, 1);
  EXPECT_EQ(sink.rows().back().second, R"({"main_params":{"id":"r3","amount":99.00}})");
}

TEST_F(PipelineRunTest, a_changed_record_is_delivered_again_only_when_it_would_differ) {
  redelivery = Redelivery::when_different;
  source.fill(20);
  run();
  source.change(3, "99.00");
  const RunResult again = run();
  EXPECT_EQ(again.books.changed, 1);
  EXPECT_EQ(again.books.delivered, 1);
  EXPECT_EQ(sink.rows().back().second, R"({"main_params":{"id":"r3","amount":99.00}})");
}

TEST_F(PipelineRunTest, a_bad_record_fails_alone_and_waits_for_a_retry) {
  source.fill(40);
  bool refuse = true;
  sink.on_step([&](std::string_view step, std::span<const OutgoingRecord> records) {
    for (const OutgoingRecord& record : records) {
      if (refuse && step == "write" && record.id == "r13") {
        return Result<void>(fail(ErrorKind::rejected, "too long"));
      }
    }
    return Result<void>();
  });
  const RunResult first = run();
  EXPECT_EQ(first.status, RunStatus::failed);
  EXPECT_EQ(first.books.failed, 1);
  EXPECT_EQ(first.books.delivered, 39);
  EXPECT_EQ(run().books.due, 0);
  refuse = false;
  const auto pipeline = journal->pipeline("p").value();
  ASSERT_EQ(journal->requeue_failed(pipeline, {}, std::nullopt).value(), 1);
  const RunResult retried = run({}, false);
  EXPECT_EQ(retried.books.backlog, 1);
  EXPECT_EQ(retried.books.delivered, 1);
  EXPECT_EQ(retried.requests, 0);
  expect_each_once(40);
}

TEST_F(PipelineRunTest, what_is_read_without_delivering_waits_for_who_delivers) {
  std::atomic<int> steps = 0;
  sink.on_step([&](auto&&...) {
    ++steps;
    return Result<void>();
  });
  source.fill(30);
  deliver = false;
  EXPECT_EQ(run().books.waiting, 30);
  source.fill(5);
  source.change(3, "99.00");
  const RunResult read = run();
  EXPECT_EQ(read.status, RunStatus::succeeded) << read.reason;
  EXPECT_EQ(read.books.backlog, 30);
  EXPECT_EQ(read.books.waiting, read.books.due);
  EXPECT_EQ(read.books.delivered, 0);
  EXPECT_EQ(steps, 0) << "the target was touched";
  deliver = true;
  const RunResult delivered = run({}, false);
  EXPECT_EQ(delivered.requests, 0);
  EXPECT_EQ(delivered.books.delivered, 35) << "of two versions the newest";
  expect_each_once(35);
  EXPECT_THAT(sink.rows(), ::testing::Contains(::testing::Pair(
                               "r3", R"({"main_params":{"id":"r3","amount":99.00}})")));
}

TEST_F(PipelineRunTest, records_wait_while_what_they_look_up_cannot_be_read) {
  compile("_findCollection find code from others where id={id}");
  source.fill(30);
  for (const ErrorKind kind : {ErrorKind::corrupt, ErrorKind::unavailable, ErrorKind::cancelled}) {
    surroundings.failure = Error{kind, "no answer", {}, {}};
    const Books books = run().books;
    EXPECT_EQ(books.waiting, 30) << to_string(kind);
    EXPECT_EQ(books.failed, 0) << to_string(kind);
  }
  surroundings.failure = Error{ErrorKind::exhausted, "the disk is full", {}, {}};
  const RunResult parked = run();
  EXPECT_EQ(parked.status, RunStatus::parked);
  EXPECT_NE(parked.reason.find("the disk is full"), std::string::npos) << parked.reason;
  EXPECT_EQ(parked.books.waiting, 30);
  EXPECT_EQ(parked.books.failed, 0);
  surroundings.failure = Error{ErrorKind::rejected, "it cannot be known", {}, {}};
  source.add("x", "1");
  EXPECT_EQ(run().books.failed, 31);
  surroundings.failure.reset();
  ASSERT_EQ(journal->requeue_failed(journal->pipeline("p").value(), {}, std::nullopt).value(), 31);
  EXPECT_EQ(run().books.delivered, 31);
  expect_each_once(31);
  EXPECT_NE(sink.rows().front().second.find(R"("amount":"C1")"), std::string::npos);
}

TEST_F(PipelineRunTest, a_record_that_is_no_json_fails_alone) {
  source.fill(3);
  source.add("bad", "}");
  const RunResult result = run();
  EXPECT_EQ(result.status, RunStatus::failed) << result.reason;
  EXPECT_EQ(result.books.failed, 1);
  EXPECT_EQ(result.books.delivered, 3);
}

TEST_F(PipelineRunTest, what_was_read_waits_while_the_target_cannot_be_reached) {
  source.fill(30);
  sink.on_step([](std::string_view step, auto) {
    return step == "open" ? Result<void>(fail(ErrorKind::unavailable, "no route")) : Result<void>();
  });
  const RunResult refused = run();
  EXPECT_EQ(refused.status, RunStatus::refused);
  EXPECT_EQ(refused.books.waiting, 30);
  sink.on_step([](auto&&...) { return Result<void>(); });
  const RunResult after = run();
  EXPECT_EQ(after.books.backlog, 30);
  EXPECT_EQ(after.books.delivered, 30);
  expect_each_once(30);
}

TEST_F(PipelineRunTest, a_lost_answer_to_commit_is_resolved_by_the_mark) {
  std::size_t count = 0;
  for (const std::string_view lost : {"before commit", "after commit"}) {
    source.fill(50);
    count += 50;
    std::atomic<int> times{0};
    sink.on_step([&](std::string_view step, auto) {
      return step == lost && ++times % 3 == 1
                 ? Result<void>(fail(ErrorKind::unavailable, "server has gone away"))
                 : Result<void>();
    });
    EXPECT_EQ(run().status, RunStatus::succeeded) << lost;
    EXPECT_GT(times, 3);
    expect_each_once(count);
  }
}

TEST_F(PipelineRunTest, a_source_that_throttles_too_long_parks_what_was_read_is_delivered) {
  source.fill(100);
  source.fails_from_page = 6;
  const RunResult parked = run();
  EXPECT_EQ(parked.status, RunStatus::parked);
  EXPECT_EQ(parked.books.delivered, parked.books.read);
  source.fails_from_page = 1'000'000;
  EXPECT_EQ(run().status, RunStatus::succeeded);
  expect_each_once(100);
}

TEST_F(PipelineRunTest, a_stop_drains_and_the_next_run_goes_on) {
  source.fill(200);
  std::stop_source stop;
  std::atomic<int> commits{0};
  sink.on_step([&](std::string_view step, auto) {
    if (step == "after commit" && ++commits == 3) {
      stop.request_stop();
    }
    return Result<void>();
  });
  EXPECT_EQ(run(stop.get_token()).status, RunStatus::stopped);
  EXPECT_EQ(run().status, RunStatus::succeeded);
  expect_each_once(200);
}

}  // namespace
}  // namespace weir
