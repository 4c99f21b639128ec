// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/token_store.h"

#include <algorithm>
#include <utility>

namespace weir {

Result<TokenStore::Token> TokenStore::get(const Clock& clock, std::stop_token stop,
                                          const LogIn& log_in) {
  std::unique_lock lock(mutex_);
  if (token_ && clock.monotonic() < renew_at_) {
    return *token_;
  }
  if (busy_) {
    const std::uint64_t flight = flights_;
    if (!changed_.wait(lock, stop, [&] { return flights_ != flight; })) {
      return fail(ErrorKind::cancelled, "stopped while waiting for a login");
    }
    if (flight_error_ && flight_error_->kind != ErrorKind::cancelled) {
      return tl::unexpected(*flight_error_);
    }
    if (token_) {
      return *token_;
    }
  }
  busy_ = true;
  lock.unlock();
  const Monotonic asked_at = clock.monotonic();
  auto login = log_in(stop);
  lock.lock();
  busy_ = false;
  ++flights_;
  changed_.notify_all();
  if (!login) {
    flight_error_ = login.error();
    return tl::unexpected(std::move(login).error());
  }
  flight_error_.reset();
  const std::chrono::seconds early = std::min(std::chrono::seconds(300), login->life / 10);
  renew_at_ = asked_at + login->life - early;
  token_ = Token{std::move(login->values), ++generation_};
  return *token_;
}

void TokenStore::refuse(std::uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  if (token_ && token_->generation == generation) {
    token_.reset();
  }
}

void TokenStore::confirm(std::uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  confirmed_ = std::max(confirmed_, generation);
}

bool TokenStore::confirmed(std::uint64_t generation) const {
  const std::scoped_lock lock(mutex_);
  return confirmed_ >= generation;
}

}  // namespace weir
