// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class MailSecurity : std::uint8_t {
  none,      // in the clear, for a relay on this machine
  starttls,  // in the clear up to STARTTLS, which the server must know
  tls,       // from the first byte
};

struct MailServer {
  std::string host;
  std::uint16_t port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string user;  // empty: no sign-in
  std::string password;
  std::chrono::milliseconds timeout{std::chrono::seconds(30)};  // of the whole delivery
};

struct Mail {
  std::string from;  // a bare address, as are those in `to`
  std::vector<std::string> to;
  std::string subject;  // UTF-8; line breaks become spaces
  std::string text;     // UTF-8, lines end in \n
  Timestamp at;         // of the Date header
};

// Whether this can stand as an address in an envelope: one `@` with something on both sides, no
// blanks, no control characters, no angle brackets.
bool is_mail_address(std::string_view text);

// A header's text as ASCII: as it stands, or as encoded-words of at most 75 characters, folded
// (RFC 2047, encoding Q).
std::string encode_mail_header(std::string_view text);

// Hands a mail to a server for delivery. Any thread may call.
class MailClient {
 public:
  virtual ~MailClient() = default;
  // Gives the server's last words ("250 2.0.0 OK queued"). Blocks until they, the time-out, or
  // 100 ms after the stop. Errors name server and port: `unauthorized` (sign-in refused),
  // `rejected` (sender, recipient or mail refused; no STARTTLS; a certificate that is not trusted),
  // `unavailable`, `timed_out`, `cancelled`.
  virtual Result<std::string> send(const MailServer& server, const Mail& mail,
                                   std::stop_token stop) = 0;
};

// SMTP by libcurl, a connection a mail. Certificates are verified against the system's.
class CurlMailClient final : public MailClient {
 public:
  Result<std::string> send(const MailServer& server, const Mail& mail,
                           std::stop_token stop) override;
};

}  // namespace weir
