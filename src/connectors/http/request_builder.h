// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_spec.h"
#include "core/clock.h"
#include "net/http_client.h"

#include <string>
#include <utility>
#include <vector>

namespace weir {

// A value for a place of the request; laid over what the requester itself puts there.
struct PlacedValue {
  FieldPlace place;
  Value value;
};

// `request.now`, `now_s`, `now_ms`, `uuid` and `nonce` of one attempt: every template of the
// attempt sees the same.
void set_request_context(RequestScope& scope, const Clock& clock);

// Puts one request together: templates, then `placed` in their order, then JSON strings, then
// signatures over what will be sent. Pure but for reading `scope`, which gains request.method,
// request.path, request.body and signature. Errors: `rejected` (a template or a place that does not
// fit its value).
Result<HttpClient::Request> build_request(const Requester& requester,
                                          const std::vector<PlacedValue>& placed,
                                          RequestScope& scope);

}  // namespace weir
