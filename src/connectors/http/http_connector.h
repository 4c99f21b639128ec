// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"
#include "connectors/http/connector_file.h"
#include "net/http_client.h"

#include <memory>

namespace weir {

// The connector that a file describes. All that is made from it shares `http` and, per account,
// the login; both live as long as any of it.
Connector make_http_connector(std::shared_ptr<const ConnectorFile> file,
                              std::shared_ptr<HttpClient> http);

}  // namespace weir
