// SPDX-License-Identifier: Apache-2.0
#include "core/name_tree.h"

#include "core/content_hash.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// A form has some hundred; a record with more distinct names than this is no form.
constexpr std::size_t names_max = 10'000;
constexpr std::size_t members_max = 1'000;
constexpr std::size_t few_members = 16;

}  // namespace

NameTree::NameTree(const RecordShape& shape, const AskedNames& asked,
                   const std::vector<std::string>& counted_lists, const RecordSelection* selection)
    : shape_(shape), asked_(asked), counted_lists_(counted_lists), selection_(selection) {
  around_ = make(record_, shape.around);
}

NameTree::Name NameTree::make(const Name& at, std::string_view text) const {
  Name name;
  name.path = at.path.empty() ? std::string(text) : at.path + "." + std::string(text);
  name.text = text;
  name.hash = content_hash_of_name(text);
  name.ignored = matches_any(shape_.ignored, name.path);
  name.unordered = matches_any(shape_.unordered, name.path);
  if (&at == &record_ || &at == &around_) {
    const bool around = &at == &around_;
    name.asked = asked_.finds(around ? AskedNames::Level::around : AskedNames::Level::record, text);
    const auto selected = selection_ == nullptr ? std::nullopt : selection_->find(text);
    if (selected) {
      name.selected = MemberPlace{*selected, around, 0, 0};
    }
  }
  name.counted = &at == &record_ && matches_any(counted_lists_, text);
  return name;
}

// Some are skipped: fields that are empty may be left out.
NameTree::Name* NameTree::look_near(Name& at, std::string_view text, std::size_t& next) {
  constexpr std::size_t skipped_max = 16;
  const std::size_t end = std::min(at.members.size(), next + skipped_max);
  for (std::size_t place = next; place < end; ++place) {
    if (at.members[place]->text == text) {
      next = place + 1;
      return at.members[place].get();
    }
  }
  return look_up(at, text, next);
}

// Where the member is, or how many there are.
std::size_t NameTree::find(Name& at, std::string_view text) {
  if (at.members.size() > few_members) {
    while (at.places.size() < at.members.size()) {
      const std::size_t place = at.places.size();
      at.places.emplace(at.members[place]->text, place);
    }
    const auto found = at.places.find(text);
    return found == at.places.end() ? at.members.size() : found->second;
  }
  const auto found = std::find_if(at.members.begin(), at.members.end(),
                                  [&](const auto& member) { return member->text == text; });
  return static_cast<std::size_t>(found - at.members.begin());
}

NameTree::Name* NameTree::look_up(Name& at, std::string_view text, std::size_t& next) {
  const std::size_t known = at.members.size();
  if (const std::size_t place = find(at, text); place < known) {
    next = place + 1;
    return at.members[place].get();
  }
  if (learnt_ >= names_max || known >= members_max) {
    return nullptr;
  }
  ++learnt_;
  // Where it was met: the next record has its names in the same order, as a rule.
  next = std::min(next, known) + 1;
  at.members.insert(at.members.begin() + static_cast<std::ptrdiff_t>(next - 1),
                    std::make_unique<Name>(make(at, text)));
  if (next == at.members.size() && !at.places.empty()) {
    at.places.emplace(at.members.back()->text, next - 1);
  } else {
    at.places.clear();
  }
  return at.members[next - 1].get();
}

}  // namespace weir
