// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/record.h"
#include "core/value.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

// 64-bit hash of a record, or of what stands at `path` in it, in canonical form: without the order
// of keys and of unordered lists and without what is ignored; number spelling ("1.50" and "1.5"
// differ: digits are content). Stable across versions and machines: it is stored.
std::uint64_t content_hash(const Value& value, const RecordShape& shape,
                           std::string_view path = {});

// What it is made of, for whoever walks a record without making a tree of it. The kinds have seeds
// of their own, so that `1` and `"1"` differ; members of an object and items of an unordered list
// are added up, so that their order cannot matter.
std::uint64_t content_hash_of_text(std::string_view text);
std::uint64_t content_hash_of_number(std::string_view digits);
inline std::uint64_t content_hash_of_boolean(bool value) { return value ? 3 : 4; }
inline std::uint64_t content_hash_of_null() { return 5; }
std::uint64_t content_hash_of_name(std::string_view name);
// What a member adds to the sum of its object.
std::uint64_t content_hash_of_member(std::uint64_t name, std::uint64_t value);
std::uint64_t content_hash_of_object(std::uint64_t sum);
// The sum of a list so far and its next item.
std::uint64_t content_hash_of_items(std::uint64_t sum, std::uint64_t item, bool unordered);
std::uint64_t content_hash_of_list(std::uint64_t sum, std::size_t length);

}  // namespace weir
