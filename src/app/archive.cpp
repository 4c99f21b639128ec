// SPDX-License-Identifier: Apache-2.0
#include "app/archive.h"

#include "core/atomic_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace weir {
namespace {

constexpr const char* manifest_name = "manifest.json";
constexpr std::size_t part_bytes = 256 * 1024;
constexpr std::size_t manifest_bytes_max = 64 * 1024 * 1024;

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
  }
  std::string hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> sum{};
    crypto_hash_sha256_final(&state_, sum.data());
    std::string text(sum.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), sum.data(), sum.size());
    text.pop_back();
    return text;
  }

 private:
  crypto_hash_sha256_state state_{};
};

struct FreeWriting {
  void operator()(archive* handle) const { archive_write_free(handle); }
};
struct FreeReading {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

tl::unexpected<Error> archive_error(const std::filesystem::path& file, archive* handle) {
  const int number = archive_errno(handle);
  const char* text = archive_error_string(handle);
  return fail(number == ENOSPC || number == EDQUOT ? ErrorKind::exhausted : ErrorKind::unavailable,
              fmt::format("`{}` cannot be written: {}; see that there is room and that it can be "
                          "written there",
                          file.string(), text != nullptr ? text : "no reason given"));
}

tl::unexpected<Error> damaged_archive(const std::filesystem::path& file, std::string_view why) {
  return fail(ErrorKind::corrupt,
              fmt::format("`{}` is damaged: {}; take another copy of it", file.string(), why));
}

// Gives the member's bytes in parts to `take`.
template <typename Take>
Result<void> read_parts(const ArchiveMember& member, const std::stop_token& stop,
                        const Take& take) {
  if (member.from.empty()) {
    return take(std::string_view(member.bytes));
  }
  std::ifstream stream(member.from, std::ios::binary);
  std::string part(part_bytes, '\0');
  while (stream) {
    if (stop.stop_requested()) {
      return fail(ErrorKind::cancelled, "stopped; no file was written");
    }
    stream.read(part.data(), static_cast<std::streamsize>(part.size()));
    WEIR_CHECK(take(std::string_view(part.data(), static_cast<std::size_t>(stream.gcount()))));
  }
  if (!stream.eof()) {
    return fail(ErrorKind::unavailable, fmt::format("`{}` cannot be read", member.from.string()));
  }
  return {};
}

Result<Value> describe_member(const ArchiveMember& member, const std::stop_token& stop) {
  Sha256 sum;
  std::int64_t size = 0;
  WEIR_CHECK(read_parts(member, stop, [&](std::string_view part) -> Result<void> {
    sum.add(part);
    size += static_cast<std::int64_t>(part.size());
    return {};
  }));
  Value described;
  described.set("path", member.path);
  described.set("size", size);
  described.set("sha256", sum.hex());
  return described;
}

class ArchiveWriter {
 public:
  explicit ArchiveWriter(std::filesystem::path file)
      : file_(std::move(file)), handle_(archive_write_new()) {}

  Result<void> open(int descriptor) {
    if (archive_write_add_filter_zstd(handle_.get()) != ARCHIVE_OK ||
        archive_write_set_format_pax_restricted(handle_.get()) != ARCHIVE_OK ||
        archive_write_open_fd(handle_.get(), descriptor) != ARCHIVE_OK) {
      return archive_error(file_, handle_.get());
    }
    return {};
  }

  Result<void> add(const ArchiveMember& member, std::int64_t size, const std::stop_token& stop) {
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), member.path.c_str());
    archive_entry_set_size(entry.get(), size);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    if (archive_write_header(handle_.get(), entry.get()) != ARCHIVE_OK) {
      return archive_error(file_, handle_.get());
    }
    return read_parts(member, stop, [&](std::string_view part) -> Result<void> {
      const auto written = archive_write_data(handle_.get(), part.data(), part.size());
      if (written != static_cast<la_ssize_t>(part.size())) {
        return archive_error(file_, handle_.get());
      }
      return {};
    });
  }

  Result<void> close() {
    if (archive_write_close(handle_.get()) != ARCHIVE_OK) {
      return archive_error(file_, handle_.get());
    }
    return {};
  }

 private:
  const std::filesystem::path file_;
  const std::unique_ptr<archive, FreeWriting> handle_;
};

Result<void> write_all_members(const std::filesystem::path& file, int descriptor,
                               const std::string& manifest, const Value& list,
                               const std::vector<ArchiveMember>& members,
                               const std::stop_token& stop) {
  ArchiveWriter writer(file);
  WEIR_CHECK(writer.open(descriptor));
  WEIR_CHECK(
      writer.add({manifest_name, manifest}, static_cast<std::int64_t>(manifest.size()), stop));
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string size = manifest_text((*list.list())[i], "size");
    WEIR_CHECK(writer.add(members[i], std::stoll(size), stop));
  }
  return writer.close();
}

bool is_plain_path(const std::string& path) {
  const std::filesystem::path parts(path);
  if (path.empty() || parts.is_absolute() || parts.lexically_normal() != parts) {
    return false;
  }
  return *parts.begin() != ".." && !parts.filename().empty() && parts.filename() != ".";
}

class ArchiveReader {
 public:
  explicit ArchiveReader(std::filesystem::path file)
      : file_(std::move(file)), handle_(archive_read_new()) {}

  Result<void> open() {
    archive_read_support_filter_zstd(handle_.get());
    archive_read_support_format_tar(handle_.get());
    if (archive_read_open_filename(handle_.get(), file_.c_str(), part_bytes) != ARCHIVE_OK) {
      std::error_code code;
      if (!std::filesystem::exists(file_, code)) {
        return fail(ErrorKind::rejected, fmt::format("there is no file `{}`", file_.string()));
      }
      return foreign();
    }
    return {};
  }

  // False: the end.
  Result<bool> next() {
    const int code = archive_read_next_header(handle_.get(), &entry_);
    if (code == ARCHIVE_EOF) {
      return false;
    }
    if (code != ARCHIVE_OK) {
      return any_ ? Result<bool>(damage()) : Result<bool>(foreign());
    }
    any_ = true;
    return true;
  }

  std::string path() const {
    const char* name = archive_entry_pathname(entry_);
    return name != nullptr && archive_entry_filetype(entry_) == AE_IFREG ? name : "";
  }

  template <typename Take>
  Result<void> read(const std::stop_token& stop, const Take& take) {
    std::string part(part_bytes, '\0');
    for (;;) {
      if (stop.stop_requested()) {
        return fail(ErrorKind::cancelled, "stopped; nothing was changed");
      }
      const la_ssize_t size = archive_read_data(handle_.get(), part.data(), part.size());
      if (size == 0) {
        return {};
      }
      if (size < 0) {
        return damage();
      }
      WEIR_CHECK(take(std::string_view(part.data(), static_cast<std::size_t>(size))));
    }
  }

  tl::unexpected<Error> foreign() const {
    return fail(
        ErrorKind::rejected,
        fmt::format("`{}` is no file that `weir backup` or `weir export` wrote", file_.string()));
  }

 private:
  tl::unexpected<Error> damage() {
    const char* text = archive_error_string(handle_.get());
    return damaged_archive(file_, text != nullptr ? text : "it ends too early");
  }

  const std::filesystem::path file_;
  const std::unique_ptr<archive, FreeReading> handle_;
  archive_entry* entry_ = nullptr;
  bool any_ = false;
};

struct ListedMember {
  std::string size;
  std::string sum;
};
using ListedMembers = std::map<std::string, ListedMember>;

Result<Value> read_manifest(ArchiveReader& reader, const std::filesystem::path& file,
                            std::string_view kind, ListedMembers& listed,
                            const std::stop_token& stop) {
  WEIR_TRY(const bool found, reader.next());
  if (!found || reader.path() != manifest_name) {
    return reader.foreign();
  }
  std::string text;
  WEIR_CHECK(reader.read(stop, [&](std::string_view part) -> Result<void> {
    text += part;
    return text.size() <= manifest_bytes_max ? Result<void>()
                                             : damaged_archive(file, "its manifest has no end");
  }));
  const auto manifest = parse_json(text);
  const Value* files = manifest ? manifest->member("files") : nullptr;
  if (files == nullptr || files->list() == nullptr) {
    return damaged_archive(file, "its manifest cannot be read");
  }
  if (manifest_text(*manifest, "kind") != kind) {
    return fail(ErrorKind::rejected,
                fmt::format("`{}` is of the kind `{}`, and this takes a `{}`; a backup is put back "
                            "by `weir restore`, an export taken by `weir init --from`; a newer "
                            "weir may know more kinds",
                            file.string(), manifest_text(*manifest, "kind"), kind));
  }
  for (const Value& member : *files->list()) {
    const std::string path = manifest_text(member, "path");
    if (!is_plain_path(path)) {
      return damaged_archive(file, fmt::format("it names `{}`, outside its folder", path));
    }
    listed[path] = {manifest_text(member, "size"), manifest_text(member, "sha256")};
  }
  return *manifest;
}

Result<void> unpack_member(ArchiveReader& reader, const std::filesystem::path& file,
                           const ListedMember& listed, const std::filesystem::path& to,
                           const std::stop_token& stop) {
  std::error_code code;
  std::filesystem::create_directories(to.parent_path(), code);
  const int descriptor = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return fail(ErrorKind::unavailable, fmt::format("`{}` cannot be made", to.string()));
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(::fdopen(descriptor, "wb"),
                                                            &std::fclose);
  Sha256 sum;
  std::int64_t size = 0;
  WEIR_CHECK(reader.read(stop, [&](std::string_view part) -> Result<void> {
    sum.add(part);
    size += static_cast<std::int64_t>(part.size());
    if (std::fwrite(part.data(), 1, part.size(), out.get()) != part.size()) {
      return fail(errno == ENOSPC ? ErrorKind::exhausted : ErrorKind::unavailable,
                  fmt::format("`{}` cannot be written; see that there is room", to.string()));
    }
    return {};
  }));
  if (std::fflush(out.get()) != 0 || ::fsync(descriptor) != 0) {
    return fail(errno == ENOSPC ? ErrorKind::exhausted : ErrorKind::unavailable,
                fmt::format("`{}` cannot be written; see that there is room", to.string()));
  }
  if (std::to_string(size) != listed.size || sum.hex() != listed.sum) {
    return damaged_archive(file, fmt::format("`{}` is not as it was written", reader.path()));
  }
  return {};
}

}  // namespace

std::string manifest_text(const Value& manifest, std::string_view name) {
  const Value* member = manifest.member(name);
  return member != nullptr ? to_text(*member) : std::string();
}

Result<void> write_archive(const std::filesystem::path& file, Value manifest,
                           const std::vector<ArchiveMember>& members, std::stop_token stop) {
  List described;
  for (const ArchiveMember& member : members) {
    WEIR_TRY(Value entry, describe_member(member, stop));
    described.push_back(std::move(entry));
  }
  const Value list = described;
  manifest.set("files", list);
  return write_atomically(file, 0600, [&](int descriptor) {
    return write_all_members(file, descriptor, to_json(manifest) + "\n", list, members, stop);
  });
}

Result<Value> unpack_archive(const std::filesystem::path& file, std::string_view kind,
                             const std::filesystem::path& folder, std::stop_token stop) {
  ArchiveReader reader(file);
  WEIR_CHECK(reader.open());
  ListedMembers listed;
  WEIR_TRY(Value manifest, read_manifest(reader, file, kind, listed, stop));
  for (;;) {
    WEIR_TRY(const bool found, reader.next());
    if (!found) {
      break;
    }
    const std::string path = reader.path();
    const auto expected = listed.find(path);
    if (expected == listed.end()) {
      return damaged_archive(file, fmt::format("it holds `{}`, which its manifest does not name, "
                                               "or twice",
                                               path));
    }
    WEIR_CHECK(unpack_member(reader, file, expected->second, folder / path, stop));
    listed.erase(expected);
  }
  if (!listed.empty()) {
    return damaged_archive(file, fmt::format("`{}` is missing", listed.begin()->first));
  }
  return manifest;
}

}  // namespace weir
