// SPDX-License-Identifier: Apache-2.0
#include "connectors/dingtalk/dingtalk.h"

#include "connectors/http/http_connector.h"

#include <cstdio>
#include <cstdlib>

namespace weir {

extern const std::string_view dingtalk_yaml;

Connector make_dingtalk_connector(std::shared_ptr<HttpClient> http) {
  Faults faults;
  auto file = read_connector_file(dingtalk_yaml, "dingtalk.yaml", faults);
  if (file == nullptr) {
    // Compiled in and held by a test: only a broken build comes here.
    for (const auto& fault : faults) {
      std::fprintf(stderr, "%s\n", to_string(fault).c_str());
    }
    std::abort();
  }
  return make_http_connector(std::move(file), std::move(http));
}

const Connector& dingtalk_connector() {
  static const Connector connector = make_dingtalk_connector(std::make_shared<CurlHttpClient>());
  return connector;
}

}  // namespace weir
