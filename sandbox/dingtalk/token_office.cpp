// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/token_office.h"

#include <fmt/format.h>

#include <random>

namespace weir::yida_sandbox {

TokenOffice::Grant TokenOffice::issue(const std::string& app_key, std::chrono::seconds life) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  Entry& entry = by_app_[app_key];
  if (entry.token.empty() || entry.end <= now) {
    // By true chance, and not from the seed: a token must not outlive its stand-in.
    std::random_device chance;
    entry.token = fmt::format("{:08x}{:08x}{:08x}{:08x}", chance(), chance(), chance(), chance());
    ++issued_;
  }
  entry.end = now + life;
  return {entry.token, life};
}

std::optional<std::string> TokenOffice::app_of(std::string_view token) const {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto& [app, entry] : by_app_) {
    if (!token.empty() && entry.token == token && entry.end > now) {
      return app;
    }
  }
  return std::nullopt;
}

std::uint64_t TokenOffice::revoke_all() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t count = by_app_.size();
  by_app_.clear();
  return count;
}

void TokenOffice::revoke_credentials(bool revoked) {
  const std::lock_guard lock(mutex_);
  credentials_revoked_ = revoked;
  if (revoked) {
    by_app_.clear();
  }
}

bool TokenOffice::credentials_revoked() const {
  const std::lock_guard lock(mutex_);
  return credentials_revoked_;
}

std::uint64_t TokenOffice::issued() const {
  const std::lock_guard lock(mutex_);
  return issued_;
}

}  // namespace weir::yida_sandbox
