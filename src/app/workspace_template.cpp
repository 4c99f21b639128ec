// SPDX-License-Identifier: Apache-2.0
#include "app/workspace_template.h"

#include "app/file_schema.h"

#include <utility>

namespace weir {

// Of examples/receipts.
extern const std::string_view receipts_yaml;
extern const std::string_view schema_sql;

namespace {

// What VS Code's YAML extension, and every other editor with yaml-language-server, completes from;
// resolved from the folder of the file whose first line it is.
std::string with_schema(std::string_view schema, std::string_view text) {
  return "# yaml-language-server: $schema=" + std::string(schema) + "\n" + std::string(text);
}

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

std::vector<TemplateFile> schema_files() {
  return {{"schema/pipeline.json", to_json(pipeline_schema()) + "\n"},
          {"schema/connection.json", to_json(connection_schema()) + "\n"},
          {"schema/workspace.json", to_json(workspace_schema()) + "\n"}};
}

std::vector<TemplateFile> workspace_template() {
  std::vector<TemplateFile> files = {
      {"weir.yaml", with_schema("schema/workspace.json", settings)},
      {".gitignore", ".weir/\n"},
      {"connections/dingtalk.yaml", with_schema("../schema/connection.json", dingtalk)},
      {"connections/mysql.yaml", with_schema("../schema/connection.json", mysql)},
      {"schema.sql", std::string(schema_sql)},
      {"pipelines/receipts.yaml", with_schema("../schema/pipeline.json", pipeline())}};
  for (TemplateFile& schema : schema_files()) {
    files.push_back(std::move(schema));
  }
  return files;
}

}  // namespace weir
