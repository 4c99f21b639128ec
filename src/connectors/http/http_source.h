// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/field_values.h"
#include "connectors/http/login.h"
#include "connectors/http/token_store.h"
#include "source/source.h"

#include <atomic>
#include <memory>
#include <string>

namespace weir {

// A Source that does what a stream of a connector file says.
class HttpSource final : public Source {
 public:
  struct Parts {
    Exchange exchange;
    const Stream* stream = nullptr;  // of the exchange's file
    StreamFields fields;
    std::string id;  // the pipeline's names
    std::string number;
    std::shared_ptr<TokenStore> tokens;
  };
  explicit HttpSource(Parts parts);

  SourceTraits traits() const override;
  RecordShape shape() const override { return parts_.stream->selector.shape; }
  Result<SourcePage> read(const PageRequest& request, std::stop_token stop) override;
  Result<void> check(std::vector<Fault>& faults, CallGate* gate) override;

 private:
  struct Answer;
  Result<std::vector<PlacedValue>> place(const PageRequest& request, std::int64_t size,
                                         RequestScope& scope) const;
  Result<Answer> call(const PageRequest& request, std::int64_t size, std::stop_token stop);
  Result<Answer> call_once(const PageRequest& request, std::int64_t size, std::uint64_t& generation,
                           std::stop_token stop) const;
  Result<void> understand(Answer& answer) const;
  Result<SourcePage> make_source_page(Answer answer, const PageRequest& request, std::int64_t size);
  Result<void> describe_paging(const Answer& answer, SourcePage& page) const;
  Error placed(const Error& error) const;

  const Parts parts_;
  std::atomic<std::int64_t> result_cap_;  // 0: none known
};

}  // namespace weir
