// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_functions.h"

#include <benchmark/benchmark.h>

#include <string>

namespace weir {
namespace {

constexpr const char* functions_text =
    "function taxed(a, rate) return a * rate end\n"
    "function same(r) return r end\n"
    "function record(r)\n"
    "  local rows = {}\n"
    "  for i, line in ipairs(r.lines) do\n"
    "    rows[i] = {no = i, amount = round(line.amount * 1.13, 2), order = r.order}\n"
    "  end\n"
    "  return rows\n"
    "end\n";

std::unique_ptr<const LuaFunctions> example_functions() {
  Faults faults;
  return LuaFunctions::load("bench.lua", functions_text, faults);
}

Value example_record() {
  return parse_json(R"({"order":"SKD202601050001","title":"王小明发起的收款单","day":1767542400000,
                        "labels":["已开票","已对账"],"extend":{"state":"COMPLETED","version":12},
                        "lines":[{"amount":100000.25,"no":"INV-1"},{"amount":28000.5}]})")
      .value();
}

void call_a_function(benchmark::State& state) {
  const auto functions = example_functions();
  const Value arguments[] = {Number{"128000.50"}, Number{"1.13"}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(functions->call("taxed", arguments));
  }
}
BENCHMARK(call_a_function);

void pass_a_record_through(benchmark::State& state) {
  const auto functions = example_functions();
  const Value record = example_record();
  for (auto _ : state) {
    benchmark::DoNotOptimize(functions->call("same", {&record, 1}));
  }
}
BENCHMARK(pass_a_record_through);

void split_a_record(benchmark::State& state) {
  const auto functions = example_functions();
  const Value record = example_record();
  for (auto _ : state) {
    benchmark::DoNotOptimize(functions->convert(record));
  }
}
BENCHMARK(split_a_record);

void load_a_file(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(example_functions());
  }
}
BENCHMARK(load_a_file);

}  // namespace
}  // namespace weir
