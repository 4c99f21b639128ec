// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Which rows are the rare ones. By index and not by chance, so that a hundred rows have most of
// them and a test can name one.
namespace weir::yida_sandbox {

enum class Edge : std::uint8_t {
  no_date,        // the date's key is absent
  empty_amount,   // the amount's key is absent, its `_value` is ""
  no_customer,    // "" is present
  edge_name,      // emoji, quotes, backslash, SQL, or 600 bytes in the customer's name
  broken_lines,   // line breaks and quotes in the remark
  long_text,      // a remark of 5,000 characters
  many_invoices,  // 51 to 130 rows in the sub-table
  negative,       // a refund
  zero,           // 0 and "0.00"
  four_decimals,  // 1.2345
  big_number,     // a number of 18 digits, beyond 2^53
  terminated,     // TERMINATED, with disagree
  error,          // ERROR
  disagreed,      // COMPLETED, with disagree
};

struct EdgePlace {
  std::uint32_t every;
  std::uint32_t at;
};

constexpr EdgePlace edge_place(Edge edge) {
  switch (edge) {
    case Edge::no_date:
      return {97, 13};
    case Edge::empty_amount:
      return {89, 17};
    case Edge::no_customer:
      return {83, 41};
    case Edge::edge_name:
      return {17, 7};
    case Edge::broken_lines:
      return {37, 11};
    case Edge::long_text:
      return {331, 200};
    case Edge::many_invoices:
      return {211, 23};
    case Edge::negative:
      return {67, 3};
    case Edge::zero:
      return {71, 9};
    case Edge::four_decimals:
      return {73, 21};
    case Edge::big_number:
      return {61, 5};
    case Edge::terminated:
      return {199, 77};
    case Edge::error:
      return {499, 123};
    case Edge::disagreed:
      return {149, 101};
  }
  return {1, 1};
}

constexpr bool is_edge(std::uint32_t index, Edge edge) {
  return index % edge_place(edge).every == edge_place(edge).at;
}

// Rows 100 to 299 of every ten thousand were created in one minute.
constexpr std::uint32_t kCrowdEvery = 10'000;
constexpr std::uint32_t kCrowdFirst = 100;
constexpr std::uint32_t kCrowdEnd = 300;

}  // namespace weir::yida_sandbox
