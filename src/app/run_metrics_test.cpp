// SPDX-License-Identifier: Apache-2.0
#include "app/run_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

TEST(RunMetricsTest, SumsRunsByPipelineAndEscapesNames) {
  RunMetrics metrics;
  RunResult result;
  result.pipeline = "a\"b\\c";
  result.books.delivered = 3;
  result.requests = 2;
  for (int i = 0; i < 2; ++i) {
    metrics.started(result.pipeline);
    metrics.ended(result, 5);
  }
  metrics.started("other");
  const std::string text = metrics.text();
  EXPECT_THAT(text,
              HasSubstr("# TYPE weir_runs_total counter\n"
                        "weir_runs_total{pipeline=\"a\\\"b\\\\c\",status=\"succeeded\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("weir_records_delivered_total{pipeline=\"a\\\"b\\\\c\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("weir_source_calls_total{pipeline=\"a\\\"b\\\\c\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("weir_records_failed{pipeline=\"a\\\"b\\\\c\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("weir_runs_under_way{pipeline=\"other\"} 1\n"));
}

}  // namespace
}  // namespace weir
