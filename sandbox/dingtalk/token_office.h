// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace weir::yida_sandbox {

// Issues access tokens. An app that asks again within a token's life gets the same one, with its
// life renewed (dingtalk.md §1.3). Any thread may call.
class TokenOffice {
 public:
  struct Grant {
    std::string token;
    std::chrono::seconds life;
  };
  Grant issue(const std::string& app_key, std::chrono::seconds life);
  // The app that holds this token; empty: it is unknown, has ended or was revoked.
  std::optional<std::string> app_of(std::string_view token) const;
  // All tokens stop being valid; returns how many there were.
  std::uint64_t revoke_all();
  // From now on no app's secret is right and no token is valid; `false`: secrets are right again.
  void revoke_credentials(bool revoked);
  bool credentials_revoked() const;
  std::uint64_t issued() const;  // tokens made so far, not counting renewals

 private:
  struct Entry {
    std::string token;
    std::chrono::steady_clock::time_point end;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> by_app_;
  std::uint64_t issued_ = 0;
  bool credentials_revoked_ = false;
};

}  // namespace weir::yida_sandbox
