// SPDX-License-Identifier: Apache-2.0
#include "transform/receipts_example.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {
namespace {

constexpr std::string_view receipt = R"({
  "processInstanceId": "3f0c1c52-7b1e-4d0a-9b64-2a5d6f1e8c01", "formUuid": "FORM-SKD",
  "title": "王小明发起的收款单", "instanceStatus": "COMPLETED", "approvedResult": "agree",
  "createTimeGMT": "2026-01-05T09:31Z", "modifiedTimeGMT": "2026-01-05T10:12Z", "version": 12,
  "originator": {"userId": "0112233445566778", "deptName": "财务部",
    "name": {"nameInChinese": "王小明", "nameInEnglish": "Wang Xiaoming", "type": "i18n"}},
  "data": {"serialNumberField_lgorr6rv": "SKD202601050001", "textField_m5": "上海示例贸易有限公司",
    "textareaField_m5": "首期款\n含运费", "dateField_lgkgut9r": 1767542400000,
    "numberField_lgkgut81": 128000.50, "numberField_lgkgut81_value": "128000.50",
    "selectField_lgkgut7x": "销售收款", "selectField_lgkgut7x_id": "销售收款",
    "checkboxField_m5": ["已开票", "已对账"], "employeeField_m5": ["张三"],
    "tableField_m5": [{"textField_t1": "INV-0001", "numberField_t2": 100000},
                      {"textField_t1": "INV-0002", "numberField_t2": 28000.5}]}})";

void apply_receipt(benchmark::State& state) {
  const auto transform = receipts_example();
  Value memory;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform->apply(receipt, {}, memory));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * receipt.size()));
}
BENCHMARK(apply_receipt);

void parse_receipt(benchmark::State& state) {
  const auto transform = receipts_example();
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform->assemble(receipt));
  }
}
BENCHMARK(parse_receipt);

void clean_and_judge_receipt(benchmark::State& state) {
  const auto transform = receipts_example();
  const Value record = transform->assemble(receipt).value();
  for (auto _ : state) {
    auto records = transform->convert(*transform->clean(record));
    benchmark::DoNotOptimize(transform->judge(*records));
  }
}
BENCHMARK(clean_and_judge_receipt);

std::unique_ptr<const Transform> compile_example(const Strategy& source,
                                                 std::vector<Field> columns) {
  Field params;
  params.field = "main_params";
  params.type = "object";
  params.children = std::move(columns);
  Strategy target;
  target.request.push_back(std::move(params));
  RecordShape shape;
  shape.values = "data";
  Faults faults;
  return Transform::compile(source, target, shape, TimeZone::find("Asia/Shanghai").value(), faults);
}

Field column_of(const std::string& name, const std::string& value) {
  Field field;
  field.field = name;
  field.value = Setting{value, false, {}};
  return field;
}

// Items are fields: a third as they come, a third formatted, a third of what stands around.
void apply_wide_record(benchmark::State& state) {
  Strategy source;
  std::vector<Field> columns;
  std::string data;
  std::string around;
  for (int i = 0; i < state.range(0); ++i) {
    const std::string name = fmt::format("textField_{}", i);
    if (i % 3 == 0) {
      source.format_response.push_back({name, name + "_new", "string", {}});
    }
    columns.push_back(column_of(fmt::format("c{}", i), i % 3 == 0   ? "{" + name + "_new}"
                                                       : i % 3 == 1 ? "{" + name + "}"
                                                                    : "{extend." + name + "}"));
    (i % 3 == 2 ? around : data) +=
        fmt::format(R"({}"{}": "a value of {}")", i % 3 == 2 || !data.empty() ? "," : "", name, i);
  }
  const auto transform = compile_example(source, std::move(columns));
  const std::string raw = R"({"data":{)" + data + R"(},"id":"i1")" + around + "}";
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform->apply(raw));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(apply_wide_record)->Arg(50)->Arg(500)->Arg(5000);

// Items are rows of seven fields.
void apply_record_of_many_rows(benchmark::State& state) {
  Strategy source;
  source.id = "extend.id";
  source.beat_flat = {{"lines", {}}};
  std::vector<Field> columns = {
      column_of("id", "{bfn_id}"),     column_of("record", "{{extend.id}}"),
      column_of("no", "{no}"),         column_of("goods", "{lines_goods}"),
      column_of("qty", "{lines_qty}"), column_of("price", "{lines_price}"),
      column_of("kind", "order line")};
  const auto transform = compile_example(source, std::move(columns));
  std::string lines;
  for (int i = 0; i < state.range(0); ++i) {
    lines +=
        fmt::format(R"({}{{"goods":"goods {}","qty":{},"price":12.50}})", i == 0 ? "" : ",", i, i);
  }
  const std::string raw = R"({"id":"i1","data":{"no":"SKD1","lines":[)" + lines + "]}}";
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform->apply(raw));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(apply_record_of_many_rows)->Arg(10)->Arg(1000)->Arg(10000);

}  // namespace
}  // namespace weir
