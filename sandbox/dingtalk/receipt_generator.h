// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/calendar.h"
#include "sandbox/dingtalk/dice.h"
#include "sandbox/dingtalk/receipt.h"
#include "sandbox/dingtalk/vocabulary.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::yida_sandbox {

// How much of the form a receipt fills: the pipeline's fields only (0.9 KB), a usual mix (2.3 KB),
// or every component always (5 KB).
enum class Profile : std::uint8_t { lean, usual, wide };

struct GeneratorOptions {
  std::uint64_t seed = 1;
  std::uint32_t records = 3000;  // of the kind 销售收款
  std::uint32_t others = 0;      // of other kinds, spread evenly among them
  Minute from = 0;               // of the first creation
  Minute to = 0;                 // no creation and no change is later
  double running = 3.0;          // percent of the receipts whose approval is under way
  Profile profile = Profile::usual;
  bool edges = true;           // the rare rows of docs/sandbox-dingtalk.md
  bool hostile_names = false;  // every customer's name is a trap
};

// Makes receipts from a seed: equal options give equal receipts for ever, whatever is asked for in
// whatever order. Immutable; any thread may call.
class ReceiptGenerator {
 public:
  explicit ReceiptGenerator(const GeneratorOptions& options) : options_(options) {}

  const GeneratorOptions& options() const { return options_; }
  std::uint32_t initial_count() const { return options_.records + options_.others; }

  // The row that the receipt starts with; creation never falls as the index rises. Precondition:
  // index < initial_count().
  Row initial_row(std::uint32_t index) const;
  // A row made while the stand-in runs.
  Row added_row(std::uint32_t index, Minute now, Status status) const;

  std::string id(std::uint32_t index) const;  // a UUID
  // The index that this id would have; the caller knows whether there is such a row.
  std::optional<std::uint32_t> index_of(std::string_view id) const;

  const Person& originator(std::uint32_t index) const;
  const Person& approver(std::uint32_t index) const;
  std::string_view kind(std::uint32_t index, bool sales) const;
  int schema_version(std::uint32_t index) const;
  std::string serial_number(const Receipt& receipt) const;

  // The form's data as the API gives it, changes applied. A sub-table is cut at `inline_rows`
  // rows; 0: never.
  std::vector<Member> data(const Receipt& receipt, std::size_t inline_rows) const;
  // All rows of a sub-table, each a JSON object.
  std::vector<std::string> table_rows(const Receipt& receipt, std::string_view table) const;

 private:
  Dice dice(std::uint32_t index) const { return {options_.seed, index}; }
  Minute created(std::uint32_t index) const;

  GeneratorOptions options_;
};

}  // namespace weir::yida_sandbox
