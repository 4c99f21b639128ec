// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

// What went wrong, in the only terms a runner acts on. A connector reports; it never retries.
enum class ErrorKind : std::uint8_t {
  invalid_config,  // the files or the command line are wrong; a person must change them
  unauthorized,    // the other side refuses our credentials or our rights; retrying is useless
  rejected,        // this record, page or statement is bad; others may pass
  throttled,       // too many calls for now; wait (retry_after, when known) and try again
  exhausted,       // a limit that does not come back within a run (a month's quota, a full disk)
  unavailable,     // not reachable or not able now: connection refused, 5xx, read-only, shutdown
  timed_out,       // no answer in time; whether it had an effect is not known
  corrupt,         // bytes that cannot be what they claim to be: cut, garbled, damaged
  conflict,        // another process has taken over (a fence was raised, a lock is held)
  cancelled,       // stopped on request
  internal,        // a bug of ours
};

std::string_view to_string(ErrorKind kind);

// Waiting can help: throttled, unavailable, timed_out, corrupt (an answer that was cut on the way).
bool is_transient(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  // What failed, on what, with which value, what to do next; lower case start, names in back-ticks,
  // never a secret: "mysql `hongchao`: table `hc_dd_skd` does not exist; create it or …".
  std::string message;
  // The outside system's own code, verbatim ("InvalidAuthentication", "1062"); empty: none.
  std::string code;
  // How long the other side asked us to wait; empty: it did not say.
  std::optional<std::chrono::milliseconds> retry_after;

  // The same error with a place in front: error.within("pipeline `receipts`").
  Error within(std::string_view place) const;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string code = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(code), std::nullopt});
}

// WEIR_TRY(auto page, source.read(request)); returns the error from the calling function, else
// binds the value. WEIR_CHECK(journal.sync()); is the same for Result<void>.
#define WEIR_TRY_JOIN_(a, b) a##b
#define WEIR_TRY_NAME_(line) WEIR_TRY_JOIN_(weir_result_, line)
#define WEIR_TRY(variable, expression)                                  \
  auto WEIR_TRY_NAME_(__LINE__) = (expression);                         \
  if (!WEIR_TRY_NAME_(__LINE__)) {                                      \
    return tl::unexpected(std::move(WEIR_TRY_NAME_(__LINE__)).error()); \
  }                                                                     \
  variable = std::move(*WEIR_TRY_NAME_(__LINE__))  // NOLINT(bugprone-macro-parentheses)
#define WEIR_CHECK(expression)                              \
  if (auto weir_checked = (expression); !weir_checked) {    \
    return tl::unexpected(std::move(weir_checked).error()); \
  }                                                         \
  static_assert(true)

}  // namespace weir
