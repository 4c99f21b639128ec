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
  auto request = transform.map(*cleaned);
  if (!request) {
    passage.fault = request.error().message;
    return passage;
  }
  passage.request = *request;
  passage.statement = flow.sink->describe({{}, id, {std::move(*request)}, 0});
  return passage;
}

}  // namespace weir
