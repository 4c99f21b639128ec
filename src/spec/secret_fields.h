// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// What is kept of a pipeline's text: everything but the values of fields that its connectors
// declare secret, where they were typed in plainly.

namespace weir {

// Names of fields, by the side they stand in.
struct SecretFields {
  std::vector<std::string> source;
  std::vector<std::string> target;
};

// The text as it stands if no such field has a plain value. Else the same document as JSON, `***`
// in place of these values, at any depth and in every storage form; comments, which might repeat a
// value, are left out with the rest of the spelling. A value that is one reference (${env:NAME})
// stays, for it is no secret itself. A text that cannot be read gives nothing.
std::string mask_secret_fields(std::string_view text, const SecretFields& fields);

}  // namespace weir
