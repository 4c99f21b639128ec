// SPDX-License-Identifier: Apache-2.0
#include "alert/trouble_book.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::minutes;

constexpr Timestamp book_start{std::chrono::milliseconds(1'700'000'000'000)};

Alert book_alert(const std::string& subject, const std::string& text = "no") {
  return {AlertKind::run_failed, subject, text};
}

TEST(TroubleBook, TellsANewTroubleAtOnceAndTheSameAgainNotWithinTheHour) {
  TroubleBook book(minutes(60));
  const auto first = book.raise(book_alert("receipts", "boom"), book_start);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "boom");
  EXPECT_EQ(first->repeats, 0);
  EXPECT_FALSE(first->well);
  EXPECT_FALSE(book.raise(book_alert("receipts"), book_start + minutes(59)));
  EXPECT_TRUE(book.raise(book_alert("orders"), book_start + minutes(59)));
}

TEST(TroubleBook, AStateIsNotCountedAndToldAgainByItsOwnTime) {
  TroubleBook book(minutes(60));
  Alert state = book_alert("receipts");
  state.told_again_before = book_start - minutes(1);
  ASSERT_TRUE(book.raise(state, book_start));
  for (int minute = 1; minute < 300; ++minute) {
    ASSERT_FALSE(book.raise(state, book_start + minutes(minute))) << minute;
  }
  state.told_again_before = book_start + minutes(1);
  EXPECT_FALSE(book.raise(state, book_start + minutes(59)));  // repeat_after holds too
  const auto again = book.raise(state, book_start + minutes(300));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->repeats, 0);
  EXPECT_EQ(book.well_again(state.kind, "receipts", "", book_start + minutes(301))->repeats, 0);
}

TEST(TroubleBook, TellsAgainAfterTheHourWithWhatWasCounted) {
  TroubleBook book(minutes(60));
  book.raise(book_alert("receipts"), book_start);
  book.raise(book_alert("receipts"), book_start + minutes(10));
  book.raise(book_alert("receipts"), book_start + minutes(20));
  const auto again = book.raise(book_alert("receipts", "still"), book_start + minutes(60));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->repeats, 2);
  EXPECT_EQ(again->text, "still");
  EXPECT_EQ(again->since, book_start);
  EXPECT_FALSE(book.raise(book_alert("receipts"), book_start + minutes(119)));
}

TEST(TroubleBook, TellsTheEndOnceAndOnlyOfWhatWasOpen) {
  TroubleBook book(minutes(60));
  EXPECT_FALSE(book.well_again(AlertKind::run_failed, "receipts", "well", book_start));
  book.raise(book_alert("receipts"), book_start);
  EXPECT_FALSE(book.well_again(AlertKind::run_parked, "receipts", "well", book_start));
  const auto end =
      book.well_again(AlertKind::run_failed, "receipts", "well", book_start + minutes(5));
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->well);
  EXPECT_EQ(end->since, book_start);
  EXPECT_FALSE(book.well_again(AlertKind::run_failed, "receipts", "well", book_start));
  EXPECT_TRUE(book.raise(book_alert("receipts"), book_start + minutes(6)));
}

TEST(TroubleBook, AClockSetBackMakesNoLongSilence) {
  TroubleBook book(minutes(60));
  book.raise(book_alert("receipts"), book_start);
  const Timestamp back = book_start - minutes(600);
  EXPECT_FALSE(book.raise(book_alert("receipts"), back));
  EXPECT_TRUE(book.raise(book_alert("receipts"), back + minutes(60)));
}

TEST(TroubleBook, IsRestoredAsItWas) {
  TroubleBook book(minutes(60));
  book.raise(book_alert("收款单"), book_start);
  book.raise(book_alert("收款单"), book_start + minutes(1));
  TroubleBook restored(minutes(60));
  restored.restore(parse_json(to_json(book.to_value())).value());
  EXPECT_EQ(restored.to_value(), book.to_value());
  EXPECT_FALSE(restored.raise(book_alert("收款单"), book_start + minutes(30)));
  EXPECT_EQ(restored.raise(book_alert("收款单"), book_start + minutes(60))->repeats, 2);
}

}  // namespace
}  // namespace weir
