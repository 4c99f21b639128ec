// SPDX-License-Identifier: Apache-2.0
#include "connectors/connectors.h"

#include "connectors/dingtalk/dingtalk.h"
#include "connectors/mysql/mysql.h"

namespace weir {

const std::vector<Connector>& connectors() {
  static const std::vector<Connector> all = {
      dingtalk_connector(),
      mysql_connector(),
  };
  return all;
}

const Connector* find_connector(std::string_view name) {
  for (const Connector& connector : connectors()) {
    if (connector.name == name) {
      return &connector;
    }
  }
  return nullptr;
}

}  // namespace weir
