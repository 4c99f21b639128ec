// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_spec.h"

#include <string>
#include <utility>
#include <vector>

namespace weir {

// The parts of a request while it is put together, with the exact values that will be sent.
struct RequestParts {
  std::string url;  // without query
  std::vector<std::pair<std::string, std::string>> parameters;
  std::vector<std::pair<std::string, std::string>> headers;
  Value body;             // an object; json and form
  std::string body_text;  // the bytes of the body as they stand now
};

// The signature over the parts as they are. Errors: `rejected`, from templates.
Result<std::string> sign(const Signer& signer, const RequestParts& parts,
                         const RequestScope& scope);

}  // namespace weir
