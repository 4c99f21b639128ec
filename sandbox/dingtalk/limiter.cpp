// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/limiter.h"

namespace weir::yida_sandbox {

std::optional<ApiError> Limiter::admit(const std::string& app, const std::string& api,
                                       std::int64_t second, int qps, std::int64_t monthly,
                                       bool counts_for_month) {
  const std::lock_guard lock(mutex_);
  if (counts_for_month && monthly > 0 && month_count_ >= monthly) {
    return month_quota();
  }
  Second& bucket = seconds_[{app, api}];
  if (bucket.second != second) {
    bucket = {second, 0};
  }
  if (qps > 0 && bucket.count >= qps) {
    return app_qps();
  }
  ++bucket.count;
  month_count_ += counts_for_month ? 1 : 0;
  return std::nullopt;
}

std::int64_t Limiter::month_count() const {
  const std::lock_guard lock(mutex_);
  return month_count_;
}

void Limiter::reset_month() {
  const std::lock_guard lock(mutex_);
  month_count_ = 0;
}

}  // namespace weir::yida_sandbox
