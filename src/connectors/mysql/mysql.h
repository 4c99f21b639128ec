// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"

namespace weir {

// MySQL and MariaDB as a target.
const Connector& mysql_connector();

}  // namespace weir
