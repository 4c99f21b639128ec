// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"

#include <string>
#include <vector>

#include "reference/reference_page.h"

namespace weir {

// connectors/NAME.md: settings of its connections, and what a pipeline's `api` may name.
ReferencePage connector_page(const Connector& connector);

// reference/connections.md: what all files in connections/ have.
ReferencePage connections_page(const std::vector<Connector>& connectors);

}  // namespace weir
