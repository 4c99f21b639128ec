// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_store.h"

#include "sandbox/dingtalk/query_reader.h"
#include "sandbox/dingtalk/receipt_form.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace weir::yida_sandbox {
namespace {

using Json = nlohmann::ordered_json;

constexpr QueryWords kWords{"searchFieldJson", "orderConfigJson"};

GeneratorOptions store_options_of(std::uint32_t records, std::uint32_t others = 0) {
  GeneratorOptions options;
  options.records = records;
  options.others = others;
  options.from = parse_moment("2026-01-01")->moment;
  options.to = parse_moment("2026-02-09 23:59")->moment;
  return options;
}

Minute now() { return parse_moment("2026-02-10 08:30")->moment; }

Query query_of(const Json& body) {
  auto query = read_query(body, kWords, {});
  EXPECT_TRUE(query.has_value()) << body.dump();
  return query.value_or(Query());
}

std::vector<Receipt> all_of(ReceiptStore& store, const Json& body) {
  return store.select(query_of(body), 0, 1'000'000).receipts;
}

std::string value_of(const ReceiptStore& store, const Receipt& receipt, std::string_view key) {
  for (const Member& member : store.generator().data(receipt, 0)) {
    if (member.key == key) {
      return member.json;
    }
  }
  return "";
}

TEST(ReceiptStore, PagesMeetWithoutGapOrDouble) {
  ReceiptStore store(store_options_of(1234));
  const Query query = query_of({{"orderConfigJson", R"({"gmt_create":"+"})"}});
  std::set<std::uint32_t> seen;
  for (std::uint64_t offset = 0; offset < 1300; offset += 100) {
    const Selection page = store.select(query, offset, 100);
    EXPECT_EQ(page.total, 1234U);
    for (const Receipt& receipt : page.receipts) {
      EXPECT_TRUE(seen.insert(receipt.index).second);
    }
  }
  EXPECT_EQ(seen.size(), 1234U);
}

TEST(ReceiptStore, DaysOfAFilterAreShanghaisAndBothEndsAreIn) {
  ReceiptStore store(store_options_of(4000));
  const auto rows =
      all_of(store, {{"createFromTimeGMT", "2026-01-10"}, {"createToTimeGMT", "2026-01-11"}});
  std::size_t want = 0;
  for (const Receipt& receipt : all_of(store, Json::object())) {
    const std::string day = iso_day(shanghai_day(receipt.row.created));
    want += day == "2026-01-10" || day == "2026-01-11" ? 1 : 0;
  }
  EXPECT_GT(want, 100U);
  EXPECT_EQ(rows.size(), want);
  for (const Receipt& receipt : rows) {
    const std::string local = stamp(receipt.row.created, StampClock::local);
    EXPECT_TRUE(local.starts_with("2026-01-10") || local.starts_with("2026-01-11")) << local;
  }
}

TEST(ReceiptStore, OrdersByTimesAndFieldsBothWays) {
  ReceiptStore store(store_options_of(500));
  const auto falling = all_of(store, {{"orderConfigJson", R"({"gmt_modified":"-"})"}});
  EXPECT_TRUE(std::is_sorted(falling.begin(), falling.end(), [](const auto& a, const auto& b) {
    return a.row.modified > b.row.modified;
  }));
  const auto amounts = all_of(store, {{"orderConfigJson", R"({"numberField_lgkgut81":"+"})"}});
  std::vector<double> values;
  for (const Receipt& receipt : amounts) {
    const std::string text = value_of(store, receipt, field::kAmount);
    if (!text.empty()) {
      values.push_back(std::stod(text));
    }
  }
  EXPECT_LT(values.front(), 0);
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
}

TEST(ReceiptStore, FiltersByStatusVerdictOriginatorAndKind) {
  ReceiptStore store(store_options_of(900, 100));
  EXPECT_EQ(all_of(store, {{"searchFieldJson", R"({"selectField_lgkgut7x":"销售收款"})"}}).size(),
            900U);
  std::size_t parts = 0;
  for (const char* status : {"RUNNING", "COMPLETED", "TERMINATED", "ERROR"}) {
    const auto rows = all_of(store, {{"instanceStatus", status}});
    EXPECT_FALSE(rows.empty());
    parts += rows.size();
  }
  EXPECT_EQ(parts, 1000U);
  const auto refused = all_of(store, {{"approvedResult", "disagree"}});
  EXPECT_FALSE(refused.empty());
  const auto mine = all_of(store, {{"originatorId", "0112233445566778"}});
  EXPECT_FALSE(mine.empty());
  EXPECT_LT(mine.size(), 1000U);
}

TEST(ReceiptStore, SerialNumbersCountWithinTheirDay) {
  ReceiptStore store(store_options_of(2000));
  std::set<std::string> serials;
  for (const Receipt& receipt : all_of(store, Json::object())) {
    serials.insert(store.generator().serial_number(receipt));
  }
  EXPECT_EQ(serials.size(), 2000U);
  EXPECT_EQ(*serials.begin(), "SKD202601010001");
}

TEST(ReceiptStore, AddedRowsComeLastAndAreFoundAtOnce) {
  ReceiptStore store(store_options_of(100));
  const Query query = query_of({{"orderConfigJson", R"({"gmt_create":"+"})"}});
  EXPECT_EQ(store.select(query, 0, 10).total, 100U);
  const auto ids = store.add(2, Status::running, true, {{"textField_lgkgut82", "\"甲\""}}, now());
  ASSERT_EQ(ids.size(), 2U);
  const Selection page = store.select(query, 100, 10);
  EXPECT_EQ(page.total, 102U);
  ASSERT_EQ(page.receipts.size(), 2U);
  EXPECT_EQ(store.generator().id(page.receipts[0].index), ids[0]);
  EXPECT_EQ(page.receipts[0].row.status, Status::running);
  EXPECT_EQ(page.receipts[0].row.verdict, Verdict::none);
  EXPECT_EQ(value_of(store, page.receipts[0], field::kCustomer), "\"甲\"");
}

TEST(ReceiptStore, AChangeMovesTheTimeUnlessItIsSilent) {
  ReceiptStore store(store_options_of(100));
  const std::string id = store.generator().id(7);
  const Receipt before = *store.find(id);
  store.change({{id}, 0, std::nullopt}, {}, true, now());
  const Receipt silent = *store.find(id);
  EXPECT_EQ(silent.row.modified, before.row.modified);
  EXPECT_NE(value_of(store, silent, field::kAmount), value_of(store, before, field::kAmount));
  store.change({{id}, 0, std::nullopt}, {{std::string(field::kAmount), "1.5"}}, false, now());
  const Receipt loud = *store.find(id);
  EXPECT_EQ(loud.row.modified, now());
  EXPECT_EQ(value_of(store, loud, field::kAmount), "1.5");
  store.change({{id}, 0, std::nullopt}, {{std::string(field::kAmount), "null"}}, false, now());
  EXPECT_EQ(value_of(store, *store.find(id), field::kAmount), "");
}

TEST(ReceiptStore, ApprovingEndsRunningRowsAndNoOthers) {
  ReceiptStore store(store_options_of(1000));
  const auto running = store.counts().running;
  ASSERT_GT(running, 5U);
  EXPECT_EQ(store.approve({{}, 5, std::nullopt}, Verdict::agree, now()).size(), 5U);
  EXPECT_EQ(store.counts().running, running - 5);
  EXPECT_EQ(store.approve({{}, 10'000, std::nullopt}, Verdict::agree, now()).size(), running - 5);
  EXPECT_EQ(store.counts().running, 0U);
}

TEST(ReceiptStore, ADeletedRowIsGoneEverywhere) {
  ReceiptStore store(store_options_of(100));
  const auto ids = store.remove({{}, 3, std::nullopt});
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_FALSE(store.find(ids[0]).has_value());
  EXPECT_EQ(all_of(store, Json::object()).size(), 97U);
  EXPECT_TRUE(store.remove({{ids[0]}, 0, std::nullopt}).empty());
}

TEST(ReceiptStore, ShuffledTiesMoveRowsOfOneMinuteOnly) {
  ReceiptStore store(store_options_of(400));
  store.set_shuffled_ties(true);
  const Query query = query_of({{"orderConfigJson", R"({"gmt_create":"+"})"}});
  const auto one = store.select(query, 0, 400).receipts;
  const auto two = store.select(query, 0, 400).receipts;
  ASSERT_EQ(one.size(), two.size());
  bool moved = false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].row.created, two[i].row.created);
    moved = moved || one[i].index != two[i].index;
  }
  EXPECT_TRUE(moved);
}

TEST(SearchFilter, UnderstandsBothModes) {
  ReceiptStore store(store_options_of(300));
  const std::vector<Receipt> all = all_of(store, Json::object());
  const auto count = [&](const std::string& search) {
    return all_of(store, {{"searchFieldJson", search}}).size();
  };
  const std::string serial = value_of(store, all[50], field::kSerial);
  const std::string key(field::kSerial);
  EXPECT_EQ(count("{\"" + key + "\":" + serial + "}"), 1U);
  EXPECT_EQ(count(R"([{"key":")" + key + R"(","value":)" + serial +
                  R"(,"type":"TEXT","operator":"eq","componentName":"TextField"}])"),
            1U);
  const auto low = count(R"({"numberField_lgkgut81":["0","50000"]})");
  const auto high = count(R"([{"key":"numberField_lgkgut81","value":50000,"type":"DOUBLE",)"
                          R"("operator":"gt","componentName":"NumberField"}])");
  EXPECT_GT(low, 20U);
  EXPECT_GT(high, 20U);
  EXPECT_LT(low + high, 300U);  // refunds and empty amounts are in neither
  EXPECT_EQ(count(R"({"currentNodeName":"财务审核"})"), store.counts().running);
  EXPECT_GT(count(R"({"employeeField_lgkgut8b":["011223344556600145"]})"), 0U);
  EXPECT_GT(count(R"([{"key":"employeeField_lgkgut8b","value":"[\"011223344556600145\",\"x\"]",)"
                  R"("type":"STRING","operator":"contains","componentName":"EmployeeField"}])"),
            0U);
  EXPECT_GT(count(R"([{"key":"textField_lgkgut8n","value":"INV-","type":"TEXT","operator":"like",)"
                  R"("componentName":"TextField","parentId":"tableField_lgkgut8m"}])"),
            100U);
  EXPECT_GT(count(R"({"tableField_lgkgut8m":"INV-"})"), 100U);
  EXPECT_EQ(count(R"({"selectField_lgkgut7x":""})"), 300U);
  EXPECT_EQ(count(""), 300U);
}

TEST(SearchFilter, RefusesWhatTheServiceRefuses) {
  const auto message = [](const char* search) {
    const auto filter = SearchFilter::parse(search);
    return filter ? std::string() : filter.error().message;
  };
  EXPECT_EQ(message(R"({"textField_nosuch1":"x"})"), "field is null");
  EXPECT_EQ(message(R"([{"value":"x"}])"), "field is null");
  EXPECT_EQ(message(R"([{"key":"textField_lgkgut82","value":"x","type":"BLOB","operator":"eq"}])"),
            "暂时不支持其他类型Field");
  EXPECT_NE(message("nonsense"), "");
  EXPECT_EQ(message("[]"), "");
}

}  // namespace
}  // namespace weir::yida_sandbox
