// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace weir::yida_sandbox {

// What was called how often, for a test that holds a client to its limits. Any thread may call.
class Statistics {
 public:
  struct Api {
    std::uint64_t calls = 0;           // every arrival, refused ones too
    std::uint64_t throttled = 0;       // refused for their number
    std::uint64_t max_per_second = 0;  // most arrivals within one second of the wall clock
    std::map<int, std::uint64_t> statuses;
    std::int64_t second = 0;
    std::uint64_t in_second = 0;
  };

  void arrived(const std::string& api, std::int64_t second);
  void answered(const std::string& api, int status, bool throttled);
  void fault(const std::string& kind);
  void reset();

  std::map<std::string, Api> apis() const;
  std::map<std::string, std::uint64_t> faults() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Api> apis_;
  std::map<std::string, std::uint64_t> faults_;
};

}  // namespace weir::yida_sandbox
