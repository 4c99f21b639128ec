// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/idle_pool.h"
#include "journal/sqlite/journal_reader.h"

#include <filesystem>
#include <memory>
#include <utility>

namespace weir {

// Reading connections: a call takes one that is free, or a new one. Any thread.
class ReaderPool {
 public:
  explicit ReaderPool(std::filesystem::path file) : file_(std::move(file)) {}

  // `question` is Result<T>(JournalReader&).
  template <typename Question>
  auto ask(const Question& question) -> decltype(question(std::declval<JournalReader&>())) {
    std::unique_ptr<JournalReader> reader = idle_.take();
    if (reader == nullptr) {
      WEIR_TRY(reader, JournalReader::open(file_));
    }
    auto answer = question(*reader);
    idle_.give_back(std::move(reader));
    return answer;
  }

 private:
  const std::filesystem::path file_;
  IdlePool<JournalReader> idle_;
};

}  // namespace weir
