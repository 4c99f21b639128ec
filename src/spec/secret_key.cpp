// SPDX-License-Identifier: Apache-2.0
#include "spec/secret_key.h"

#include "core/atomic_file.h"

#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace weir {
namespace {

constexpr std::string_view key_mark = "weir-key-1\n";
constexpr std::string_view sealed_mark = "weir-secrets-1 ";
constexpr std::size_t fingerprint_bytes = 8;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
  std::string text(size * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, size);
  text.pop_back();
  return text;
}

tl::unexpected<Error> refuse_key(const std::filesystem::path& file, const std::string& why) {
  return fail(ErrorKind::rejected, "the key of the secrets, `" + file.string() + "`, " + why);
}

Result<void> check_rights(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    const int number = errno;
    return refuse_key(
        file, "cannot be used: " + std::error_code(number, std::generic_category()).message() +
                  "; put it back, or name it in WEIR_SECRET_KEY_FILE");
  }
  if (!S_ISREG(status.st_mode)) {
    return refuse_key(file, "is no plain file");
  }
  if ((status.st_mode & 077U) != 0) {
    return refuse_key(file,
                      "is open to others than its owner; take it for known to them: change the "
                      "secrets at their systems, or, if nobody else was there, `chmod 600` it");
  }
  return {};
}

}  // namespace

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

SecretKey::SecretKey() {
  // Cannot fail where the kernel gives random numbers; repeated calls do nothing.
  [[maybe_unused]] const int ready = sodium_init();
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), other.bytes_.size());
}

Result<SecretKey> SecretKey::read(const std::filesystem::path& file) {
  WEIR_CHECK(check_rights(file));
  auto text = read_whole_file(file);
  if (!text) {
    return refuse_key(file, "cannot be read; let Weir's user, and no other, read it");
  }
  SecretKey key;
  std::size_t size = 0;
  const std::string_view digits =
      text->starts_with(key_mark) ? std::string_view(*text).substr(key_mark.size()) : "";
  const bool well =
      sodium_hex2bin(key.bytes_.data(), key.bytes_.size(), digits.data(),
                     digits.substr(0, digits.find('\n')).size(), nullptr, &size, nullptr) == 0 &&
      size == key.bytes_.size();
  wipe(*text);
  if (!well) {
    return refuse_key(file,
                      "is damaged, or of a newer weir: it must hold `weir-key-1` and a line "
                      "of 64 hexadecimal digits; put back a copy of it");
  }
  return key;
}

Result<SecretKey> SecretKey::create(const std::filesystem::path& file) {
  if (std::error_code code; std::filesystem::exists(file, code)) {
    return refuse_key(file, "is there already");
  }
  SecretKey key;
  randombytes_buf(key.bytes_.data(), key.bytes_.size());
  std::string text(key_mark);
  text += hexadecimal(key.bytes_.data(), key.bytes_.size()) + "\n";
  const auto written = write_atomically(file, text, 0600);
  wipe(text);
  WEIR_CHECK(written);
  return key;
}

std::string SecretKey::header() const {
  std::array<unsigned char, fingerprint_bytes * 2> fingerprint{};
  crypto_generichash(fingerprint.data(), fingerprint.size(), bytes_.data(), bytes_.size(), nullptr,
                     0);
  return std::string(sealed_mark) + hexadecimal(fingerprint.data(), fingerprint_bytes) + "\n";
}

std::string SecretKey::seal(std::string_view plain) const {
  const std::string line = header();
  std::string nonce(nonce_bytes, '\0');
  randombytes_buf(nonce.data(), nonce.size());
  std::string sealed(plain.size() + tag_bytes, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes_of(sealed), nullptr, bytes_of(plain), plain.size(), bytes_of(std::string_view(line)),
      line.size(), nullptr, bytes_of(std::string_view(nonce)), bytes_.data());
  return line + nonce + sealed;
}

Result<std::string> SecretKey::open(std::string_view sealed) const {
  const std::string line = header();
  if (!sealed.starts_with(sealed_mark) || sealed.size() < line.size() + nonce_bytes + tag_bytes) {
    return fail(ErrorKind::corrupt, "is damaged, or of a newer weir; put back a copy of it");
  }
  if (!sealed.starts_with(line)) {
    return fail(ErrorKind::rejected, "was sealed with another key than this; put back its own key");
  }
  const std::string_view nonce = sealed.substr(line.size(), nonce_bytes);
  const std::string_view text = sealed.substr(line.size() + nonce_bytes);
  std::string plain(text.size() - tag_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(plain), nullptr, nullptr, bytes_of(text), text.size(),
          bytes_of(std::string_view(line)), line.size(), bytes_of(nonce), bytes_.data()) != 0) {
    return fail(ErrorKind::corrupt, "is damaged: it is not as it was sealed; put back a copy");
  }
  return plain;
}

}  // namespace weir
