// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace weir {

// Adds up what the members of one object come to, in any order; the last of two members with one
// name counts. Objects within each other use one stack, innermost last.
class MemberSum {
 public:
  struct Member {
    std::uint64_t name = 0;  // its hash
    std::uint64_t value = 0;
  };
  using Stack = std::vector<Member>;

  explicit MemberSum(Stack& stack) : stack_(stack), first_(stack.size()) {}
  ~MemberSum() { stack_.resize(first_); }
  MemberSum(const MemberSum&) = delete;
  MemberSum& operator=(const MemberSum&) = delete;

  void add(std::uint64_t name, std::uint64_t value);
  std::uint64_t total() const { return total_; }

 private:
  Member* find(std::uint64_t name);

  Stack& stack_;
  const std::size_t first_;
  std::uint64_t total_ = 0;
  std::array<std::uint64_t, 4> marks_{};                   // of names added
  std::unordered_map<std::uint64_t, std::size_t> places_;  // of the names, once there are many
};

}  // namespace weir
