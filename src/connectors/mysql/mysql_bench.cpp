// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_test_target.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::testing {
namespace {

std::vector<OutgoingRecord> make_batch(std::size_t count) {
  std::vector<OutgoingRecord> batch;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = "FINST-" + std::to_string(1'000'000'000 + i);
    batch.push_back({{PageId{1}, static_cast<std::uint32_t>(i)},
                     id,
                     rows_of({Object{{"main_params", Object{{"id", id},
                                                            {"order_no", "SKD202601050001"},
                                                            {"received_on", "2026-01-05 09:31:00"},
                                                            {"quantity", "1"},
                                                            {"amount", Number{"128000.50"}},
                                                            {"status", nullptr},
                                                            {"kind", "收款单"}}}}}),
                     1});
  }
  return batch;
}

// Rows a second into a table like that of the receipts, one transaction with its mark a batch.
void write_batches(benchmark::State& state, const std::string& bulk) {
  MysqlTestTarget target;
  target.execute(
      "CREATE TABLE t (seq BIGINT AUTO_INCREMENT PRIMARY KEY, id VARCHAR(64), order_no "
      "VARCHAR(64), "
      "received_on DATETIME, quantity INT, amount DECIMAL(18,2), status VARCHAR(20), "
      "kind VARCHAR(20)) ENGINE=InnoDB");
  const auto sink = target.sink(
      {"INSERT INTO t (id, order_no, received_on, quantity, amount, status, kind) VALUES (:id, "
       ":order_no, :received_on, :quantity, :amount, :status, :kind)",
       target.by_socket() + "bulk: " + bulk + "\n",
       {"id", "order_no", "received_on", "quantity", "amount", "status", "kind"},
       false});
  auto lane = sink->open_lane(0, {});
  if (!lane || !(*lane)->claim(1)) {
    state.SkipWithError("the lane cannot be opened");
    return;
  }
  const auto batch = make_batch(static_cast<std::size_t>(state.range(0)));
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    const bool written = (*lane)->begin() && (*lane)->write(batch) &&
                         (*lane)->write_mark(++sequence) && (*lane)->commit();
    if (!written) {
      state.SkipWithError("a batch was not written");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(write_batches, array, "array")->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(write_batches, multi_row, "multi_row")->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(write_batches, single, "single")->Arg(100)->Arg(1000)->UseRealTime();

}  // namespace
}  // namespace weir::testing
