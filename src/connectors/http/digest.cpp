// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace weir {
namespace {

const EVP_MD* algorithm(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5:
      return EVP_md5();
    case DigestKind::sha1:
    case DigestKind::hmac_sha1:
      return EVP_sha1();
    case DigestKind::sha256:
    case DigestKind::hmac_sha256:
      return EVP_sha256();
  }
  return EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

const std::vector<std::string>& digest_names() {
  static const std::vector<std::string> names{"md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"};
  return names;
}

std::optional<DigestKind> parse_digest(std::string_view name) {
  const auto& names = digest_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return std::nullopt;
  }
  return static_cast<DigestKind>(found - names.begin());
}

std::string digest(DigestKind kind, std::string_view text, std::string_view key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
  unsigned int length = 0;
  if (kind == DigestKind::hmac_sha1 || kind == DigestKind::hmac_sha256) {
    HMAC(algorithm(kind), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
         result.data(), &length);
  } else {
    EVP_Digest(text.data(), text.size(), result.data(), &length, algorithm(kind), nullptr);
  }
  return {reinterpret_cast<const char*>(result.data()), length};
}

std::string hex_encode(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
  if (length < 0) {
    return std::nullopt;
  }
  const auto padding = static_cast<std::size_t>(
      std::count(text.end() - std::min<std::ptrdiff_t>(2, std::ssize(text)), text.end(), '='));
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::string xor_bytes(std::string_view bytes, std::string_view mask) {
  std::string result(bytes);
  for (std::size_t i = 0; i < result.size() && !mask.empty(); ++i) {
    result[i] = static_cast<char>(result[i] ^ mask[i % mask.size()]);
  }
  return result;
}

}  // namespace weir
