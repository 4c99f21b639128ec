// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "spec/secret_key.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// The secrets of a workspace by name: one sealed file, `folder`/secrets, and its key beside it,
// `folder`/secret.key, or where WEIR_SECRET_KEY_FILE says. Any number of processes: a change takes
// a lock on `folder`/secrets.lock for as long as one small file takes to write, reads what is there
// and puts a new file in its place, so that nobody's change is lost and a reader needs no lock.
class SecretStore {
 public:
  explicit SecretStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Errors of all: of the key (`rejected`), `rejected` (sealed with another key), `corrupt`,
  // `unavailable`, `exhausted`; they name the file, never a value.

  // `rejected`: there is no such secret; gives the nearest name.
  Result<std::string> find(std::string_view name) const;
  Result<std::vector<std::string>> names() const;
  // Adds it or replaces its value. The first one makes folder and key. `rejected`: a name that is
  // no letter or digit followed by up to 127 of letters, digits, `_`, `-` and `.`; a value that is
  // empty, longer than 64 KiB, no UTF-8 or holds a zero byte.
  Result<void> set(std::string_view name, std::string_view value) const;
  Result<void> remove(std::string_view name) const;

  static constexpr const char* sealed_name = "secrets";
  static constexpr const char* key_name = "secret.key";
  std::filesystem::path key_file() const;
  std::filesystem::path sealed_file() const { return folder_ / sealed_name; }

 private:
  using Secrets = std::map<std::string, std::string, std::less<>>;
  Result<Secrets> read() const;
  Result<Secrets> open_with(const SecretKey& key, std::string_view sealed) const;
  Result<void> change(const std::function<Result<void>(Secrets&)>& change) const;

  const std::filesystem::path folder_;
};

}  // namespace weir
