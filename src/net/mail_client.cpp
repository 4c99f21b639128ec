// SPDX-License-Identifier: Apache-2.0
#include "net/mail_client.h"

#include "core/excerpt.h"
#include "net/curl_transfer.h"

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

namespace weir {
namespace {

using ListHandle = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

void append(ListHandle& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; }) &&
         text.find("=?") == std::string_view::npos;
}

// The bytes of the UTF-8 character that begins at `at`; a stray byte is one of its own.
std::size_t character_length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    ++end;
  }
  return end - at;
}

std::string date_header(Timestamp at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

// One delivery: the handles, and what curl's callbacks fill.
class Delivery {
 public:
  Delivery(const MailServer& server, const Mail& mail)
      : server_(server), multi_(curl_multi_init()), easy_(curl_easy_init()) {
    set_up();
    set_message(mail);
  }
  ~Delivery() {
    curl_easy_cleanup(easy_);
    curl_mime_free(mime_);
    curl_multi_cleanup(multi_);
  }
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  Result<std::string> perform(const std::stop_token& stop);

 private:
  void set_up();
  void set_message(const Mail& mail);
  Result<std::string> finish(CURLcode code);
  std::string where() const { return fmt::format("mail by {}:{}", server_.host, server_.port); }

  static std::size_t note_words(char* bytes, std::size_t size, std::size_t count, void* context);

  const MailServer& server_;
  CURLM* multi_;
  CURL* easy_;
  curl_mime* mime_ = nullptr;
  ListHandle recipients_{nullptr, &curl_slist_free_all};
  ListHandle headers_{nullptr, &curl_slist_free_all};
  std::string last_words_;  // the server's last line
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

std::size_t Delivery::note_words(char* bytes, std::size_t size, std::size_t count, void* context) {
  std::string line(bytes, size * count);
  line.erase(line.find_last_not_of("\r\n") + 1);
  // 221 answers QUIT, which curl says after a failure: that is not about the mail.
  if (!line.empty() && !line.starts_with("221")) {
    static_cast<Delivery*>(context)->last_words_ = excerpt(line, 300);
  }
  return size * count;
}

void Delivery::set_up() {
  const bool tls = server_.security == MailSecurity::tls;
  const std::string url =
      fmt::format("{}://{}:{}", tls ? "smtps" : "smtp", server_.host, server_.port);
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(server_.timeout.count()));
  curl_easy_setopt(
      easy_, CURLOPT_USE_SSL,
      static_cast<long>(server_.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server_.user.empty()) {
    curl_easy_setopt(easy_, CURLOPT_USERNAME, server_.user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, server_.password.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Delivery::note_words);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Delivery::note_words);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
}

void Delivery::set_message(const Mail& mail) {
  std::string to;
  for (const std::string& address : mail.to) {
    append(recipients_, "<" + address + ">");
    to += (to.empty() ? "<" : ",\r\n <") + address + ">";
  }
  append(headers_, "Date: " + date_header(mail.at));
  append(headers_, "From: Weir <" + mail.from + ">");
  append(headers_, "To: " + to);
  append(headers_, "Subject: " + encode_mail_header(mail.subject));
  append(headers_, "Auto-Submitted: auto-generated");
  mime_ = curl_mime_init(easy_);
  curl_mimepart* part = curl_mime_addpart(mime_);
  curl_mime_data(part, mail.text.data(), mail.text.size());
  curl_mime_type(part, "text/plain; charset=utf-8");
  curl_mime_encoder(part, "base64");
  curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
  curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, recipients_.get());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy_, CURLOPT_MIMEPOST, mime_);
}

Result<std::string> Delivery::finish(CURLcode code) {
  const std::string reason = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  const auto say = [&](ErrorKind kind, std::string_view what) {
    return fail(kind, fmt::format("{}: {} ({}){}", where(), what, reason,
                                  last_words_.empty() ? "" : "; it said: " + last_words_));
  };
  switch (code) {
    case CURLE_OK:
      return last_words_;
    case CURLE_LOGIN_DENIED:
      return say(ErrorKind::unauthorized, "the server refuses `user` and `password`");
    case CURLE_SEND_ERROR:  // how curl reports a refused MAIL FROM, RCPT TO or mail
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
      // 4yz is "not now" (RFC 5321, 4.2.1).
      return last_words_.starts_with('4')
                 ? say(ErrorKind::unavailable, "the server does not take it now")
                 : say(ErrorKind::rejected, "the server refuses sender, recipient or mail");
    case CURLE_USE_SSL_FAILED:
      return say(ErrorKind::rejected,
                 "the server offers no STARTTLS; set `security` to tls, or to none for a relay of "
                 "your own");
    case CURLE_PEER_FAILED_VERIFICATION:
      return say(ErrorKind::rejected,
                 "its certificate is not trusted; add its authority to the system's "
                 "(update-ca-certificates)");
    case CURLE_OPERATION_TIMEDOUT:
      return say(ErrorKind::timed_out, "no answer in time");
    default:
      return say(ErrorKind::unavailable, "it cannot be reached");
  }
}

Result<std::string> Delivery::perform(const std::stop_token& stop) {
  const std::optional<CURLcode> code = transfer(multi_, easy_, stop);
  if (!code) {
    return fail(ErrorKind::cancelled, where() + ": stopped before the server had taken it");
  }
  return finish(*code);
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != ',' && c != '"';
         });
}

std::string encode_mail_header(std::string_view text) {
  constexpr std::size_t bytes_max = 20;  // "=?UTF-8?Q?" + 3 a byte + "?=" within 75
  if (is_plain(text) && text.size() <= 75) {
    return std::string(text);
  }
  std::string encoded;
  std::size_t in_word = bytes_max;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (in_word + length > bytes_max) {
      encoded += encoded.empty() ? "=?UTF-8?Q?" : "?=\r\n =?UTF-8?Q?";
      in_word = 0;
    }
    for (const char c : text.substr(at, length)) {
      const bool breaks = c == '\r' || c == '\n';
      encoded += fmt::format("={:02X}", breaks ? 0x20U : static_cast<unsigned char>(c));
    }
    in_word += length;
    at += length;
  }
  return encoded + "?=";
}

Result<std::string> CurlMailClient::send(const MailServer& server, const Mail& mail,
                                         std::stop_token stop) {
  Delivery delivery(server, mail);
  return delivery.perform(stop);
}

}  // namespace weir
