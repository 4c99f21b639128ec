// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace weir {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> store_error(const fs::path& file, std::string_view what) {
  return fail(ErrorKind::unavailable, fmt::format("`{}`: {}: {}; a restart may tell alerts again",
                                                  file.string(), what, std::strerror(errno)));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

bool make_names_durable(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool durable = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  return durable;
}

}  // namespace

Result<Value> AlertStore::read() const {
  std::error_code missing;
  if (!fs::exists(file_, missing)) {
    return Value();
  }
  std::ifstream stream(file_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad()) {
    return store_error(file_, "cannot be read");
  }
  auto state = parse_json(text);
  if (!state) {
    return tl::unexpected(
        state.error().within("`" + file_.string() + "` is damaged; it is begun anew"));
  }
  return state;
}

Result<void> AlertStore::write(const Value& state) const {
  std::error_code exists_already;
  fs::create_directories(file_.parent_path(), exists_already);
  const fs::path next = file_.string() + ".new";
  const int descriptor = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return store_error(next, "cannot be opened");
  }
  const bool written = write_all(descriptor, to_json(state) + "\n");
  if (!written) {
    const auto error = store_error(next, "cannot be written");
    ::close(descriptor);
    return error;
  }
  ::close(descriptor);
  if (::rename(next.c_str(), file_.c_str()) != 0 || !make_names_durable(file_.parent_path())) {
    return store_error(file_, "cannot be replaced");
  }
  return {};
}

}  // namespace weir
