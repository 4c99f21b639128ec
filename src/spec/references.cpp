// SPDX-License-Identifier: Apache-2.0
#include "spec/references.h"

#include "spec/secret_store.h"

#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

namespace weir {
namespace {

constexpr std::size_t file_bytes_max = 1024 * 1024;
const std::vector<std::string> schemes = {"env", "file", "secret"};

Result<std::string> read_environment(std::string_view name) {
  const std::string variable(name);
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) {
    return fail(ErrorKind::rejected, "the environment variable `" + variable +
                                         "` is not set; set it before the start, as in `export " +
                                         variable + "=…`");
  }
  return std::string(value);
}

Result<std::string> read_secret_file(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorKind::rejected, "the file `" + path.string() + "` cannot be read: " + why +
                                         "; write the value into it, and let Weir's user read it");
  };
  std::error_code code;
  if (std::filesystem::exists(path, code) && !std::filesystem::is_regular_file(path, code)) {
    return refuse("it is no plain file");
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) {
    return refuse(std::strerror(errno));
  }
  std::string text(file_bytes_max + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (text.size() > file_bytes_max) {
    return refuse("it holds more than 1 MiB");
  }
  if (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  if (!text.empty() && text.back() == '\r') {
    text.pop_back();
  }
  return text;
}

// The length of the scheme's name after "${", colon not counted; 0: no scheme stands there.
std::size_t scheme_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= 'a' && text[length] <= 'z') {
    ++length;
  }
  return length < text.size() && text[length] == ':' ? length : 0;
}

}  // namespace

Result<std::string> SystemReferences::resolve(std::string_view scheme,
                                              std::string_view name) const {
  if (name.empty() || name.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::rejected, "the reference names nothing; write `${env:NAME}`");
  }
  if (scheme == "env") {
    return read_environment(name);
  }
  if (scheme == "file") {
    return read_secret_file(root_ / std::filesystem::path(name));
  }
  if (scheme == "secret") {
    return SecretStore(root_ / state_).find(name);
  }
  return fail(ErrorKind::rejected, "`" + std::string(scheme) +
                                       "` is no kind of reference; use `env`, `file` or `secret`" +
                                       suggestion(scheme, schemes));
}

ResolvedText resolve_references(std::string_view text, const Location& at,
                                const References& references, Faults& faults) {
  ResolvedText resolved;
  while (true) {
    const std::size_t opening = text.find("${");
    if (opening == std::string_view::npos) {
      resolved.text += text;
      return resolved;
    }
    if (opening > 0 && text[opening - 1] == '$') {
      resolved.text += text.substr(0, opening - 1);
      resolved.text += "${";
      text.remove_prefix(opening + 2);
      continue;
    }
    resolved.text += text.substr(0, opening);
    text.remove_prefix(opening);
    const std::size_t length = scheme_length(text.substr(2));
    if (length == 0) {
      resolved.text += "${";
      text.remove_prefix(2);
      continue;
    }
    const std::string_view scheme = text.substr(2, length);
    const std::size_t closing = text.find('}');
    resolved.secret = true;
    if (closing == std::string_view::npos) {
      add_error(faults, at, "`${" + std::string(scheme) + ":…` is not closed; add a `}`");
      resolved.text += text;
      return resolved;
    }
    const std::string_view written = text.substr(0, closing + 1);
    const std::string_view name = written.substr(length + 3, closing - length - 3);
    if (auto value = references.resolve(scheme, name)) {
      resolved.resolved.push_back({resolved.text.size(), value->size()});
      resolved.text += *value;
    } else {
      add_error(faults, at, std::string(written) + ": " + value.error().message);
      resolved.text += written;
    }
    text.remove_prefix(closing + 1);
  }
}

std::string escape_references(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) {
      const bool escape = i > 0 && text[i - 1] == '$';
      out += escape || scheme_length(text.substr(i + 2)) > 0 ? "$" : "";
    }
    out += text[i];
  }
  return out;
}

std::string environment_variable_for(std::string_view connection, std::string_view setting) {
  std::string name;
  for (const std::string_view part : {connection, std::string_view("_"), setting}) {
    bool after_lower = false;
    for (const char letter : part) {
      const auto code = static_cast<unsigned char>(letter);
      name += std::isupper(code) != 0 && after_lower ? "_" : "";
      name += std::isalnum(code) != 0 ? static_cast<char>(std::toupper(code)) : '_';
      after_lower = std::islower(code) != 0;
    }
  }
  return name;
}

}  // namespace weir
