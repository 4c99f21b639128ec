// SPDX-License-Identifier: Apache-2.0
#include "core/content_hash.h"

#include "core/hash.h"

#include <string>

namespace weir {
namespace {

class ContentHasher {
 public:
  ContentHasher(const RecordShape& shape, std::string_view path) : shape_(shape), path_(path) {}

  std::uint64_t hash(const Value& value) {
    if (const std::string* text = value.text()) {
      return content_hash_of_text(*text);
    }
    if (const Number* number = value.number()) {
      return content_hash_of_number(number->digits);
    }
    if (const Object* object = value.object()) {
      return hash_object(*object);
    }
    if (const List* list = value.list()) {
      return hash_list(*list);
    }
    const bool* boolean = value.boolean();
    return boolean != nullptr ? content_hash_of_boolean(*boolean) : content_hash_of_null();
  }

 private:
  std::uint64_t hash_object(const Object& object) {
    std::uint64_t sum = 0;
    const std::size_t parent = path_.size();
    for (const auto& [name, value] : object) {
      if (parent != 0) {
        path_ += '.';
      }
      path_ += name;
      if (!matches_any(shape_.ignored, path_)) {
        sum += content_hash_of_member(content_hash_of_name(name), hash(value));
      }
      path_.resize(parent);
    }
    return content_hash_of_object(sum);
  }

  std::uint64_t hash_list(const List& list) {
    const bool unordered = matches_any(shape_.unordered, path_);
    std::uint64_t sum = 0;
    for (const Value& item : list) {
      sum = content_hash_of_items(sum, hash(item), unordered);
    }
    return content_hash_of_list(sum, list.size());
  }

  const RecordShape& shape_;
  std::string path_;
};

}  // namespace

std::uint64_t content_hash(const Value& value, const RecordShape& shape, std::string_view path) {
  if (const std::string* text = value.text()) {
    return content_hash_of_text(*text);
  }
  return ContentHasher(shape, path).hash(value);
}

std::uint64_t content_hash_of_text(std::string_view text) { return hash64(text, 1); }
std::uint64_t content_hash_of_number(std::string_view digits) { return hash64(digits, 2); }
std::uint64_t content_hash_of_name(std::string_view name) { return hash64(name, 6); }

std::uint64_t content_hash_of_member(std::uint64_t name, std::uint64_t value) {
  return hash64(name, value);
}

std::uint64_t content_hash_of_object(std::uint64_t sum) { return hash64(sum, std::uint64_t{7}); }

std::uint64_t content_hash_of_items(std::uint64_t sum, std::uint64_t item, bool unordered) {
  return unordered ? sum + hash64(item, std::uint64_t{8}) : hash64(sum, item);
}

std::uint64_t content_hash_of_list(std::uint64_t sum, std::size_t length) {
  return hash64(sum, length);
}

}  // namespace weir
