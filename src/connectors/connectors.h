// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"

#include <string_view>
#include <vector>

namespace weir {

// The table of contents: one line a connector, no self-registration.
const std::vector<Connector>& connectors();
const Connector* find_connector(std::string_view name);

}  // namespace weir
