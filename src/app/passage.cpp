// SPDX-License-Identifier: Apache-2.0
#include "app/passage.h"

#include <utility>

namespace weir {

Passage pass(const Flow& flow, std::string_view raw, const std::string& id, std::string fault) {
  Passage passage;
  passage.fault = std::move(fault);
  if (!passage.fault.empty()) {
    return passage;
  }
  const Transform& transform = *flow.transform;
  const auto record = transform.assemble(raw);
  auto cleaned = record ? transform.clean(*record) : record;
  if (!cleaned) {
    passage.fault = cleaned.error().message;
    return passage;
  }
  passage.filtered = transform.sift(*cleaned, &passage.left_out);
  passage.cleaned = *cleaned;
  if (!passage.filtered.empty()) {
    return passage;
  }
  auto outcome = transform.map(*cleaned);
  if (!outcome) {
    passage.fault = outcome.error().message;
    return passage;
  }
  if (auto* filtered = std::get_if<Filtered>(&*outcome)) {
    passage.filtered = std::move(filtered->reason);
    return passage;
  }
  Mapped& mapped = std::get<Mapped>(*outcome);
  passage.requests = mapped.requests;
  passage.remark = mapped.remark;
  passage.statement = flow.sink->describe({{}, id, std::move(mapped.requests), mapped.sent});
  return passage;
}

}  // namespace weir
