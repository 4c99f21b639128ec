// SPDX-License-Identifier: Apache-2.0
#include "app/passage.h"

#include <utility>
#include <vector>

namespace weir {

namespace {

Value one_or_list(List values) {
  return values.size() == 1 ? std::move(values.front()) : Value(std::move(values));
}

// Condition and mapping of what conversion has made of the record.
Passage pass_on(const Flow& flow, const std::vector<Value>& records, const std::string& id,
                Passage passage) {
  std::vector<Value> requests;
  std::string first_reason;
  for (const Value& record : records) {
    std::string reason = flow.transform->filter_reason(record);
    if (!reason.empty()) {
      first_reason = first_reason.empty() ? std::move(reason) : first_reason;
      continue;
    }
    auto request = flow.transform->map(record);
    if (!request) {
      passage.fault = request.error().message;
      return passage;
    }
    requests.push_back(std::move(*request));
  }
  if (requests.empty()) {
    passage.filtered = std::move(first_reason);
    return passage;
  }
  passage.request = one_or_list(requests);
  passage.statement = flow.sink->describe({{}, id, std::move(requests), 0});
  return passage;
}

}  // namespace

Passage pass(const Flow& flow, std::string_view raw, const std::string& id, std::string fault) {
  Passage passage;
  passage.fault = std::move(fault);
  if (!passage.fault.empty()) {
    return passage;
  }
  const Transform& transform = *flow.transform;
  const auto record = transform.assemble(raw);
  const auto cleaned = record ? transform.clean(*record) : record;
  if (!cleaned) {
    passage.fault = cleaned.error().message;
    return passage;
  }
  passage.cleaned = *cleaned;
  auto records = transform.convert(*cleaned);
  if (!records) {
    passage.fault = records.error().message;
    return passage;
  }
  if (records->empty()) {
    passage.filtered = transform.drop_reason();
    return passage;
  }
  passage.cleaned = one_or_list(*records);
  return pass_on(flow, *records, id, std::move(passage));
}

}  // namespace weir
