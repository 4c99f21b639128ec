// SPDX-License-Identifier: Apache-2.0
#include "app/workspace_template.h"

namespace weir {

// Of examples/receipts.
extern const std::string_view receipts_yaml;
extern const std::string_view schema_sql;

namespace {

constexpr std::string_view settings = R"(# Settings of this workspace; every one has a default.
timezone: Asia/Shanghai
)";

constexpr std::string_view dingtalk = R"(connector: dingtalk
base_url: http://127.0.0.1:18787         # the sandbox; the real one is https://api.dingtalk.com
app_key: sandbox                         # the sandbox takes any key; a real one: ${env:DINGTALK_APP_KEY}
app_secret: sandbox                      # a real one: ${env:DINGTALK_APP_SECRET}
budget: {per_second: 10, per_month: 5000}
)";

constexpr std::string_view mysql = R"(connector: mysql
host: 127.0.0.1                          # or socket: /run/mysqld/mysqld.sock
port: 3306
user: weir
password: weir                           # better: ${env:MYSQL_PASSWORD}
database: hongchao
tls: preferred                           # off | preferred | required | verify
)";

// The example's pipeline, with a token that nobody has to export first.
std::string pipeline() {
  constexpr std::string_view reference = R"("${env:YIDA_SYSTEM_TOKEN}"})";
  constexpr std::string_view sandbox = "sandbox}     # a real one: ${env:YIDA_SYSTEM_TOKEN}";
  std::string text(receipts_yaml);
  if (const std::size_t at = text.find(reference); at != std::string::npos) {
    text.replace(at, reference.size(), sandbox);
  }
  return text;
}

}  // namespace

std::vector<TemplateFile> workspace_template() {
  return {{"weir.yaml", std::string(settings)},
          {".gitignore", ".weir/\n"},
          {"connections/dingtalk.yaml", std::string(dingtalk)},
          {"connections/mysql.yaml", std::string(mysql)},
          {"schema.sql", std::string(schema_sql)},
          {"pipelines/receipts.yaml", pipeline()}};
}

}  // namespace weir
