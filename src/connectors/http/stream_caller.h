// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/digester_pool.h"
#include "connectors/http/field_values.h"
#include "connectors/http/login.h"
#include "connectors/http/page_parser.h"
#include "connectors/http/token_store.h"
#include "source/source.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir {

// A call that was answered as the file expects, its list found.
struct StreamAnswer {
  HttpClient::Response response;
  BodyOutline outline;
  std::vector<std::string> columns;
  std::int64_t calls = 1;
};

// Makes the calls of one stream of a connector file: the pipeline's fields, paging and window into
// the request, the token, the gate, and what the answer means. Immutable; any thread.
class StreamCaller {
 public:
  StreamCaller(Exchange exchange, const Stream& stream, StreamFields fields,
               std::shared_ptr<TokenStore> tokens)
      : exchange_(std::move(exchange)),
        stream_(stream),
        fields_(std::move(fields)),
        tokens_(std::move(tokens)) {}

  // One attempt, and one more with a new token when the first was refused. `record` is what
  // templates see as record.<name>; the answer's records are digested if there are digesters.
  // Errors: as the stream's error handler judges, `corrupt` (no JSON, no list), the client's, the
  // gate's.
  Result<StreamAnswer> call(const PageRequest& request, std::int64_t size, const Value& record,
                            const std::stop_token& stop, DigesterPool* digesters = nullptr) const;

  const Exchange& exchange() const { return exchange_; }
  const Stream& stream() const { return stream_; }
  const std::shared_ptr<TokenStore>& tokens() const { return tokens_; }
  std::int64_t page_size() const { return fields_.page_size; }
  // The names that templates see before a call is made: config and parameters.
  RequestScope scope() const;
  // With the connector and the stream before the message.
  Error placed(const Error& error) const;

 private:
  struct Attempt;
  Environment variables(const PageRequest& request, std::int64_t size) const;
  Result<Value> parameters(const EvaluationContext& context) const;
  Result<std::vector<PlacedValue>> place(const PageRequest& request, std::int64_t size,
                                         const EvaluationContext& context,
                                         RequestScope& scope) const;
  Result<void> place_window(const PageRequest& request, const RequestScope& scope,
                            std::vector<PlacedValue>& placed) const;
  Result<Attempt> call_once(const PageRequest& request, std::int64_t size, const Value& record,
                            const std::stop_token& stop, DigesterPool* digesters) const;
  Result<void> understand(Attempt& attempt, DigesterPool* digesters) const;

  const Exchange exchange_;
  const Stream& stream_;  // of the exchange's file
  const StreamFields fields_;
  const std::shared_ptr<TokenStore> tokens_;
};

}  // namespace weir
