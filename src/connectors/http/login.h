// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/connection_settings.h"
#include "connectors/http/connector_file.h"
#include "connectors/http/node_reader.h"
#include "connectors/http/token_store.h"
#include "core/clock.h"
#include "net/http_client.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

namespace weir {

// What every call over a connection needs.
struct Exchange {
  std::shared_ptr<const ConnectorFile> file;
  HttpConnection connection;
  std::shared_ptr<HttpClient> http;
  Clock* clock = nullptr;
};

// The names that templates of one attempt see, but for the page and the window. `login` is nullptr
// while nobody has logged in. Errors: `rejected`, from the file's variables.
Result<RequestScope> make_scope(const Exchange& exchange, const Value& parameters,
                                const Value* login);

// Makes the calls of the file's authenticator, which must be there. Errors: `unauthorized` (they
// were answered and refused), `corrupt` (a value is not in the answer), the client's.
Result<Login> log_in(const Exchange& exchange, std::stop_token stop);

// A whole number, written as one or as text; nothing: not there, or none.
std::optional<std::int64_t> integer_at(const Value& value, const JsonPath& path);

}  // namespace weir
