// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/record_selection.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// One record of a page: where its raw JSON stands in the page's bytes, and what identifies it.
struct PageRecord {
  std::string id;             // the pipeline's `id` field as text; never empty
  std::string number;         // the pipeline's `number` field as text; may be empty
  std::uint64_t content = 0;  // content_hash of the assembled record
  std::size_t offset = 0;     // of the raw JSON object in Page::bytes
  std::size_t length = 0;     // in bytes
  // Of the last change, as the record itself says it (YiDa: to the minute); empty: it does not say.
  std::optional<Timestamp> changed_at{};
  std::optional<Timestamp> created_at{};  // likewise
  // Not empty: the record cannot be used (no id, not an object, …); it is kept and fails with this
  // reason. Its id is then made by the source from its content.
  std::string fault{};
  // Those of Page::members that are its own.
  std::size_t first_member = 0;
  std::size_t member_count = 0;
};

// The records of one call to a source, in the order received. Immutable once built.
struct Page {
  std::string bytes;
  std::vector<PageRecord> records;
  // Whose members were located as the records came in; nullptr: nobody's.
  std::shared_ptr<const RecordSelection> selection{};
  std::vector<MemberPlace> members{};

  std::string_view raw(const PageRecord& record) const {
    return std::string_view(bytes).substr(record.offset, record.length);
  }
  // As RawRecord has it.
  std::size_t readable_behind(const PageRecord& record) const {
    return bytes.capacity() - record.offset - record.length;
  }
  LocatedMembers located(const PageRecord& record) const {
    return {selection.get(), std::span(members).subspan(record.first_member, record.member_count)};
  }
};

}  // namespace weir
