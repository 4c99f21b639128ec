// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/api_error.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace weir::yida_sandbox {

// The throttles of dingtalk.md §5.2: calls a second of one app to one API, by seconds of the wall
// clock, and calls a month of the organisation, of which token calls are exempt. A refused call
// counts for neither. Any thread may call.
class Limiter {
 public:
  // The refusal, or nothing: the call is counted and may go on. A limit of 0 is none.
  std::optional<ApiError> admit(const std::string& app, const std::string& api, std::int64_t second,
                                int qps, std::int64_t monthly, bool counts_for_month);
  std::int64_t month_count() const;
  void reset_month();

 private:
  struct Second {
    std::int64_t second = 0;
    int count = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Second> seconds_;
  std::int64_t month_count_ = 0;
};

}  // namespace weir::yida_sandbox
