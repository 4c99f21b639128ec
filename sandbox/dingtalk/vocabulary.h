// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/dice.h"

#include <string>
#include <string_view>

// The people, companies and texts that receipts are made of; all invented.
namespace weir::yida_sandbox {

struct Person {
  std::string_view name;
  std::string_view english;
  std::string_view user_id;  // 16 to 18 digits, beyond what a double can hold
  std::string_view department;
  std::string_view department_id;
};

const Person& person(const Dice& dice, std::uint64_t purpose);
std::string company(const Dice& dice);
// A company whose name carries quotes, backslashes, line breaks, emoji and SQL, all of them, in
// changing order.
std::string hostile_company(const Dice& dice);
// One of the edge names, by number: emoji, quotes, a backslash at the end, SQL, a very long one.
std::string edge_company(const Dice& dice, int which);
inline constexpr int kEdgeCompanies = 5;

struct Place {
  std::string_view province;
  std::string_view city;
  std::string_view district;
  std::string_view province_latin;
  std::string_view city_latin;
  std::string_view district_latin;
  int code;  // of the district, six digits
};
const Place& place(const Dice& dice);

std::string_view other_kind(const Dice& dice);
std::string_view product(const Dice& dice, int level);

}  // namespace weir::yida_sandbox
