// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/journal_reader.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace weir {

// Reading connections: a call takes one that is free, or a new one. Any thread.
class ReaderPool {
 public:
  explicit ReaderPool(std::filesystem::path file) : file_(std::move(file)) {}

  // `question` is Result<T>(JournalReader&).
  template <typename Question>
  auto ask(const Question& question) -> decltype(question(std::declval<JournalReader&>())) {
    WEIR_TRY(auto reader, take());
    auto answer = question(*reader);
    give_back(std::move(reader));
    return answer;
  }

 private:
  Result<std::unique_ptr<JournalReader>> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!free_.empty()) {
        auto reader = std::move(free_.back());
        free_.pop_back();
        return reader;
      }
    }
    return JournalReader::open(file_);
  }
  void give_back(std::unique_ptr<JournalReader> reader) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(reader));
  }

  const std::filesystem::path file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<JournalReader>> free_;
};

}  // namespace weir
