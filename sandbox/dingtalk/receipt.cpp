// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt.h"

namespace weir::yida_sandbox {

std::string_view to_string(Status status) {
  switch (status) {
    case Status::running:
      return "RUNNING";
    case Status::completed:
      return "COMPLETED";
    case Status::terminated:
      return "TERMINATED";
    case Status::error:
      return "ERROR";
  }
  return "";
}

std::optional<Status> parse_status(std::string_view text) {
  for (const Status status :
       {Status::running, Status::completed, Status::terminated, Status::error}) {
    if (to_string(status) == text) {
      return status;
    }
  }
  return std::nullopt;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::none:
      return "";
    case Verdict::agree:
      return "agree";
    case Verdict::disagree:
      return "disagree";
  }
  return "";
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const Verdict verdict : {Verdict::agree, Verdict::disagree}) {
    if (to_string(verdict) == text) {
      return verdict;
    }
  }
  return std::nullopt;
}

}  // namespace weir::yida_sandbox
