// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/spec.h"

#include <cstdint>
#include <string>

namespace weir {

// A connection of kind `mysql`, as connections/<name>.yaml has it.
struct MysqlSettings {
  std::string host = "127.0.0.1";
  std::int64_t port = 3306;
  std::string socket;  // not empty: instead of host and port
  std::string user;
  std::string password;
  std::string database;
  std::string tls = "preferred";
  std::string tls_ca;
  std::string timezone;               // empty: the workspace's
  std::int64_t connect_timeout = 10;  // seconds
  std::int64_t timeout = 60;          // seconds without an answer
  std::int64_t lanes = 2;
  std::int64_t batch_records = 1000;
  // How statements are written in bulk. WEIR_MYSQL_BULK in the environment overrules it.
  std::string bulk = "auto";
};

const Spec<MysqlSettings>& mysql_settings_spec();

}  // namespace weir
