// SPDX-License-Identifier: Apache-2.0
#include "spec/fault.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Fault, IsPrintedAsCompilersDo) {
  EXPECT_EQ(to_string(Fault{Severity::error, {"pipelines/a.yaml", 12}, "x"}),
            "pipelines/a.yaml:12: error: x");
  EXPECT_EQ(to_string(Fault{Severity::warning, {"a.yaml", 0}, "x"}), "a.yaml: warning: x");
  EXPECT_EQ(to_string(Fault{Severity::error, {}, "x"}), "error: x");
}

TEST(Fault, WarningsAreNoErrors) {
  Faults faults;
  add_warning(faults, {}, "x");
  EXPECT_FALSE(has_errors(faults));
  add_error(faults, {}, "y");
  EXPECT_TRUE(has_errors(faults));
}

TEST(Fault, StandsByFileAndLineAndNoneTwice) {
  Faults faults;
  add_error(faults, {"pipelines/b.yaml", 9}, "x");
  add_error(faults, {"connections/a.yaml", 2}, "y");
  add_error(faults, {"pipelines/b.yaml", 1}, "z");
  add_error(faults, {"connections/a.yaml", 2}, "y");
  add_warning(faults, {}, "w");
  std::string texts;
  for (const Fault& fault : in_order(faults)) {
    texts += to_string(fault) + "|";
  }
  EXPECT_EQ(texts,
            "warning: w|connections/a.yaml:2: error: y|pipelines/b.yaml:1: error: z|"
            "pipelines/b.yaml:9: error: x|");
}

TEST(NearestName, FindsSlipsAndNothingElse) {
  const std::vector<std::string> known = {"connection", "condition", "formatResponse", "idCheck"};
  EXPECT_EQ(nearest_name("conection", known), "connection");
  EXPECT_EQ(nearest_name("formatRespnose", known), "formatResponse");
  EXPECT_EQ(nearest_name("idcheck", known), "idCheck");
  EXPECT_EQ(nearest_name("banana", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name(std::string(500, 'x'), known), "");
  EXPECT_EQ(suggestion("conditon", known), "; did you mean `condition`?");
  EXPECT_EQ(unknown_name("key", "conditon", known),
            "`conditon` is no key; did you mean `condition`?");
  EXPECT_EQ(unknown_name("key", "banana", {"a", "b"}), "`banana` is no key; known are `a`, `b`");
  EXPECT_EQ(unknown_name("key", "banana", {"a"}), "`banana` is no key; there is only `a`");
  EXPECT_EQ(unknown_name("key", "banana", {}), "`banana` is no key");
  EXPECT_EQ(quoted_names({"a", "b", "c"}, 2), "`a`, `b` and 1 more");
}

}  // namespace
}  // namespace weir
