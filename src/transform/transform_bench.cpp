// SPDX-License-Identifier: Apache-2.0
#include "transform/receipts_example.h"

#include <benchmark/benchmark.h>

#include <string_view>

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
  for (auto _ : state) {
    benchmark::DoNotOptimize(transform->apply(receipt));
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

}  // namespace
}  // namespace weir
