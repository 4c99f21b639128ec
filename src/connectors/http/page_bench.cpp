// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/page_parser.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

namespace weir {
namespace {

// A page as YiDa sends it: records of about 2.3 KB.
std::string body_of(int records) {
  std::string body = R"({"totalCount":3000,"pageNumber":1,"data":[)";
  for (int i = 0; i < records; ++i) {
    body += i == 0 ? "" : ",";
    body += R"({"processInstanceId":"3f0c1c52-7b1e-4d0a-9b64-)" + std::to_string(100000000000 + i) +
            R"(","title":"王小明发起的收款单","version":12,"data":{"serialNumberField_a":"SK)" +
            std::to_string(i) + "\"";
    for (int field = 0; field < 40; ++field) {
      body += R"(,"textField_)" + std::to_string(field) + R"(":"上海示例贸易有限公司 )" +
              std::to_string(field * i) + "\"";
    }
    body += R"(,"numberField_b":128000.5,"numberField_b_value":"128000.50",)"
            R"("checkboxField_c":["已开票","已对账"]}})";
  }
  return body + "]}";
}

void parse_page(benchmark::State& state) {
  const std::string body = body_of(static_cast<int>(state.range(0)));
  PageShape shape;
  shape.record.values = "data";
  shape.record.ignored = {"extend.version"};
  shape.record.unordered = {"*checkboxField_*"};
  shape.id = "processInstanceId";
  shape.number = "serialNumberField_a";
  auto selection = std::make_shared<RecordSelection>(shape.record.around);
  for (const char* name : {"numberField_b", "textField_7", "extend.title"}) {
    selection->add(name);
  }
  shape.selection = selection;
  RecordDigester digester(shape.record, page_names(shape), shape.counted_lists, selection.get());
  for (auto each : state) {
    std::string text = body;
    auto outline = outline_body(text, {"data"}, &digester);
    auto page = make_page(std::move(text), *std::move(outline), shape);
    benchmark::DoNotOptimize(page);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(parse_page)->Arg(1)->Arg(100);

}  // namespace
}  // namespace weir
