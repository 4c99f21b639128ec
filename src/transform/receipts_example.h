// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transform/transform.h"

#include <memory>

namespace weir {

// The first official pipeline's transform, for the benchmark and the fuzz target.
inline std::unique_ptr<const Transform> receipts_example() {
  Strategy source;
  source.format_response = {{"dateField_lgkgut9r", "datetime_new", "date", {}},
                            {"serialNumberField_lgorr6rv", "order_no_new", "string", {}}};
  Condition completed;
  completed.field = "extend.instanceStatus";
  completed.logic = "eq";
  completed.value.value = "COMPLETED";
  source.conditions = {{completed}};
  Strategy target;
  Field params;
  params.field = "main_params";
  params.type = "object";
  const std::pair<const char*, const char*> columns[] = {
      {"extend_processInstanceId", "{{extend.processInstanceId}}"},
      {"order_no_new", "{order_no_new}"},
      {"datetime_new", "{datetime_new}"},
      {"qty_count", "1"},
      {"sales_count", "{numberField_lgkgut81}"},
      {"status", nullptr},
      {"Document_Type", "收款单"}};
  for (const auto& [name, value] : columns) {
    Field field;
    field.field = name;
    if (value != nullptr) {
      field.value = Setting{value, false, {}};
    }
    params.children.push_back(std::move(field));
  }
  target.request.push_back(std::move(params));
  RecordShape shape;
  shape.values = "data";
  Faults faults;
  return Transform::compile(source, target, shape, TimeZone::find("Asia/Shanghai").value(), faults);
}

}  // namespace weir
