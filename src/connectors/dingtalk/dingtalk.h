// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"
#include "net/http_client.h"

#include <memory>

// DingTalk YiDa. All of it is said by dingtalk.yaml, which is compiled in.

namespace weir {

// Made once, for the life of the program.
const Connector& dingtalk_connector();

// The same over another way to send requests.
Connector make_dingtalk_connector(std::shared_ptr<HttpClient> http);

}  // namespace weir
