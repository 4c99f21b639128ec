// SPDX-License-Identifier: Apache-2.0
#include "spec/plain_scalar.h"

#include <string>

namespace weir {

Value plain_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  if (is_json_number(text)) {
    return Number{std::string(text)};
  }
  return text;
}

}  // namespace weir
