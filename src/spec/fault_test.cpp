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

TEST(NearestName, FindsSlipsAndNothingElse) {
  const std::vector<std::string> known = {"connection", "condition", "formatResponse", "idCheck"};
  EXPECT_EQ(nearest_name("conection", known), "connection");
  EXPECT_EQ(nearest_name("formatRespnose", known), "formatResponse");
  EXPECT_EQ(nearest_name("idcheck", known), "idCheck");
  EXPECT_EQ(nearest_name("banana", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name(std::string(500, 'x'), known), "");
  EXPECT_EQ(suggestion("conditon", known), "; did you mean `condition`?");
}

}  // namespace
}  // namespace weir
