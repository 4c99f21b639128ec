// SPDX-License-Identifier: Apache-2.0
#include "app/workspace_files.h"

#include "core/atomic_file.h"
#include "journal/sqlite/journal_backup.h"
#include "spec/secret_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace weir {
namespace {

namespace fs = std::filesystem;

Result<void> collect_texts(const fs::path& root, const fs::path& state, const fs::path& file,
                           BackupContent& content) {
  std::error_code code;
  fs::recursive_directory_iterator entry(root, code);
  for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    const fs::path& path = entry->path();
    const std::string relative = path.lexically_relative(root).generic_string();
    if (path == state || relative == ".git" || relative == archived_state) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) {
      continue;
    }
    if (!entry->is_regular_file(ignored) || entry->is_symlink(ignored)) {
      content.left_out.push_back(relative);
      continue;
    }
    if (fs::equivalent(path, file, ignored) ||
        fs::equivalent(path, SecretStore(state).key_file(), ignored)) {
      continue;
    }
    WEIR_TRY(std::string bytes, read_whole_file(path));
    content.members.push_back({relative, std::move(bytes)});
  }
  if (code) {
    return fail(ErrorKind::unavailable,
                fmt::format("`{}` cannot be listed: {}", root.string(), code.message()));
  }
  std::sort(content.members.begin(), content.members.end(),
            [](const auto& left, const auto& right) { return left.path < right.path; });
  return {};
}

// A file that others change in place: read until two readings agree.
Result<std::optional<std::string>> read_at_rest(const fs::path& file) {
  constexpr int readings_max = 1000;
  std::error_code code;
  if (!fs::exists(file, code)) {
    return std::nullopt;
  }
  WEIR_TRY(std::string before, read_whole_file(file));
  for (int reading = 1; reading < readings_max; ++reading) {
    WEIR_TRY(std::string now, read_whole_file(file));
    if (now == before) {
      return now;
    }
    before = std::move(now);
  }
  return fail(ErrorKind::unavailable,
              fmt::format("`{}` is changed all the time; try again", file.string()));
}

}  // namespace

Result<void> write_workspace_file(const fs::path& file, std::string_view text) {
  constexpr mode_t readable = 0644;
  std::error_code error;
  if (!file.parent_path().empty()) {
    fs::create_directories(file.parent_path(), error);
  }
  if (error) {
    return fail(ErrorKind::unavailable, fmt::format("the folder `{}` cannot be made: {}",
                                                    file.parent_path().string(), error.message()));
  }
  return write_atomically(file, text, readable);
}

Result<BackupContent> collect_backup(const fs::path& root, const fs::path& state,
                                     const fs::path& file, const fs::path& journal_copy,
                                     std::stop_token stop) {
  BackupContent content;
  WEIR_CHECK(collect_texts(root, state, file, content));
  const std::string folder = std::string(archived_state) + "/";
  constexpr std::string_view sealed = SecretStore::sealed_name;
  for (const std::string_view name : {std::string_view("calls"), sealed}) {
    WEIR_TRY(auto bytes, read_at_rest(state / name));
    if (bytes) {
      content.secrets = content.secrets || name == sealed;
      content.members.push_back({folder + std::string(name), std::move(*bytes)});
    }
  }
  WEIR_TRY(content.journal, copy_journal(state, journal_copy, std::move(stop)));
  if (!content.journal.empty()) {
    content.members.push_back({folder + "journal.db", {}, journal_copy});
  }
  return content;
}

}  // namespace weir
