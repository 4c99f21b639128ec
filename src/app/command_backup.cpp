// SPDX-License-Identifier: Apache-2.0
#include "app/archive.h"
#include "app/command_context.h"
#include "app/stop_signals.h"
#include "app/version.h"
#include "app/workspace_files.h"
#include "app/workspace_restore.h"
#include "core/time_zone.h"
#include "journal/sqlite/journal_backup.h"
#include "journal/sqlite/lock_file.h"
#include "spec/secret_store.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <optional>
#include <string>

namespace weir {
namespace {

struct BackupOptions {
  std::string file;
  bool finish = false;
};

int exit_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::conflict:
    case ErrorKind::exhausted:
    case ErrorKind::unavailable:
      return exit_parked;
    case ErrorKind::cancelled:
      return exit_stopped;
    case ErrorKind::internal:
      return exit_bug;
    default:
      return exit_wrong_input;
  }
}

void give_up_with(CommandContext& context, const Error& error) {
  print_error(context, error);
  context.exit_code = exit_of(error);
}

Result<std::filesystem::path> root_of(const CommandContext& context) {
  return find_workspace(context.workspace.empty() ? std::filesystem::current_path()
                                                  : std::filesystem::path(context.workspace));
}

// The journal's copy lies beside the backup until it is in it.
class JournalCopy {
 public:
  explicit JournalCopy(const std::string& file)
      : path_(fmt::format("{}.journal-{}", file, ::getpid())) {
    forget();
  }
  ~JournalCopy() { forget(); }
  JournalCopy(const JournalCopy&) = delete;
  JournalCopy& operator=(const JournalCopy&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  void forget() const {
    std::error_code ignored;
    for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
      std::filesystem::remove(path_.string() + ending, ignored);
    }
  }
  const std::filesystem::path path_;
};

Result<BackupContent> make_backup(const std::string& file, const std::filesystem::path& root,
                                  const std::filesystem::path& state, Timestamp now,
                                  std::stop_token stop) {
  const JournalCopy copy(file);
  WEIR_TRY(BackupContent content, collect_backup(root, state, file, copy.path(), stop));
  Value manifest;
  manifest.set("kind", "backup");
  manifest.set("format", std::int64_t{1});
  manifest.set("weir", std::string(version));
  manifest.set("made_at", format_utc(now));
  manifest.set("journal", content.journal);
  WEIR_CHECK(write_archive(file, std::move(manifest), content.members, std::move(stop)));
  return content;
}

void backup_command(CommandContext& context, const BackupOptions& options) {
  const auto root = root_of(context);
  if (!root) {
    return give_up_with(context, root.error());
  }
  Faults ignored;  // what is wrong with the files is kept with them
  const Workspace workspace = read_workspace(*root, ignored);
  const StopSignals signals;
  const auto made =
      make_backup(options.file, *root, workspace.state, context.clock.now(), signals.token());
  if (!made) {
    return give_up_with(context, made.error());
  }
  for (const std::string& path : made->left_out) {
    fmt::print(stderr, "left out: `{}` is neither a folder nor a plain file\n", path);
  }
  if (context.json) {
    Value line;
    line.set("backup", options.file);
    line.set("files", static_cast<std::int64_t>(made->members.size()));
    line.set("journal", made->journal);
    fmt::print("{}\n", to_json(line));
    return;
  }
  fmt::print("{}: {} files{}\n", options.file, made->members.size(),
             made->journal.empty() ? ", no journal yet" : ", the journal among them");
  if (made->secrets) {
    fmt::print("The secrets are in it, sealed; their key `{}` is not: keep a copy elsewhere.\n",
               SecretStore(workspace.state).key_file().string());
  }
}

void tell_restored(const CommandContext& context, const Restored& restored) {
  if (context.json) {
    Value line;
    line.set("workspace", restored.root.string());
    line.set("made_at", restored.made_at);
    line.set("aside", restored.aside.string());
    line.set("needs_key", restored.needs_key);
    fmt::print("{}\n", to_json(line));
    return;
  }
  fmt::print("`{}` is as it was at {}.\n", restored.root.string(), restored.made_at);
  if (!restored.aside.empty()) {
    fmt::print("What stood there is in `{}`. A shell that is in it: cd \"$PWD\".\n",
               restored.aside.string());
  }
  if (restored.needs_key) {
    fmt::print("Its secrets need their key: put secret.key into the state folder, mode 0600.\n");
  }
  fmt::print(
      "Targets may hold what was delivered since: where doing it again would add rows, each record "
      "is looked up first. When a run has gone through and `weir reconcile` finds nothing, "
      "`weir restore --finish` ends that.\n");
}

void finish_restore(CommandContext& context) {
  const auto root = root_of(context);
  if (!root) {
    return give_up_with(context, root.error());
  }
  Faults ignored;
  const std::filesystem::path state = read_workspace(*root, ignored).state;
  if (!is_marked_restored(state)) {
    return give_up_with(context,
                        Error{ErrorKind::rejected, "this workspace was not restored", {}, {}});
  }
  const auto lock =
      LockFile::take(state / "lock", context.clock, std::chrono::milliseconds(0), {}, {});
  const auto ended = lock ? end_restored(state) : Result<bool>(tl::unexpected(lock.error()));
  if (!ended) {
    return give_up_with(context, ended.error());
  }
  if (context.json) {
    Value line;
    line.set("finished", true);
    fmt::print("{}\n", to_json(line));
  } else {
    fmt::print("records are no longer looked up before they are delivered\n");
  }
}

void restore_command(CommandContext& context, const BackupOptions& options) {
  if (options.finish == !options.file.empty()) {
    return give_up_with(context, Error{ErrorKind::invalid_config,
                                       "name the backup's file, or say --finish, and not both",
                                       {},
                                       {}});
  }
  if (options.finish) {
    return finish_restore(context);
  }
  std::filesystem::path root = context.workspace;
  if (root.empty()) {
    const auto found = root_of(context);
    if (!found) {
      return give_up_with(context, found.error());
    }
    root = *found;
  }
  const StopSignals signals;
  const auto restored = restore_workspace(options.file, root, context.clock, signals.token());
  if (!restored) {
    return give_up_with(context, restored.error());
  }
  tell_restored(context, *restored);
}

}  // namespace

void add_backup_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* command = app.add_subcommand(
      "backup", "files, journal and sealed secrets in one file, also while a run is under way");
  command->add_option("file", options->file, "where to (a tar archive, zstd)")->required();
  add_common_options(*command, context);
  command->callback([&context, options] { backup_command(context, *options); });
}

void add_restore_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* command = app.add_subcommand(
      "restore", "put a backup back, whole or not at all; what stood there is kept aside");
  command->add_option("file", options->file, "what `weir backup` wrote");
  command->add_flag("--finish", options->finish,
                    "no longer look records up in the target before they are delivered");
  add_common_options(*command, context);
  command->callback([&context, options] { restore_command(context, *options); });
}

}  // namespace weir
