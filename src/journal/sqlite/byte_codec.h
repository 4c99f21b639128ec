// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/hash.h"

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

// How the journal's blobs are written: little endian integers, LEB128 varints, length-prefixed
// bytes, and a seal (64-bit hash) at the end. Reading never goes past the end: it fails.

namespace weir {

static_assert(std::endian::native == std::endian::little, "blobs are copied as they stand");

class ByteWriter {
 public:
  template <std::integral T>
  void fixed(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void varint(std::uint64_t value) {
    while (value >= 0x80U) {
      bytes_.push_back(static_cast<char>(value | 0x80U));
      value >>= 7U;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  void text(std::string_view value) {
    varint(value.size());
    bytes_.append(value);
  }
  void raw(std::string_view value) { bytes_.append(value); }
  void reserve(std::size_t size) { bytes_.reserve(size); }

  // The bytes with their seal. `seed` says what they are, so that no blob passes for another.
  std::string sealed(std::uint64_t seed) && {
    fixed(hash64(bytes_, seed));
    return std::move(bytes_);
  }
  // The seal alone, for a column of its own.
  std::int64_t seal(std::uint64_t seed) const {
    return static_cast<std::int64_t>(hash64(bytes_, seed));
  }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  // Takes the seal off; a wrong one makes everything fail.
  ByteReader(std::string_view sealed, std::uint64_t seed) : rest_(sealed) {
    std::uint64_t seal = 0;
    if (sealed.size() < sizeof(seal)) {
      give_up();
      return;
    }
    rest_.remove_suffix(sizeof(seal));
    std::memcpy(&seal, sealed.data() + rest_.size(), sizeof(seal));
    if (seal != hash64(rest_, seed)) {
      give_up();
    }
  }

  template <std::integral T>
  T fixed() {
    T value{};
    if (rest_.size() < sizeof(value)) {
      give_up();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_.remove_prefix(sizeof(value));
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = fixed<std::uint8_t>();
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) {
        return value;
      }
    }
    give_up();
    return 0;
  }
  std::string_view text() { return raw(varint()); }
  std::string_view raw(std::uint64_t size) {
    if (size > rest_.size()) {
      give_up();
      return {};
    }
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }
  // A count of items of at least `item_bytes` each: never more than the bytes can hold.
  std::uint64_t count(std::size_t item_bytes) {
    const std::uint64_t value = varint();
    if (value > rest_.size() / item_bytes) {
      give_up();
      return 0;
    }
    return value;
  }

  std::size_t left() const { return rest_.size(); }
  bool good() const { return good_; }

 private:
  void give_up() {
    good_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace weir
