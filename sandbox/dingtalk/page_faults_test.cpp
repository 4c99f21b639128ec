// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/page_faults.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weir::yida_sandbox {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kPage = R"({"totalCount":205,"pageNumber":1,"data":[)"
                              R"({"processInstanceId":"a","title":"一","data":{"x":1}},)"
                              R"({"processInstanceId":"b","title":"二","data":{"x":2}},)"
                              R"({"processInstanceId":"c","title":"三","data":{"x":3}}]})";

std::string spoilt(FaultKind kind, std::string page = kPage) {
  spoil_page(kind, page);
  return page;
}

TEST(PageFaults, TheTotalIsNotTheTrueOne) {
  EXPECT_EQ(Json::parse(spoilt(FaultKind::total_high))["totalCount"], 226);
  EXPECT_EQ(Json::parse(spoilt(FaultKind::total_low))["totalCount"], 184);
  EXPECT_EQ(Json::parse(spoilt(FaultKind::total_text))["totalCount"], "205");
  const std::string none = R"({"totalCount":0,"pageNumber":1,"data":[]})";
  EXPECT_EQ(Json::parse(spoilt(FaultKind::total_low, none))["totalCount"], 0);
  EXPECT_EQ(Json::parse(spoilt(FaultKind::total_high, none))["totalCount"], 1);
}

TEST(PageFaults, TheRowsAreGone) {
  EXPECT_EQ(spoilt(FaultKind::no_data), R"({"totalCount":205,"pageNumber":1})");
}

TEST(PageFaults, OneRecordIsSpoiltAndItsNeighboursAreNot) {
  const Json whole = Json::parse(kPage)["data"];
  Json rows = Json::parse(spoilt(FaultKind::no_id))["data"];
  EXPECT_FALSE(rows[1].contains("processInstanceId"));
  EXPECT_EQ(rows[0], whole[0]);
  EXPECT_EQ(rows[2], whole[2]);
  rows = Json::parse(spoilt(FaultKind::twin_id))["data"];
  EXPECT_EQ(rows[1]["processInstanceId"], "a");
  EXPECT_EQ(rows[1]["data"]["x"], 2);
  EXPECT_EQ(rows[2], whole[2]);
  const std::string huge = spoilt(FaultKind::huge_record);
  EXPECT_GT(huge.size(), std::size_t{20} << 20);
  rows = Json::parse(huge)["data"];
  EXPECT_EQ(rows[1]["data"]["x"], 2);
  EXPECT_GT(rows[1]["data"]["textareaField_lgkgut8t"].get<std::string>().size(), 20'000'000U);
  EXPECT_EQ(rows[2], whole[2]);
}

TEST(PageFaults, TheTextIsNoJsonBehindGoodRecords) {
  const std::string broken = spoilt(FaultKind::broken_record);
  EXPECT_TRUE(Json::parse(broken, nullptr, false).is_discarded());
  EXPECT_EQ(broken.substr(0, broken.find(R"({"processInstanceId":"c")")),
            std::string(kPage).substr(0, std::string(kPage).find(R"({"processInstanceId":"c")")));
  const std::string utf8 = spoilt(FaultKind::invalid_utf8);
  EXPECT_NE(utf8.find("\"title\":\"\xe6\x94\xe4\xba\x8c\""), std::string::npos);
  EXPECT_TRUE(Json::parse(utf8, nullptr, false).is_discarded());
}

TEST(PageFaults, FormsHaveRecordsTooAndIdListsHaveNone) {
  const std::string form =
      R"({"totalCount":1,"currentPage":1,"data":[{"formInstanceId":"a","formData":{"x":1}}]})";
  EXPECT_FALSE(Json::parse(spoilt(FaultKind::no_id, form))["data"][0].contains("formInstanceId"));
  EXPECT_TRUE(Json::parse(spoilt(FaultKind::broken_record, form), nullptr, false).is_discarded());
  const std::string ids = R"({"totalCount":2,"pageNumber":1,"data":["a","b"]})";
  for (const FaultKind kind : all_fault_kinds()) {
    if (kind < FaultKind::no_data || kind > FaultKind::total_text) {
      EXPECT_EQ(spoilt(kind, ids), ids) << to_string(kind);
    }
  }
}

}  // namespace
}  // namespace weir::yida_sandbox
