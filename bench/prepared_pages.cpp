// SPDX-License-Identifier: Apache-2.0
#include "bench/prepared_pages.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

namespace weir::bench {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20;

bool fits_into_memory(const ReceiptPages& pages) {
  std::string sample;
  pages.append(0, sample);
  struct sysinfo memory {};
  sysinfo(&memory);
  const std::uint64_t available = (memory.freeram + memory.bufferram) * memory.mem_unit;
  return pages.records() * sample.size() < available / 4;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string head_of(const PreparedPages::Answer& answer, std::size_t body_bytes) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\n"
      "Content-Length: {}\r\n\r\n{}",
      answer.head.size() + body_bytes + answer.tail.size(), answer.head);
}

}  // namespace

bool send_all(int socket, std::string_view bytes, bool more_follows) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0));
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

PreparedPages::PreparedPages(const ReceiptPages& pages) : pages_(pages) {
  if (pages.records() > 0 && fits_into_memory(pages)) {
    file_ = memfd_create("receipts", MFD_CLOEXEC);
    if (file_ >= 0 && !prepare()) {
      close(file_);
      file_ = -1;
    }
  }
}

PreparedPages::~PreparedPages() {
  if (file_ >= 0) {
    close(file_);
  }
}

bool PreparedPages::prepare() {
  std::string piece;
  std::uint64_t written = 0;
  for (std::uint64_t i = 0; i < pages_.records(); ++i) {
    starts_.push_back(written + piece.size());
    pages_.append(i, piece);
    piece += ',';
    if (piece.size() >= piece_bytes) {
      written += piece.size();
      if (!write_all(file_, piece)) {
        return false;
      }
      piece.clear();
    }
  }
  starts_.push_back(written + piece.size());
  return write_all(file_, piece);
}

bool PreparedPages::send(const Answer& answer, int socket) const {
  if (file_ >= 0 && !answer.newest_first && answer.begin < answer.end) {
    return send_piece(answer, socket);
  }
  const std::string body = rendered(answer);
  return send_all(socket, head_of(answer, body.size()) + body + answer.tail, false);
}

bool PreparedPages::send_piece(const Answer& answer, int socket) const {
  auto offset = static_cast<off_t>(starts_[answer.begin]);
  const auto end = static_cast<off_t>(starts_[answer.end] - 1);  // without the last comma
  if (!send_all(socket, head_of(answer, static_cast<std::size_t>(end - offset)), true)) {
    return false;
  }
  while (offset < end) {
    if (sendfile(socket, file_, &offset, static_cast<std::size_t>(end - offset)) <= 0) {
      return false;
    }
  }
  return send_all(socket, answer.tail, false);
}

std::string PreparedPages::rendered(const Answer& answer) const {
  std::string body;
  for (std::uint64_t i = answer.begin; i < answer.end; ++i) {
    body += i == answer.begin ? "" : ",";
    pages_.append(answer.newest_first ? answer.end - 1 - (i - answer.begin) : i, body);
  }
  return body;
}

}  // namespace weir::bench
