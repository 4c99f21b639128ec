// SPDX-License-Identifier: Apache-2.0
#include "app/secret_prompt.h"

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

namespace weir {
namespace {

constexpr std::size_t secret_bytes_max = 64 * 1024;
constexpr char control_c = 3;
constexpr char control_d = 4;
constexpr char backspace = 8;
constexpr char rubout = 127;

// Keys come one by one and unseen, Ctrl-C among them, so that the terminal is always put back.
class HiddenInput {
 public:
  HiddenInput() {
    changed_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    changed_ = changed_ && ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~HiddenInput() {
    if (changed_) {
      ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    fmt::print(stderr, "\n");
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

// One character of UTF-8, however many bytes it has.
void drop_last(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) {
    text.pop_back();
  }
  if (!text.empty()) {
    text.pop_back();
  }
}

Result<std::string> read_typed() {
  std::string text;
  char key = 0;
  while (text.size() <= secret_bytes_max && ::read(STDIN_FILENO, &key, 1) == 1) {
    if (key == '\n' || key == '\r') {
      return text;
    }
    if (key == control_c || (key == control_d && text.empty())) {
      break;
    }
    if (key == backspace || key == rubout) {
      drop_last(text);
    } else {
      text += key;
    }
  }
  return fail(ErrorKind::cancelled, "no value was given; nothing was changed");
}

Result<std::string> read_piped() {
  std::string text(secret_bytes_max + 3, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  if (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  if (!text.empty() && text.back() == '\r') {
    text.pop_back();
  }
  if (text.size() > secret_bytes_max) {
    return fail(ErrorKind::rejected, "the value is longer than 64 KiB; nothing was changed");
  }
  return text;
}

}  // namespace

Result<std::string> ask_secret(const std::string& name) {
  if (::isatty(STDIN_FILENO) == 0) {
    return read_piped();
  }
  const HiddenInput hidden;  // before it asks: what is typed at once is unseen too, and not lost
  fmt::print(stderr, "value of `{}` (not shown): ", name);
  std::fflush(stderr);
  return read_typed();
}

}  // namespace weir
