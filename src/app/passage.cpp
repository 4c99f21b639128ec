// SPDX-License-Identifier: Apache-2.0
#include "app/passage.h"

#include <utility>
#include <vector>

namespace weir {

namespace {

Value one_or_list(List values) {
  return values.size() == 1 ? std::move(values.front()) : Value(std::move(values));
}

void mask_secrets(const std::vector<Field>& fields, Value& request);

void mask_children(const Field& field, Value& value) {
  if (value.list() != nullptr) {
    for (Value& element : *value.list()) {
      mask_secrets(field.children, element);
    }
  } else {
    mask_secrets(field.children, value);
  }
}

void mask_secrets(const std::vector<Field>& fields, Value& request) {
  if (request.object() == nullptr) {
    return;
  }
  for (auto& [name, value] : *request.object()) {
    for (const Field& field : fields) {
      if (field.field == name && field.value && field.value->secret) {
        value = "***";
      } else if (field.field == name) {
        mask_children(field, value);
      }
    }
  }
}

void pass_on(const Flow& flow, std::vector<Value> records, const std::string& id,
             Passage& passage) {
  auto outcome = flow.transform->judge(records, &passage.left_out);
  passage.cleaned = one_or_list(std::move(records));
  if (!outcome) {
    passage.fault = outcome.error().message;
    return;
  }
  if (auto* filtered = std::get_if<Filtered>(&*outcome)) {
    passage.filtered = std::move(filtered->reason);
    return;
  }
  Mapped& mapped = std::get<Mapped>(*outcome);
  passage.requests = mapped.rows.trees();
  for (Value& request : passage.requests) {
    mask_secrets(flow.definition->target.request, request);
  }
  passage.remark = mapped.remark;
  passage.statement = flow.sink->describe({{}, id, std::move(mapped.rows), mapped.sent});
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
  } else if (records->empty()) {
    passage.filtered = transform.drop_reason();
  } else {
    pass_on(flow, std::move(*records), id, passage);
  }
  return passage;
}

}  // namespace weir
