// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/statistics.h"

#include <algorithm>

namespace weir::yida_sandbox {

void Statistics::arrived(const std::string& api, std::int64_t second) {
  const std::lock_guard lock(mutex_);
  Api& entry = apis_[api];
  ++entry.calls;
  if (entry.second != second) {
    entry.second = second;
    entry.in_second = 0;
  }
  entry.max_per_second = std::max(entry.max_per_second, ++entry.in_second);
}

void Statistics::answered(const std::string& api, int status, bool throttled) {
  const std::lock_guard lock(mutex_);
  Api& entry = apis_[api];
  ++entry.statuses[status];
  entry.throttled += throttled ? 1 : 0;
}

void Statistics::fault(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  ++faults_[kind];
}

void Statistics::reset() {
  const std::lock_guard lock(mutex_);
  apis_.clear();
  faults_.clear();
}

std::map<std::string, Statistics::Api> Statistics::apis() const {
  const std::lock_guard lock(mutex_);
  return apis_;
}

std::map<std::string, std::uint64_t> Statistics::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

}  // namespace weir::yida_sandbox
