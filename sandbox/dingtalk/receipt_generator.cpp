// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_generator.h"

#include "sandbox/dingtalk/edges.h"
#include "sandbox/dingtalk/receipt_data.h"
#include "sandbox/dingtalk/receipt_form.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace weir::yida_sandbox {
namespace {

// A bijection of 32 bits (MurmurHash3's finalizer) and its inverse: an id holds its row's index,
// and looks like chance.
std::uint32_t scramble(std::uint32_t value) {
  value = (value ^ (value >> 16U)) * 0x85ebca6bU;
  value = (value ^ (value >> 13U)) * 0xc2b2ae35U;
  return value ^ (value >> 16U);
}

std::uint32_t unscramble(std::uint32_t value) {
  value = (value ^ (value >> 16U)) * 0x7ed1b41dU;
  value = (value ^ (value >> 13U) ^ (value >> 26U)) * 0xa5cb9243U;
  return value ^ (value >> 16U);
}

void set_member(std::vector<Member>& members, const Member& change) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.key == change.key; });
  if (change.json == "null") {  // null takes the key away, as an emptied component does
    if (found != members.end()) {
      members.erase(found);
    }
  } else if (found != members.end()) {
    found->json = change.json;
  } else {
    members.push_back(change);
  }
}

const Member* changed_value(const Receipt& receipt, std::string_view key) {
  if (!receipt.changes) {
    return nullptr;
  }
  const auto found = std::find_if(receipt.changes->begin(), receipt.changes->end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == receipt.changes->end() ? nullptr : &*found;
}

std::string json_array(const std::vector<std::string>& items, std::size_t limit) {
  std::string out = "[";
  const std::size_t count = limit == 0 ? items.size() : std::min(limit, items.size());
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? "" : ",";
    out += items[i];
  }
  return out + "]";
}

}  // namespace

Minute ReceiptGenerator::created(std::uint32_t index) const {
  const std::uint32_t in_block = index % kCrowdEvery;
  if (options_.edges && in_block > kCrowdFirst && in_block < kCrowdEnd) {
    index -= in_block - kCrowdFirst;
  }
  const auto span = std::max<Minute>(0, options_.to - options_.from);
  const auto step = static_cast<Minute>(dice(index).below(1000, 1));
  const auto count = std::max<Minute>(1, initial_count());
  return options_.from + span * (Minute{index} * 1000 + step) / (count * 1000);
}

Row ReceiptGenerator::initial_row(std::uint32_t index) const {
  const Dice chance = dice(index);
  const std::uint64_t total = initial_count();
  const std::uint64_t others = options_.others;
  Row row;
  row.sales = (index + 1) * others / total == index * others / total;
  const Minute start = created(index);
  Minute delay = 5 + static_cast<Minute>(chance.below(236, 2));
  if (chance.percent(20, 3)) {
    delay = static_cast<Minute>(chance.below(chance.percent(25, 4) ? 43'200 : 4'320, 5));
  }
  if (chance.percent(options_.running, 6)) {
    row.status = Status::running;
    row.verdict = Verdict::none;
    delay = static_cast<Minute>(chance.below(30, 7));
  } else if (options_.edges && is_edge(index, Edge::terminated)) {
    row.status = Status::terminated;
    row.verdict = Verdict::disagree;
  } else if (options_.edges && is_edge(index, Edge::error)) {
    row.status = Status::error;
    row.verdict = Verdict::none;
  } else if (options_.edges && is_edge(index, Edge::disagreed)) {
    row.verdict = Verdict::disagree;
  }
  row.created = static_cast<std::int32_t>(start);
  row.modified = static_cast<std::int32_t>(std::max(start, std::min(start + delay, options_.to)));
  return row;
}

Row ReceiptGenerator::added_row(std::uint32_t, Minute now, Status status) const {
  Row row;
  row.created = static_cast<std::int32_t>(now);
  row.modified = row.created;
  row.status = status;
  row.verdict = status == Status::completed    ? Verdict::agree
                : status == Status::terminated ? Verdict::disagree
                                               : Verdict::none;
  return row;
}

std::string ReceiptGenerator::id(std::uint32_t index) const {
  const Dice chance = dice(index);
  const auto key = static_cast<std::uint32_t>(mix(options_.seed));
  const std::uint64_t a = chance.number(11);
  const std::uint64_t b = chance.number(12);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}", scramble(index ^ key), a & 0xffffU,
                     (a >> 16U) & 0xfffU, 8 + ((a >> 28U) & 3U), (a >> 32U) & 0xfffU,
                     b & 0xffff'ffff'ffffU);
}

std::optional<std::uint32_t> ReceiptGenerator::index_of(std::string_view text) const {
  std::uint32_t head = 0;
  if (text.size() != 36 ||
      std::from_chars(text.data(), text.data() + 8, head, 16).ptr != text.data() + 8) {
    return std::nullopt;
  }
  const std::uint32_t index = unscramble(head) ^ static_cast<std::uint32_t>(mix(options_.seed));
  return id(index) == text ? std::optional(index) : std::nullopt;
}

const Person& ReceiptGenerator::originator(std::uint32_t index) const {
  return person(dice(index), 13);
}

const Person& ReceiptGenerator::approver(std::uint32_t index) const {
  return person(dice(index), 14);
}

std::string_view ReceiptGenerator::kind(std::uint32_t index, bool sales) const {
  return sales ? kSalesReceipt : other_kind(dice(index));
}

int ReceiptGenerator::schema_version(std::uint32_t index) const {
  const std::uint64_t total = std::max<std::uint64_t>(1, initial_count());
  return 8 + static_cast<int>(std::min<std::uint64_t>(23, std::uint64_t{index} * 24 / total));
}

std::string ReceiptGenerator::serial_number(const Receipt& receipt) const {
  return fmt::format("SKD{}{:04}", compact_day(shanghai_day(receipt.row.created)),
                     receipt.day_number);
}

std::vector<Member> ReceiptGenerator::data(const Receipt& receipt, std::size_t inline_rows) const {
  const DataSource source{options_,
                          receipt,
                          dice(receipt.index),
                          schema_version(receipt.index),
                          serial_number(receipt),
                          kind(receipt.index, receipt.row.sales)};
  std::vector<Member> members = plain_members(source);
  const std::vector<std::string> rows = table_rows(receipt, field::kInvoices);
  if (!rows.empty()) {
    members.push_back({std::string(field::kInvoices), json_array(rows, inline_rows)});
  }
  if (receipt.changes) {
    for (const Member& change : *receipt.changes) {
      if (change.key != field::kInvoices) {
        set_member(members, change);
      }
    }
  }
  return members;
}

std::vector<std::string> ReceiptGenerator::table_rows(const Receipt& receipt,
                                                      std::string_view table) const {
  if (table != field::kInvoices) {
    return {};
  }
  if (const Member* change = changed_value(receipt, table)) {
    std::vector<std::string> rows;
    const auto parsed = nlohmann::ordered_json::parse(change->json, nullptr, false);
    for (std::size_t i = 0; parsed.is_array() && i < parsed.size(); ++i) {
      rows.push_back(parsed[i].dump());
    }
    return rows;
  }
  return invoice_rows({options_,
                       receipt,
                       dice(receipt.index),
                       schema_version(receipt.index),
                       {},
                       kind(receipt.index, receipt.row.sales)});
}

}  // namespace weir::yida_sandbox
