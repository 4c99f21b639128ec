// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/yida_api.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The YiDa APIs behind the gateway: each a function from a call to the answer's body.
namespace weir::yida_sandbox {

struct YidaCall {
  const ServerRequest* request = nullptr;
  World* world = nullptr;
  Settings settings;
  std::vector<std::string> path_values;                            // what stood in the path's {}
  nlohmann::ordered_json body = nlohmann::ordered_json::object();  // of a POST
  bool second_version = false;                                     // v2.0
  bool repeat_page = false;    // answer with page 1, whichever was asked for
  bool previous_page = false;  // answer with the page before the one asked for
  bool empty_page = false;     // answer without rows

  std::string query_value(std::string_view name) const {
    return request->parameter(name).value_or("");
  }
};

struct YidaRoute {
  std::string_view method;
  std::string_view path;  // behind the version; {} is one segment
  std::string_view scope;
  bool lists = false;  // answers with a page of receipts
  Answer<std::string> (*handle)(const YidaCall& call);
};

// The route for a method and a path without its version; fills in `path_values`. nullptr: none.
const YidaRoute* find_route(std::string_view method, std::string_view path,
                            std::vector<std::string>& path_values);

}  // namespace weir::yida_sandbox
