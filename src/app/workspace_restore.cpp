// SPDX-License-Identifier: Apache-2.0
#include "app/workspace_restore.h"

#include "app/archive.h"
#include "app/workspace_files.h"
#include "core/atomic_file.h"
#include "core/business_time.h"
#include "core/failpoint.h"
#include "core/time_zone.h"
#include "journal/sqlite/journal_backup.h"
#include "journal/sqlite/lock_file.h"
#include "pipeline/definition.h"
#include "spec/secret_store.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

namespace weir {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot(const char* doing, const fs::path& path, int number) {
  const bool held = number == EBUSY || number == EXDEV;
  return fail(number == ENOSPC ? ErrorKind::exhausted : ErrorKind::unavailable,
              fmt::format("cannot {} `{}`: {}; nothing was changed{}", doing, path.string(),
                          std::error_code(number, std::generic_category()).message(),
                          held ? "; a folder that is a mount cannot be swapped: restore into a new "
                                 "one with `--workspace DIR`"
                               : ""));
}

// The folder beside the workspace where the new one is made; gone with the object, unless kept.
class Staging {
 public:
  explicit Staging(const fs::path& root) : path_(root.string() + ".restoring.XXXXXX") {
    std::string name = path_.string();
    made_ = ::mkdtemp(name.data()) != nullptr;
    path_ = name;
  }
  ~Staging() {
    if (made_) {
      std::error_code ignored;
      fs::remove_all(path_, ignored);
    }
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  bool made() const { return made_; }
  const fs::path& path() const { return path_; }
  void keep() { made_ = false; }

 private:
  fs::path path_;
  bool made_ = false;
};

Result<fs::path> state_of(const fs::path& root) {
  Faults ignored;  // a file that is wrong is put back as it was
  const fs::path state = read_workspace(root, ignored).state.lexically_relative(root);
  if (state.empty() || *state.begin() == ".." || state == ".") {
    return fail(ErrorKind::rejected,
                "`state` in the backup's weir.yaml lies outside the workspace, which cannot be "
                "swapped in one step; nothing was changed: unpack the backup by `tar --zstd -xf` "
                "and write a `state` inside it");
  }
  return state;
}

Result<void> copy_over(const fs::path& from, const fs::path& to, mode_t mode) {
  std::error_code code;
  if (!fs::exists(from, code)) {
    return {};
  }
  WEIR_TRY(const std::string bytes, read_whole_file(from));
  return write_atomically(to, bytes, mode);
}

// The state goes to where the backup's own settings look for it.
Result<fs::path> place_state(const fs::path& staging) {
  WEIR_TRY(const fs::path state, state_of(staging));
  const fs::path to = staging / state;
  std::error_code code;
  if (state != fs::path(archived_state)) {
    fs::create_directories(to.parent_path(), code);
    if (fs::exists(staging / archived_state, code)) {
      fs::rename(staging / archived_state, to, code);
    }
  }
  fs::create_directories(to, code);
  if (code) {
    return cannot("make", to, code.value());
  }
  return to;
}

// As the owner of the old one, when root puts back what belongs to a service's user.
void give_to_owner(const fs::path& staging, const fs::path& root) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(root.c_str(), &owner) != 0) {
    return;
  }
  const auto give = [&](const fs::path& path) {
    [[maybe_unused]] const int given = ::lchown(path.c_str(), owner.st_uid, owner.st_gid);
  };
  give(staging);
  ::chmod(staging.c_str(), owner.st_mode & 07777U);
  std::error_code code;
  for (const auto& entry : fs::recursive_directory_iterator(staging, code)) {
    give(entry.path());
  }
}

void make_durable(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::syncfs(descriptor);
    ::close(descriptor);
  }
}

// In one step. Gives where the old one is now.
Result<fs::path> swap(Staging& staging, const fs::path& root, bool there, Timestamp now) {
  if (!there) {
    if (std::rename(staging.path().c_str(), root.c_str()) != 0) {
      return cannot("make", root, errno);
    }
    staging.keep();
    return fs::path();
  }
  if (::renameat2(AT_FDCWD, staging.path().c_str(), AT_FDCWD, root.c_str(), RENAME_EXCHANGE) != 0) {
    return cannot("swap", root, errno);
  }
  staging.keep();
  failpoint("restore.swapped");
  std::string stamp = format_utc(now);
  std::replace(stamp.begin(), stamp.end(), ':', '-');
  fs::path aside = root.string() + ".before-restore-" + stamp;
  std::error_code code;
  fs::rename(staging.path(), aside, code);
  if (code) {
    aside = staging.path();
  }
  fs::rename(aside / ".git", root / ".git", code);  // often there is none
  return aside;
}

std::string told_of(const Value& manifest, const fs::path& file, Timestamp now) {
  Value told;
  told.set("restored_at", format_utc(now));
  told.set("from", file.string());
  told.set("made_at", manifest_text(manifest, "made_at"));
  told.set("former_journal", manifest_text(manifest, "journal"));
  return to_json(told) + "\n";
}

}  // namespace

Result<Restored> restore_workspace(const fs::path& file, const fs::path& given, Clock& clock,
                                   std::stop_token stop) {
  std::error_code code;
  Restored restored;
  fs::path root = fs::absolute(given, code).lexically_normal();
  if (root.filename().empty()) {
    root = root.parent_path();
  }
  restored.root = root;
  const bool there = fs::exists(root / "weir.yaml", code);
  if (!there && fs::exists(root, code) && !fs::is_empty(root, code)) {
    return fail(ErrorKind::rejected,
                fmt::format("`{}` is neither a workspace nor empty; name another folder with "
                            "`--workspace DIR`",
                            root.string()));
  }
  std::optional<LockFile> lock;
  fs::path old_state;
  if (there) {
    Faults ignored;
    old_state = read_workspace(root, ignored).state;
    fs::create_directories(old_state, code);
    WEIR_TRY(auto taken,
             LockFile::take(old_state / "lock", clock, std::chrono::milliseconds(0), {}, stop));
    lock.emplace(std::move(taken));
  }
  Staging staging(root);
  if (!staging.made()) {
    return cannot("make a folder beside", root, errno);
  }
  WEIR_TRY(const Value manifest, unpack_archive(file, "backup", staging.path(), stop));
  failpoint("restore.unpacked");
  restored.made_at = manifest_text(manifest, "made_at");
  WEIR_TRY(const fs::path state, place_state(staging.path()));
  if (there) {
    WEIR_CHECK(copy_over(old_state / SecretStore::key_name, state / SecretStore::key_name, 0600));
    WEIR_CHECK(copy_over(old_state / "calls", state / "calls", 0600));
  }
  WEIR_CHECK(mark_restored(state, told_of(manifest, file, clock.now())));
  const SecretStore secrets(state);
  restored.needs_key =
      fs::exists(secrets.sealed_file(), code) && !fs::exists(secrets.key_file(), code);
  give_to_owner(staging.path(), root);
  make_durable(staging.path());
  failpoint("restore.ready");
  WEIR_TRY(restored.aside, swap(staging, root, there, clock.now()));
  make_durable(root.parent_path());
  return restored;
}

}  // namespace weir
