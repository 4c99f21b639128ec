// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "journal/sqlite/journal_comparison.h"
#include "journal/sqlite/journal_model.h"
#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weir {

// A real journal with tiny limits beside its model, and choices read from bytes (of a fuzzer, or of
// a seeded generator). For tests.
class JournalTrial {
 public:
  JournalTrial(std::filesystem::path folder, std::span<const std::uint8_t> bytes)
      : folder_(std::move(folder)), bytes_(bytes) {
    std::filesystem::remove_all(folder_);
  }

 protected:
  struct Side {
    PipelineId id{};
    JournalModel model;
  };

  std::uint32_t pick(std::uint32_t below) {
    return at_ < bytes_.size() ? bytes_[at_++] % below : 0;
  }
  Side& side() { return sides_[side_]; }
  JournalModel& model() { return sides_[side_].model; }

  void note(std::string text) { log_ += std::move(text) + "\n"; }
  void expect(bool holds, const std::string& what) {
    if (!holds && fault_.empty()) {
      fault_ = what;
    }
  }
  template <typename T>
  bool good(const Result<T>& result, const char* what) {
    expect(result.has_value(),
           fmt::format("{}: {}", what, result.has_value() ? "" : result.error().message));
    return result.has_value();
  }

  void reopen() {
    note("reopen");
    reader_.reset();
    journal_.reset();
    JournalOptions options;
    options.folder = folder_;
    options.clock = &clock_;
    options.tuning = {16, 2, 8, 3, 2, 24};
    options.tuning.raw_step.pages = raw_step_pages;
    auto opened = open_sqlite_journal(options);
    if (good(opened, "open")) {
      journal_ = std::move(*opened);
    }
    options.access = JournalAccess::read;
    auto reading = open_sqlite_journal(options);
    if (good(reading, "open to read")) {
      reader_ = std::move(*reading);
    }
  }

  void begin_run() {
    const std::string definition = fmt::format("definition {}", pick(3));
    auto run = journal_->begin_run(side().id, {clock_.now(), definition});
    if (good(run, "begin_run")) {
      note(fmt::format("run {}", static_cast<std::int64_t>(*run)));
      model().run = *run;
      definitions_[*run] = definition;
    }
  }

  Redelivery pick_redelivery() {
    return pick(2) == 0 ? Redelivery::never : Redelivery::when_different;
  }

  static constexpr std::int64_t raw_step_pages = 2;
  const std::filesystem::path folder_;
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  ManualClock clock_{Timestamp(std::chrono::milliseconds(1'767'225'600'000))};
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Journal> reader_;
  std::array<Side, 2> sides_;
  std::size_t side_ = 0;
  std::int64_t last_page_ = 0;
  std::map<RunId, std::string> definitions_;
  std::string log_;
  std::string fault_;
};

}  // namespace weir
