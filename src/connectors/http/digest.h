// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Digests and encodings that signatures are made of. All results are bytes unless an encoding says
// otherwise.

namespace weir {

enum class DigestKind : std::uint8_t { md5, sha1, sha256, hmac_sha1, hmac_sha256 };
// "md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"; nothing: no such digest.
std::optional<DigestKind> parse_digest(std::string_view name);
const std::vector<std::string>& digest_names();

// The raw digest of `text`. `key` counts for the hmac kinds only.
std::string digest(DigestKind kind, std::string_view text, std::string_view key);

std::string hex_encode(std::string_view bytes);  // lower case
std::string base64_encode(std::string_view bytes);
// Nothing: no base64.
std::optional<std::string> base64_decode(std::string_view text);
// Byte by byte, the mask repeated as often as it takes.
std::string xor_bytes(std::string_view bytes, std::string_view mask);

}  // namespace weir
