// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"
#include "connectors/mysql/mysql.h"
#include "core/clock.h"
#include "sink/sink.h"
#include "spec/document.h"
#include "tests/support/mapped_rows.h"
#include "tests/support/private_mariadb.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::testing {

// What a test's pipeline says.
struct TestPipeline {
  std::string sql;
  std::string connection;  // YAML of the connection, without connector and database
  std::vector<std::string> parameters;
  bool at_least_once = false;
};

inline Strategy strategy_of(const TestPipeline& pipeline) {
  Strategy strategy;
  strategy.connection = "mysql";
  strategy.api = "execute";
  strategy.at = {"pipelines/test.yaml", 1};
  Field parameters;
  parameters.field = "main_params";
  parameters.type = "object";
  parameters.at = {"pipelines/test.yaml", 2};
  for (const std::string& name : pipeline.parameters) {
    Field child;
    child.field = name;
    child.value = Setting{"{" + name + "}", false, {}};
    child.at = {"pipelines/test.yaml", 3 + static_cast<int>(parameters.children.size())};
    parameters.children.push_back(std::move(child));
  }
  strategy.request.push_back(std::move(parameters));
  Field sql;
  sql.field = "main_sql";
  sql.value = Setting{pipeline.sql, false, {"pipelines/test.yaml", 100}};
  strategy.other_request.push_back(std::move(sql));
  return strategy;
}

// A database of its own on the shared server, dropped at the end.
class MysqlTestTarget {
 public:
  explicit MysqlTestTarget(PrivateMariadb& server = shared_mariadb()) : server_(server) {
    static int count = 0;
    database_ = "d" + std::to_string(++count);
    server_.execute("CREATE DATABASE " + database_ + " CHARACTER SET utf8mb4");
  }
  ~MysqlTestTarget() { server_.execute("DROP DATABASE " + database_); }
  MysqlTestTarget(const MysqlTestTarget&) = delete;
  MysqlTestTarget& operator=(const MysqlTestTarget&) = delete;

  PrivateMariadb& server() { return server_; }
  const std::string& database() const { return database_; }
  std::string by_socket() const { return "socket: " + server_.socket() + "\nuser: root\n"; }
  void execute(const std::string& sql) { server_.execute(sql, database_); }
  std::string value(const std::string& sql) { return server_.value(sql, database_); }

  std::unique_ptr<Sink> sink(const TestPipeline& pipeline, Faults& faults) {
    return sink(strategy_of(pipeline), pipeline, faults);
  }
  // The strategy as given; of the pipeline only what stands beside it.
  std::unique_ptr<Sink> sink(const Strategy& strategy, const TestPipeline& pipeline,
                             Faults& faults) {
    const SystemReferences references(".");
    const Node connection =
        read_document("connector: mysql\ndatabase: " + database_ + "\n" + pipeline.connection,
                      "connections/mysql.yaml", references, faults);
    return mysql_connector().make_sink(
        connection, strategy,
        {"Asia/Shanghai", "test", "00000000-0000-4000-8000-000000000001", &clock_,
         pipeline.at_least_once},
        faults);
  }
  std::unique_ptr<Sink> sink(const TestPipeline& pipeline) {
    Faults faults;
    auto made = sink(pipeline, faults);
    for (const Fault& fault : faults) {
      EXPECT_TRUE(made != nullptr) << to_string(fault);
    }
    return made;
  }

  // Ends every session on this database.
  void kill_sessions() {
    for (const auto& row : server_.query(
             "SELECT id FROM information_schema.PROCESSLIST WHERE db = '" + database_ + "'")) {
      server_.execute("KILL " + row[0].value());
    }
  }

 private:
  PrivateMariadb& server_;
  std::string database_;
  SystemClock clock_;
};

}  // namespace weir::testing
