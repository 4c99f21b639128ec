// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

constexpr Timestamp told_at{std::chrono::milliseconds(1'700'000'000'000)};

Notice text_notice(AlertKind kind, const std::string& subject, bool well, std::int64_t repeats) {
  Notice notice;
  notice.kind = kind;
  notice.subject = subject;
  notice.text = "3 records failed\nlook at `weir records`";
  notice.well = well;
  notice.repeats = repeats;
  notice.since = told_at;
  notice.at = told_at + std::chrono::hours(1);
  return notice;
}

AlertMessage in(Language language, const std::vector<Notice>& notices) {
  return AlertWriter(language, TimeZone::find("Asia/Shanghai").value()).message(notices);
}

TEST(AlertText, OneTroubleInEnglish) {
  const auto message =
      in(Language::en, {text_notice(AlertKind::records_failed, "receipts", false, 4)});
  EXPECT_EQ(message.title, "Weir: records failed: receipts");
  EXPECT_EQ(message.plain,
            "records failed: receipts\n  3 records failed\n  look at `weir records`\n"
            "  since 2023-11-15 06:13:20, 4 more since it was told\n\n");
}

TEST(AlertText, WellAgainInChinese) {
  const auto message = in(Language::zh, {text_notice(AlertKind::run_parked, "收款单", true, 2)});
  EXPECT_EQ(message.title, "Weir 已恢复:运行暂停:收款单");
  EXPECT_THAT(message.plain, HasSubstr("自 2023-11-15 06:13:20 起,2023-11-15 07:13:20 恢复,"
                                       "其间另有 2 次"));
}

TEST(AlertText, SeveralAreCounted) {
  const std::vector<Notice> both{text_notice(AlertKind::run_failed, "a", false, 0),
                                 text_notice(AlertKind::run_failed, "b", true, 0)};
  EXPECT_EQ(in(Language::en, both).title, "Weir: 1 alerts, 1 well again");
  EXPECT_EQ(in(Language::zh, both).title, "Weir 1 项告警,1 项恢复");
}

TEST(AlertText, EveryKindHasWords) {
  for (int kind = 0; kind <= static_cast<int>(AlertKind::journal_too_large); ++kind) {
    for (const Language language : {Language::en, Language::zh}) {
      const auto message = in(language, {text_notice(static_cast<AlertKind>(kind), "s", false, 0)});
      EXPECT_GT(message.title.size(), std::string("Weir: : s").size());
    }
  }
}

TEST(AlertText, FifteenLongNoticesFitIntoARobotsMessage) {
  Notice notice = text_notice(AlertKind::run_failed, std::string(500, 's'), false, 1);
  notice.text = std::string(5000, 'x');
  EXPECT_LT(in(Language::en, std::vector<Notice>(15, notice)).markdown.size(), 20'000U);
}

}  // namespace
}  // namespace weir
