// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_generator.h"

#include "sandbox/dingtalk/edges.h"
#include "sandbox/dingtalk/instance_json.h"
#include "sandbox/dingtalk/receipt_form.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace weir::yida_sandbox {
namespace {

using Json = nlohmann::ordered_json;

GeneratorOptions options_of(std::uint32_t records) {
  GeneratorOptions options;
  options.records = records;
  options.from = parse_moment("2026-01-01")->moment;
  options.to = parse_moment("2026-03-01 12:00")->moment;
  return options;
}

Receipt receipt_of(const ReceiptGenerator& generator, std::uint32_t index) {
  return {index, 1, generator.initial_row(index), nullptr};
}

Json data_of(const ReceiptGenerator& generator, std::uint32_t index, std::size_t inline_rows = 0) {
  Json data = Json::object();
  for (const Member& member : generator.data(receipt_of(generator, index), inline_rows)) {
    data[member.key] = Json::parse(member.json);
  }
  return data;
}

std::string rendered(const ReceiptGenerator& generator, std::uint32_t index) {
  std::string out;
  append_process_instance(generator, receipt_of(generator, index), {}, out);
  return out;
}

TEST(ReceiptGenerator, GivesTheSameForTheSameSeedWhateverTheOrder) {
  const ReceiptGenerator one(options_of(1000));
  const ReceiptGenerator two(options_of(1000));
  GeneratorOptions other = options_of(1000);
  other.seed = 2;
  const ReceiptGenerator three(other);
  for (const std::uint32_t index : {999U, 0U, 500U, 0U}) {
    EXPECT_EQ(rendered(one, index), rendered(two, index));
    EXPECT_NE(rendered(one, index), rendered(three, index));
  }
}

TEST(ReceiptGenerator, IsTheSameInEveryVersion) {
  const ReceiptGenerator generator(options_of(1000));
  EXPECT_EQ(generator.id(0), "57367cd6-1e63-4ad5-a59c-d7bd8f414b43");
  const Json data = data_of(generator, 0);
  EXPECT_EQ(data[std::string(field::kSerial)], "SKD202601010001");
}

TEST(ReceiptGenerator, CreationNeverFallsAndStaysInThePeriod) {
  const ReceiptGenerator generator(options_of(20'000));
  Row before = generator.initial_row(0);
  EXPECT_GE(before.created, generator.options().from);
  for (std::uint32_t i = 1; i < 20'000; ++i) {
    const Row row = generator.initial_row(i);
    ASSERT_GE(row.created, before.created) << i;
    ASSERT_GE(row.modified, row.created) << i;
    ASSERT_LE(row.modified, generator.options().to) << i;
    before = row;
  }
}

TEST(ReceiptGenerator, IdsAreUniqueAndLeadBackToTheirRow) {
  const ReceiptGenerator generator(options_of(5000));
  std::set<std::string> ids;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const std::string id = generator.id(i);
    ids.insert(id);
    ASSERT_EQ(generator.index_of(id), i);
  }
  EXPECT_EQ(ids.size(), 5000U);
  EXPECT_FALSE(generator.index_of("3f0c1c52-7b1e-4d0a-9b64-2a5d6f1e8c01").has_value());
  EXPECT_FALSE(generator.index_of("nonsense").has_value());
}

TEST(ReceiptGenerator, SpreadsTheOtherKindsAndCountsThemExactly) {
  GeneratorOptions options = options_of(930);
  options.others = 70;
  const ReceiptGenerator generator(options);
  int others = 0;
  for (std::uint32_t i = 0; i < generator.initial_count(); ++i) {
    const Row row = generator.initial_row(i);
    others += row.sales ? 0 : 1;
    EXPECT_EQ(generator.kind(i, row.sales) == kSalesReceipt, row.sales);
  }
  EXPECT_EQ(others, 70);
}

TEST(ReceiptGenerator, EveryComponentOfTheWideProfileHasItsCompanions) {
  GeneratorOptions options = options_of(10);
  options.profile = Profile::wide;
  options.edges = false;
  options.running = 0;
  const Json data = data_of(ReceiptGenerator(options), 3);
  for (const FormField& known : form_fields()) {
    const std::string id(known.id);
    if (!known.parent.empty() || known.id == field::kContract) {
      continue;
    }
    EXPECT_TRUE(data.contains(id)) << id;
  }
  EXPECT_TRUE(data[std::string(field::kAmount) + "_value"].is_string());
  EXPECT_TRUE(data[std::string(field::kSalesman)].is_array());
  EXPECT_TRUE(data[std::string(field::kSalesman) + "_id"].is_array());
  EXPECT_TRUE(data[std::string(field::kSlip)].is_string());
  EXPECT_TRUE(Json::parse(data[std::string(field::kSlip)].get<std::string>()).is_array());
  const std::string once =
      Json::parse(data[std::string(field::kContract) + "_id"].get<std::string>());
  EXPECT_EQ(Json::parse(once)[0]["formType"], "receipt");
  EXPECT_TRUE(data[std::string(field::kInvoices)][0].contains(std::string(field::kInvoiceAmount)));
}

TEST(ReceiptGenerator, HasTheRareRows) {
  GeneratorOptions options = options_of(1000);
  options.running = 0;
  const ReceiptGenerator generator(options);
  const std::string amount(field::kAmount);
  const Json empty = data_of(generator, edge_place(Edge::empty_amount).at);
  EXPECT_FALSE(empty.contains(amount));
  EXPECT_EQ(empty[amount + "_value"], "");
  EXPECT_FALSE(
      data_of(generator, edge_place(Edge::no_date).at).contains(std::string(field::kDate)));
  const Json big = data_of(generator, edge_place(Edge::big_number).at);
  const std::string flow(field::kBankFlow);
  EXPECT_EQ(std::to_string(big[flow].get<std::int64_t>()), big[flow + "_value"]);
  EXPECT_GT(big[flow].get<std::int64_t>(), std::int64_t{1} << 53);
  const std::uint32_t many = edge_place(Edge::many_invoices).at;
  const std::string table(field::kInvoices);
  EXPECT_GT(data_of(generator, many)[table].size(), 50U);
  EXPECT_EQ(data_of(generator, many, 50)[table].size(), 50U);
  EXPECT_EQ(generator.initial_row(edge_place(Edge::terminated).at).status, Status::terminated);
  EXPECT_EQ(generator.initial_row(edge_place(Edge::error).at).status, Status::error);
  const std::string remark =
      data_of(generator, edge_place(Edge::broken_lines).at)[std::string(field::kRemark)];
  EXPECT_NE(remark.find('\n'), std::string::npos);
}

TEST(ReceiptGenerator, TwoHundredRowsShareOneMinute) {
  const ReceiptGenerator generator(options_of(20'000));
  const auto created = generator.initial_row(10'000 + kCrowdFirst).created;
  for (std::uint32_t i = kCrowdFirst; i < kCrowdEnd; ++i) {
    ASSERT_EQ(generator.initial_row(10'000 + i).created, created);
  }
  EXPECT_NE(generator.initial_row(10'000 + kCrowdFirst - 1).created,
            generator.initial_row(10'000 + kCrowdEnd).created);
}

TEST(ReceiptGenerator, AnOptionIsRenamedBetweenVersionsAndKeepsItsValue) {
  GeneratorOptions options = options_of(1000);
  const ReceiptGenerator generator(options);
  std::set<std::string> labels;
  const std::string method(field::kMethod);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Json data = data_of(generator, i);
    if (data[method + "_id"] == "BANK") {
      labels.insert(data[method].get<std::string>());
      EXPECT_EQ(data[method] == "银行转帐", generator.schema_version(i) < 20);
    }
  }
  EXPECT_EQ(labels, (std::set<std::string>{"银行转帐", "银行转账"}));
}

TEST(ReceiptGenerator, HostileNamesCarryEveryTrap) {
  GeneratorOptions options = options_of(300);
  options.hostile_names = true;
  const ReceiptGenerator generator(options);
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::string name = data_of(generator, i)[std::string(field::kCustomer)];
    EXPECT_NE(name.find_first_of("'\""), std::string::npos) << name;
    EXPECT_NE(name.find('\\'), std::string::npos) << name;
    EXPECT_NE(name.find('\n'), std::string::npos) << name;
    EXPECT_NE(name.find('\xf0'), std::string::npos) << name;  // a character of four bytes
  }
}

TEST(ReceiptGenerator, ARecordIsOfTheSizeThatIsUsual) {
  const ReceiptGenerator generator(options_of(1000));
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    bytes += rendered(generator, i).size();
  }
  EXPECT_GT(bytes / 1000, 2000U);
  EXPECT_LT(bytes / 1000, 2600U);
}

}  // namespace
}  // namespace weir::yida_sandbox
