// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/receipt_pages.h"

namespace weir::bench {

// All receipts, rendered once into a file in memory, one behind the other with a comma between, so
// that a page is a piece of the file which the kernel sends without a copy by us. Where they would
// take more than a quarter of the memory that is free, they are rendered when they are asked for.
// Immutable; any thread may call.
class PreparedPages {
 public:
  explicit PreparedPages(const ReceiptPages& pages);
  ~PreparedPages();
  PreparedPages(const PreparedPages&) = delete;
  PreparedPages& operator=(const PreparedPages&) = delete;

  // Sends `head`, the receipts [begin, end), newest last or first, and `tail` as one answer to
  // HTTP; false: the other side has gone.
  struct Answer {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool newest_first = false;
    std::string head;
    std::string tail;
  };
  bool send(const Answer& answer, int socket) const;

 private:
  bool prepare();
  bool send_piece(const Answer& answer, int socket) const;
  std::string rendered(const Answer& answer) const;

  const ReceiptPages& pages_;
  int file_ = -1;
  std::vector<std::uint64_t> starts_;  // of each receipt in the file, and one behind the last
};

// All of it; false: the other side has gone.
bool send_all(int socket, std::string_view bytes, bool more_follows);

}  // namespace weir::bench
