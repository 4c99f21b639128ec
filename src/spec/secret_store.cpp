// SPDX-License-Identifier: Apache-2.0
#include "spec/secret_store.h"

#include "core/atomic_file.h"
#include "core/failpoint.h"
#include "core/value.h"
#include "spec/fault.h"
#include "spec/text_encoding.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace weir {
namespace {

constexpr std::size_t name_bytes_max = 128;
constexpr std::size_t value_bytes_max = 64 * 1024;

bool is_name_letter(char letter, bool first) {
  const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                     (letter >= '0' && letter <= '9');
  return plain || (!first && (letter == '_' || letter == '-' || letter == '.'));
}

Result<void> check_secret_name(std::string_view name) {
  bool well = !name.empty() && name.size() <= name_bytes_max;
  for (std::size_t i = 0; well && i < name.size(); ++i) {
    well = is_name_letter(name[i], i == 0);
  }
  if (!well) {
    return fail(ErrorKind::rejected,
                "`" + std::string(name) +
                    "` is no name for a secret; take a letter or digit, then "
                    "letters, digits, `_`, `-` and `.`, as in `MYSQL_PASSWORD`");
  }
  return {};
}

Result<void> check_secret_value(std::string_view value) {
  const char* fault = value.empty()                                ? "is empty"
                      : value.size() > value_bytes_max             ? "is longer than 64 KiB"
                      : value.find('\0') != std::string_view::npos ? "holds a zero byte"
                      : first_invalid_line(value) > 0              ? "is not UTF-8"
                                                                   : nullptr;
  if (fault != nullptr) {
    return fail(ErrorKind::rejected,
                std::string("the secret's value ") + fault + "; nothing was changed");
  }
  return {};
}

// Held for the life of the object; the kernel lets it go when the process ends.
class StoreLock {
 public:
  explicit StoreLock(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    while (descriptor_ >= 0 && !held_) {
      held_ = ::flock(descriptor_, LOCK_EX) == 0;
      if (!held_ && errno != EINTR) {
        break;
      }
    }
  }
  ~StoreLock() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  bool held() const { return held_; }

 private:
  int descriptor_;
  bool held_ = false;
};

Error of_file(const std::filesystem::path& file, Error error) {
  error.message = "the secrets' file `" + file.string() + "` " + error.message;
  return error;
}

std::vector<std::string> names_of(const std::map<std::string, std::string, std::less<>>& secrets) {
  std::vector<std::string> names;
  for (const auto& entry : secrets) {
    names.push_back(entry.first);
  }
  return names;
}

tl::unexpected<Error> unknown_secret(std::string_view name, const std::vector<std::string>& known) {
  const std::string hint = suggestion(name, known);
  return fail(
      ErrorKind::rejected,
      "there is no secret `" + std::string(name) + "`" +
          (hint.empty() ? "; put it in with `weir secret set " + std::string(name) + "`" : hint));
}

}  // namespace

std::filesystem::path SecretStore::key_file() const {
  const char* given = std::getenv("WEIR_SECRET_KEY_FILE");
  return given != nullptr && *given != '\0' ? std::filesystem::path(given) : folder_ / key_name;
}

Result<SecretStore::Secrets> SecretStore::open_with(const SecretKey& key,
                                                    std::string_view sealed) const {
  auto plain = key.open(sealed);
  if (!plain) {
    return tl::unexpected(of_file(sealed_file(), std::move(plain).error()));
  }
  const auto value = parse_json(*plain);
  wipe(*plain);
  Secrets secrets;
  if (value && value->object() != nullptr) {
    for (const auto& [name, secret] : *value->object()) {
      secrets.emplace(name, to_text(secret));
    }
  }
  return secrets;
}

Result<SecretStore::Secrets> SecretStore::read() const {
  std::error_code code;
  if (!std::filesystem::exists(sealed_file(), code)) {
    return Secrets();
  }
  WEIR_TRY(const std::string sealed, read_whole_file(sealed_file()));
  WEIR_TRY(const SecretKey key, SecretKey::read(key_file()));
  return open_with(key, sealed);
}

Result<std::string> SecretStore::find(std::string_view name) const {
  WEIR_TRY(const Secrets secrets, read());
  const auto found = secrets.find(name);
  if (found == secrets.end()) {
    return unknown_secret(name, names_of(secrets));
  }
  return found->second;
}

Result<std::vector<std::string>> SecretStore::names() const {
  WEIR_TRY(const Secrets secrets, read());
  return names_of(secrets);
}

Result<void> SecretStore::change(const std::function<Result<void>(Secrets&)>& change) const {
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  const StoreLock lock(folder_ / "secrets.lock");
  if (!lock.held()) {
    return fail(ErrorKind::unavailable, "`" + (folder_ / "secrets.lock").string() +
                                            "` cannot be locked; see that Weir's user may write "
                                            "there, and that it is on a local disk");
  }
  // A key is only made where nothing is sealed yet: else the old one is lost, and that is said.
  const bool first =
      !std::filesystem::exists(sealed_file(), code) && !std::filesystem::exists(key_file(), code);
  WEIR_TRY(const SecretKey key,
           first ? SecretKey::create(key_file()) : SecretKey::read(key_file()));
  failpoint("secrets.key_made");
  WEIR_TRY(Secrets secrets, read());
  WEIR_CHECK(change(secrets));
  Value object = Object();
  for (const auto& [name, value] : secrets) {
    object.set(name, value);
  }
  std::string plain = to_json(object);
  const auto written = write_atomically(sealed_file(), key.seal(plain), 0600);
  wipe(plain);
  return written;
}

Result<void> SecretStore::set(std::string_view name, std::string_view value) const {
  WEIR_CHECK(check_secret_name(name));
  WEIR_CHECK(check_secret_value(value));
  return change([&](Secrets& secrets) -> Result<void> {
    secrets.insert_or_assign(std::string(name), std::string(value));
    return {};
  });
}

Result<void> SecretStore::remove(std::string_view name) const {
  WEIR_TRY(const std::vector<std::string> known, names());
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    return unknown_secret(name, known);
  }
  return change([&](Secrets& secrets) -> Result<void> {
    secrets.erase(std::string(name));
    return {};
  });
}

}  // namespace weir
