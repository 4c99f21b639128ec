// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/digester_pool.h"
#include "connectors/http/stream_caller.h"
#include "connectors/http/sub_list_reader.h"
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
    StreamFields id_fields;  // of the stream's `ids`
    RecordShape shape;       // of the stream, with what the connection adds
    std::string id;          // the pipeline's names
    std::string number;
    std::int64_t sub_list_rows = 0;
    std::shared_ptr<TokenStore> tokens;
  };
  explicit HttpSource(Parts parts);

  SourceTraits traits() const override;
  RecordShape shape() const override { return parts_.shape; }
  void locate(std::shared_ptr<const RecordSelection> selection) override;
  Result<SourcePage> read(const PageRequest& request, std::stop_token stop) override;
  Result<SourcePage> complete(SourcePage page, std::span<const std::size_t> records, CallGate* gate,
                              std::stop_token stop) override;
  std::unique_ptr<Source> ids() const override;
  Result<void> check(std::vector<Fault>& faults, CallGate* gate) override;

 private:
  Result<SourcePage> make_source_page(StreamAnswer answer, const PageRequest& request);
  Result<void> describe_paging(const StreamAnswer& answer, SourcePage& page) const;
  PageShape page_shape() const;
  void unsettle_fresh(SourcePage& page) const;

  const Parts parts_;
  const StreamCaller calls_;
  std::unique_ptr<SubListReader> sub_lists_;  // nullptr: the stream cuts none
  PageShape shape_;                           // without what differs from page to page
  DigesterPool digesters_;
  std::atomic<std::int64_t> result_cap_;  // 0: none known
};

}  // namespace weir
