// SPDX-License-Identifier: Apache-2.0
#include "core/name_tree.h"

#include "core/content_hash.h"

#include <utility>

namespace weir {
namespace {

// A form has some hundred; a record with more distinct names than this is no form.
constexpr std::size_t names_max = 10'000;
constexpr std::size_t members_max = 1'000;

}  // namespace

NameTree::NameTree(const RecordShape& shape, const RecordSelection& selection,
                   const std::vector<std::string>& counted_lists)
    : shape_(shape), selection_(selection), counted_lists_(counted_lists) {
  around_ = make(record_, shape.around);
}

NameTree::Name NameTree::make(const Name& at, std::string_view text) const {
  Name name;
  name.path = at.path.empty() ? std::string(text) : at.path + "." + std::string(text);
  name.text = text;
  name.hash = content_hash_of_name(text);
  name.ignored = matches_any(shape_.ignored, name.path);
  name.unordered = matches_any(shape_.unordered, name.path);
  name.selected = &at == &record_   ? selection_.has(text)
                  : &at == &around_ ? selection_.has_around(text)
                                    : false;
  name.counted = &at == &record_ && matches_any(counted_lists_, text);
  return name;
}

NameTree::Name& NameTree::member(Name& at, std::string_view text, std::size_t& next, Name& spare) {
  const std::size_t known = at.members.size();
  for (std::size_t i = 0; i < known; ++i) {
    const std::size_t place = next + i < known ? next + i : next + i - known;
    if (at.members[place]->text == text) {
      next = place + 1;
      return *at.members[place];
    }
  }
  if (learnt_ >= names_max || known >= members_max) {
    spare = make(at, text);
    return spare;
  }
  ++learnt_;
  // Where it was met: the next record has its names in the same order, as a rule.
  next = std::min(next, known) + 1;
  return **at.members.insert(at.members.begin() + static_cast<std::ptrdiff_t>(next - 1),
                             std::make_unique<Name>(make(at, text)));
}

}  // namespace weir
