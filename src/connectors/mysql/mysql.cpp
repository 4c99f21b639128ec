// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql.h"

#include "connectors/mysql/mysql_sink.h"
#include "connectors/mysql/settings.h"
#include "connectors/mysql/target.h"

namespace weir {

const Connector& mysql_connector() {
  static const Connector connector{"mysql", "MySQL / MariaDB", mysql_settings_spec().table(),
                                   {},      MysqlSink::make,   {},
                                   {},      mysql_apis()};
  return connector;
}

}  // namespace weir
