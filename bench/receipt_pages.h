// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/calendar.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::bench {

// What differs from the stand-in's own receipts.
struct ReceiptShape {
  int revision = 1;  // of all receipts; another one means another amount in each
  int fields = 0;    // text fields more: `textField_0`, `textField_1` …
  int sub_rows = 0;  // rows of a sub-table more, `tableField_bench`: `line` and `quantity`
};

// Receipts of 2.3 KB, as many as one likes at the price of copying them: a few thousand are made
// by the stand-in's generator, and repeat with ids and times of their own. Immutable.
class ReceiptPages {
 public:
  ReceiptPages(std::uint64_t records, yida_sandbox::Minute from, yida_sandbox::Minute to,
               const ReceiptShape& shape);

  std::uint64_t records() const { return records_; }
  // Receipts are numbered in order of creation, which is also their last change.
  yida_sandbox::Minute created(std::uint64_t number) const;
  // The numbers [first, second) of what was created on these days of Shanghai, both included.
  std::pair<std::uint64_t, std::uint64_t> created_on(std::int64_t first_day,
                                                     std::int64_t last_day) const;
  void append(std::uint64_t number, std::string& out) const;

 private:
  enum class Part : std::uint8_t { id, serial, time, revision };
  struct Place {
    std::size_t offset = 0;
    Part part = Part::id;
  };
  struct Form {
    std::string json;
    std::vector<Place> places;  // what differs from receipt to receipt
  };
  std::uint64_t first_from(yida_sandbox::Minute moment) const;

  std::uint64_t records_;
  yida_sandbox::Minute from_;
  yida_sandbox::Minute to_;
  char revision_;
  std::vector<Form> forms_;
};

}  // namespace weir::bench
