// SPDX-License-Identifier: Apache-2.0
#include "app/workspace_template.h"

namespace weir {

const std::array<TemplateFile, 6> workspace_template = {{
    {"weir.yaml", R"(# Settings of this workspace; every one has a default.
timezone: Asia/Shanghai
)"},
    {".gitignore", ".weir/\n"},
    {"connections/dingtalk.yaml", R"(connector: dingtalk
base_url: http://127.0.0.1:18787         # the sandbox; the real one is https://api.dingtalk.com
app_key: sandbox                         # the sandbox takes any key; a real one: ${env:DINGTALK_APP_KEY}
app_secret: sandbox                      # a real one: ${env:DINGTALK_APP_SECRET}
budget: {per_second: 10, per_month: 5000}
)"},
    {"connections/mysql.yaml", R"(connector: mysql
host: 127.0.0.1                          # or socket: /run/mysqld/mysqld.sock
port: 3306
user: weir
password: weir                           # better: ${env:MYSQL_PASSWORD}
database: hongchao
tls: preferred                           # off | preferred | required | verify
)"},
    {"schema.sql", R"(CREATE TABLE IF NOT EXISTS hc_dd_skd (
  extend_processInstanceId VARCHAR(64) NOT NULL,
  order_no_new             VARCHAR(64),
  datetime_new             DATE,
  qty_count                INT,
  sales_count              DECIMAL(30,6),
  status                   VARCHAR(20),
  Document_Type            VARCHAR(20),
  KEY (extend_processInstanceId)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
)"},
    {"pipelines/receipts.yaml", R"(name: dd-收款单-->mysql(鸿巢)收款单(销售收款)
schedule: {cron: "*/10 * * * *"}
sync: {by: modified, from: "2026-01-01"}
source:
  connection: dingtalk
  api: v1.0/yida/processes/instances
  method: POST
  id: processInstanceId
  number: serialNumberField_lgorr6rv
  idCheck: true
  request:
    - {field: pageNumber, value: "1"}
    - {field: pageSize, value: "100"}
    - {field: appType, value: APP_RECEIPTS}
    - {field: systemToken, value: sandbox}     # a real one: ${env:YIDA_SYSTEM_TOKEN}
    - {field: userId, value: "0112233445566778"}
    - {field: formUuid, value: FORM-SKD}
    - field: searchFieldJson
      type: object
      children:
        - {field: selectField_lgkgut7x, value: 销售收款}
        - {field: serialNumberField_lgorr6rv}
  formatResponse:
    - {old: dateField_lgkgut9r, new: datetime_new, format: date}
    - {old: serialNumberField_lgorr6rv, new: order_no_new, format: string}
  condition: [[{field: extend.instanceStatus, logic: eq, value: COMPLETED}]]
target:
  connection: mysql
  api: execute
  method: POST
  request:
    - field: main_params
      type: object
      children:
        - {field: extend_processInstanceId, value: "{{extend.processInstanceId}}"}
        - {field: order_no_new, value: "{order_no_new}"}
        - {field: datetime_new, value: "{datetime_new}"}
        - {field: qty_count, value: "1"}
        - {field: sales_count, value: "{numberField_lgkgut81}"}
        - {field: status}
        - {field: Document_Type, value: 收款单}
  otherRequest:
    - field: main_sql
      value: >-
        INSERT INTO `hc_dd_skd` (`extend_processInstanceId`, `order_no_new`, `datetime_new`, `qty_count`, `sales_count`, `status`, `Document_Type`)
        VALUES (:extend_processInstanceId, :order_no_new, :datetime_new, :qty_count, :sales_count, :status, :Document_Type)
)"},
}};

}  // namespace weir
