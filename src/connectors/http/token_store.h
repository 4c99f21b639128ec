// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/value.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

namespace weir {

// What one login gave.
struct Login {
  Value values;  // login.<name>
  std::chrono::seconds life{0};
};

// The token of one account, for all threads and pipelines of the process: one login at a time,
// whose result (or failure) serves everyone who waited for it. Kept until five minutes before its
// end, or a tenth of its life, if that is less.
class TokenStore {
 public:
  struct Token {
    Value values;
    std::uint64_t generation = 0;
  };
  using LogIn = std::function<Result<Login>(std::stop_token)>;

  // Blocks while a login is under way. Errors: the login's, or `cancelled`.
  Result<Token> get(const Clock& clock, std::stop_token stop, const LogIn& log_in);

  // The other side refused the token of this generation: the next get() logs in anew, unless that
  // has been done meanwhile.
  void refuse(std::uint64_t generation);

  // A call with the token of this generation was let in.
  void confirm(std::uint64_t generation);
  // Whether this token, or a later one, was ever let in: then the credentials are right.
  bool confirmed(std::uint64_t generation) const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool busy_ = false;
  std::uint64_t flights_ = 0;          // logins that have ended
  std::optional<Error> flight_error_;  // of the last one
  std::optional<Token> token_;
  std::uint64_t generation_ = 0;
  std::uint64_t confirmed_ = 0;
  Monotonic renew_at_{};
};

}  // namespace weir
