// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/page.h"
#include "journal/journal.h"

#include <optional>
#include <string>

namespace weir {

// Takes the pages that a WindowReader reads, in order. One thread uses it.
class PageStore {
 public:
  virtual ~PageStore() = default;

  // Takes a page, and moves the cursor with it if there is one. May block while too much is on its
  // way. Errors: of this page or of one before.
  virtual Result<void> write(Page page, std::string origin, std::optional<Cursor> cursor) = 0;
  virtual bool idle() const = 0;          // nothing is on its way
  virtual Result<void> finish_one() = 0;  // waits for the oldest page on its way
  virtual Result<void> finish_all() = 0;
};

}  // namespace weir
