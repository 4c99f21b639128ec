// SPDX-License-Identifier: Apache-2.0
#include "pipeline/given_collections.h"

#include "core/record.h"
#include "transform/comparison.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir {
namespace {

bool meets_all(const Value& record, const CollectionQuery& query) {
  return std::all_of(query.where.begin(), query.where.end(), [&](const auto& condition) {
    const Value* value = find_in_record(record, condition.first);
    return value != nullptr && !has_no_value(*value) && is_same(*value, condition.second);
  });
}

}  // namespace

Result<Value> GivenCollections::find(const CollectionQuery& query) const {
  const auto given = records_.find(query.pipeline);
  if (given == records_.end()) {
    return fail(ErrorKind::rejected,
                fmt::format("`_findCollection` from `{0}`: no records of `{0}` are given; write "
                            "`collections: {{{0}: [...]}}` in the test",
                            query.pipeline));
  }
  const auto newest = std::find_if(given->second.rbegin(), given->second.rend(),
                                   [&](const Value& each) { return meets_all(each, query); });
  const Value* field =
      newest != given->second.rend() ? find_in_record(*newest, query.field) : nullptr;
  return field != nullptr ? *field : Value();
}

}  // namespace weir
