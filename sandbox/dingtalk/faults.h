// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::yida_sandbox {

enum class FaultKind : std::uint8_t {
  http500,        // HTTP 500 with a page of HTML
  http502,        // HTTP 502 with a page of HTML
  unavailable,    // HTTP 503, code ServiceUnavailable
  html,           // HTTP 200 with a page of HTML
  reset,          // the connection is reset before a byte of the answer
  hang,           // the call is taken and never answered
  cut,            // the connection ends in the middle of the body
  endless,        // HTTP 200 with a body without an end
  slow,           // the true answer, `delay` late
  bad_json,       // HTTP 200, the body ends in the middle though its length is right
  broken_record,  // as bad_json, but only the last record of the page is broken
  invalid_utf8,   // bytes in a record's text that are no UTF-8
  empty_body,     // HTTP 200 without a body
  empty_object,   // HTTP 200 with {}
  code_200,       // HTTP 200 with {"code":…,"message":…}
  empty_page,     // the true total, and no rows
  no_data,        // the true total, and no `data`
  total_high,     // a tenth more than there is
  total_low,      // a tenth less than there is
  total_text,     // the true total as text
  repeat_page,    // page 1, whichever was asked for
  previous_page,  // the page before the one that was asked for
  no_id,          // one record without its id
  twin_id,        // one record with the id of the record before it
  huge_record,    // one record of 20 MB
  qps,            // 403 QpsLimitForAppkeyAndApi
  api_qps,        // 403 QpsLimitForApi
  too_fast,       // failure.operation.requestTooFast
  too_many,       // failure.operation.tooManyVisitors
  quota,          // 403 ApiCountLimitForOrg
  punish,         // the page with status 1111
  punish_html,    // the page with status 1111, inside HTML
  permission,     // 403 AccessTokenPermissionDenied with requiredScopes
  address,        // 403 IpNotInWhiteList
  token,          // 400 InvalidAuthentication though the token is good
};

std::string_view to_string(FaultKind kind);
std::optional<FaultKind> parse_fault_kind(std::string_view text);
const std::vector<FaultKind>& all_fault_kinds();

struct Fault {
  FaultKind kind = FaultKind::http500;
  double rate = 0;         // of the calls, 0 … 1; for ever
  std::uint64_t next = 0;  // so many calls in turn; counted down
  std::uint64_t skip = 0;  // let so many calls pass first; counted down
  std::string api;         // only calls whose API's name ends so; empty: all YiDa calls
  std::chrono::milliseconds delay{5000};  // of slow
};

// Decides which call meets which fault. Any thread may call.
class Faults {
 public:
  explicit Faults(std::uint64_t seed) : seed_(seed) {}
  void add(Fault fault);
  void remove(FaultKind kind);
  void clear();
  std::vector<Fault> list() const;
  // The fault for this call, if any; the first of several that would strike.
  std::optional<Fault> draw(std::string_view api);

 private:
  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  std::uint64_t draws_ = 0;
};

}  // namespace weir::yida_sandbox
