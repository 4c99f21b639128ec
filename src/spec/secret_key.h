// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace weir {

// The key that a workspace's secrets are sealed with, from a file of two lines: `weir-key-1`, then
// 32 bytes in hexadecimal. Zeroed in memory when it goes. Any thread.
class SecretKey {
 public:
  // Errors: `rejected`: not there, readable or writable by others than its owner (nobody knows then
  // who has it), or no such file as this.
  static Result<SecretKey> read(const std::filesystem::path& file);
  // Makes a new one, of mode 0600, whole or not at all. Never over one that is there.
  static Result<SecretKey> create(const std::filesystem::path& file);

  ~SecretKey();
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&&) = delete;

  // Sealed by XChaCha20-Poly1305 under a nonce of its own, after a line with the version of this
  // form and a fingerprint of the key; the line is sealed with it.
  std::string seal(std::string_view plain) const;
  // Errors, without a file's name: `rejected`: sealed with another key; `corrupt`: no sealed text,
  // or not as it was sealed.
  Result<std::string> open(std::string_view sealed) const;

 private:
  static constexpr std::size_t key_bytes = 32;
  SecretKey();
  std::string header() const;
  std::array<unsigned char, key_bytes> bytes_{};
};

// Overwrites what the text held.
void wipe(std::string& text);

}  // namespace weir
