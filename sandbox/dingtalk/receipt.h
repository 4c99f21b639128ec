// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/json_text.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::yida_sandbox {

enum class Status : std::uint8_t { running, completed, terminated, error };
enum class Verdict : std::uint8_t { none, agree, disagree };

std::string_view to_string(Status status);  // "RUNNING"
std::optional<Status> parse_status(std::string_view text);
std::string_view to_string(Verdict verdict);  // "agree"; none: empty
std::optional<Verdict> parse_verdict(std::string_view text);

// What is kept of a receipt in memory; everything else is computed from the seed when it is asked
// for. A million of them take 16 MB.
struct Row {
  std::int32_t created = 0;  // minutes since 1970, UTC
  std::int32_t modified = 0;
  std::uint32_t revision = 0;  // how often its content was changed since the start
  Status status = Status::completed;
  Verdict verdict = Verdict::agree;
  bool sales = true;  // of the kind that the official pipeline asks for
  bool deleted = false;
};

// One receipt at one moment.
struct Receipt {
  std::uint32_t index = 0;       // its place in order of creation; never changes
  std::uint32_t day_number = 0;  // 1 for the first receipt of its Shanghai day
  Row row;
  std::shared_ptr<const std::vector<Member>> changes;  // values set over the control address
};

}  // namespace weir::yida_sandbox
