// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Percent-encoding of RFC 3986: everything but letters, digits and -._~ becomes %XX of its UTF-8
// bytes, in capitals. Right for query strings, path steps and form bodies alike.
std::string percent_encode(std::string_view text);

}  // namespace weir
