// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/mysql_test_target.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// For tests of targets that write into two tables, headers and their details, or into one of them.

namespace weir::testing {

inline Field field_of(const std::string& name, const std::string& type,
                      const std::string& value = {},
                      const std::vector<std::string>& children = {}) {
  static int line = 0;
  Field field;
  field.field = name;
  field.type = type;
  field.at = {"pipelines/test.yaml", ++line};
  if (!value.empty()) {
    field.value = Setting{value, false, field.at};
  }
  for (const std::string& child : children) {
    field.children.push_back(field_of(child, "", "{" + child + "}"));
  }
  return field;
}

inline Strategy strategy_with(const std::string& api, std::vector<Field> request,
                              std::vector<Field> other_request) {
  Strategy strategy;
  strategy.connection = "mysql";
  strategy.api = api;
  strategy.at = {"pipelines/test.yaml", 1};
  strategy.request = std::move(request);
  strategy.other_request = std::move(other_request);
  return strategy;
}

class TwoTables : public ::testing::Test {
 protected:
  TwoTables() {
    target_.execute(
        "CREATE TABLE headers (id BIGINT AUTO_INCREMENT PRIMARY KEY, no VARCHAR(20) UNIQUE) "
        "ENGINE=InnoDB");
    target_.execute(
        "CREATE TABLE details (header BIGINT NOT NULL, goods VARCHAR(20), qty DECIMAL(8,2)) "
        "ENGINE=InnoDB");
  }

  // nullptr: told() says why.
  std::unique_ptr<Sink> sink(const Strategy& strategy, bool at_least_once = false) {
    faults_.clear();
    return target_.sink(strategy, {"", target_.by_socket(), {}, at_least_once}, faults_);
  }
  std::vector<std::string> told() const {
    std::vector<std::string> lines;
    std::transform(faults_.begin(), faults_.end(), std::back_inserter(lines),
                   [](const Fault& fault) { return fault.message; });
    return lines;
  }
  static std::unique_ptr<SinkLane> open(Sink& sink) {
    auto lane = sink.open_lane(0, {});
    if (!lane) {
      ADD_FAILURE() << lane.error().message;
      return nullptr;
    }
    EXPECT_TRUE((*lane)->begin());
    return std::move(*lane);
  }

  MysqlTestTarget target_;
  Faults faults_;
};

}  // namespace weir::testing
