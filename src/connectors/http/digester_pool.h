// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/idle_pool.h"
#include "core/record_digest.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir {

// Digesters of one stream's records, for as many threads as read pages of it at once: each keeps
// the names that it has learnt from page to page. Any thread may call.
class DigesterPool {
 public:
  DigesterPool(RecordShape shape, std::vector<std::string> asked,
               std::vector<std::string> counted_lists)
      : shape_(std::move(shape)),
        asked_(std::move(asked)),
        counted_lists_(std::move(counted_lists)) {}

  // What is to be located in each record; listed, or nullptr: nothing. Before any use.
  void locate(std::shared_ptr<const RecordSelection> selection) {
    selection_ = std::move(selection);
  }

  // Calls use(digester) with one that no other thread has meanwhile.
  template <typename Use>
  auto with(const Use& use) {
    std::unique_ptr<RecordDigester> digester = idle_.take();
    if (digester == nullptr) {
      digester = std::make_unique<RecordDigester>(shape_, asked_, counted_lists_, selection_.get());
    }
    auto result = use(*digester);
    idle_.give_back(std::move(digester));
    return result;
  }

 private:
  const RecordShape shape_;
  const std::vector<std::string> asked_;
  const std::vector<std::string> counted_lists_;
  std::shared_ptr<const RecordSelection> selection_;
  IdlePool<RecordDigester> idle_;
};

}  // namespace weir
