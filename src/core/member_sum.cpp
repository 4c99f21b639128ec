// SPDX-License-Identifier: Apache-2.0
#include "core/member_sum.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t many = 256;

}  // namespace

MemberSum::Member* MemberSum::find(std::uint64_t name) {
  if (!places_.empty()) {
    const auto found = places_.find(name);
    return found == places_.end() ? nullptr : &stack_[found->second];
  }
  std::uint64_t& marks = marks_[name / 64 % marks_.size()];
  const std::uint64_t mark = std::uint64_t{1} << (name % 64);
  if ((marks & mark) == 0) {
    marks |= mark;
    return nullptr;
  }
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(first_);
  const auto found =
      std::find_if(begin, stack_.end(), [&](const Member& member) { return member.name == name; });
  return found == stack_.end() ? nullptr : &*found;
}

void MemberSum::add(std::uint64_t name, std::uint64_t value) {
  if (Member* before = find(name)) {
    total_ += value - before->value;
    before->value = value;
    return;
  }
  stack_.push_back({name, value});
  total_ += value;
  const std::size_t count = stack_.size() - first_;
  if (count == many) {
    for (std::size_t i = first_; i < stack_.size(); ++i) {
      places_.emplace(stack_[i].name, i);
    }
  } else if (count > many) {
    places_.emplace(name, stack_.size() - 1);
  }
}

}  // namespace weir
