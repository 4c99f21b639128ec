// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_text.h"

#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::size_t text_bytes_max = 600;
constexpr std::size_t subject_bytes_max = 120;

struct KindWords {
  std::string_view en;
  std::string_view zh;
};

// In the order of AlertKind.
constexpr std::array<KindWords, 8> kind_words = {{{"run failed", "运行失败"},
                                                  {"run refused", "运行被拒绝"},
                                                  {"run parked", "运行暂停"},
                                                  {"records failed", "记录失败"},
                                                  {"nothing delivered", "长时间没有送达"},
                                                  {"budget will not do", "调用额度预计不足"},
                                                  {"quality broken", "数据质量不合格"},
                                                  {"journal too large", "日志库过大"}}};

std::string_view words_of(AlertKind kind, Language language) {
  const KindWords& words = kind_words[static_cast<std::size_t>(kind)];
  return language == Language::zh ? words.zh : words.en;
}

// A line of its own in Markdown. What others wrote must not become a link.
std::string quoted_line(std::string_view line) {
  std::string text(line);
  for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at)) {
    text.replace(at, 2, "] (");
  }
  return text;
}

// Each line behind `before`, as `after` ends it.
std::string framed(std::string_view text, std::string_view before, std::string_view after) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += fmt::format("{}{}{}", before, text.substr(0, end), after);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace

std::string AlertWriter::heading(const Notice& notice) const {
  const std::string subject = excerpt(notice.subject, subject_bytes_max);
  const std::string_view kind = words_of(notice.kind, language_);
  if (language_ == Language::zh) {
    return fmt::format("{}{}:{}", notice.well ? "已恢复:" : "", kind, subject);
  }
  return fmt::format("{}{}: {}", notice.well ? "well again, " : "", kind, subject);
}

std::string AlertWriter::circumstances(const Notice& notice) const {
  const bool zh = language_ == Language::zh;
  const std::string since = format_local(zone_.to_local(notice.since));
  std::string text = fmt::format(fmt::runtime(zh ? "自 {} 起" : "since {}"), since);
  if (notice.well) {
    text += fmt::format(fmt::runtime(zh ? ",{} 恢复" : ", well at {}"),
                        format_local(zone_.to_local(notice.at)));
  }
  if (notice.repeats > 0) {
    text += fmt::format(fmt::runtime(zh ? ",其间另有 {} 次" : ", {} more since it was told"),
                        notice.repeats);
  }
  return text;
}

std::string AlertWriter::title(const std::vector<Notice>& notices) const {
  const bool zh = language_ == Language::zh;
  if (notices.size() == 1) {
    return fmt::format(fmt::runtime(zh ? "Weir {}" : "Weir: {}"), heading(notices.front()));
  }
  const auto well = std::count_if(notices.begin(), notices.end(),
                                  [](const Notice& notice) { return notice.well; });
  const auto trouble = std::ssize(notices) - well;
  if (well == 0) {
    return fmt::format(fmt::runtime(zh ? "Weir {} 项告警" : "Weir: {} alerts"), trouble);
  }
  return fmt::format(
      fmt::runtime(zh ? "Weir {} 项告警,{} 项恢复" : "Weir: {} alerts, {} well again"), trouble,
      well);
}

AlertMessage AlertWriter::message(const std::vector<Notice>& notices) const {
  AlertMessage message;
  message.notices = notices;
  message.title = title(notices);
  message.markdown = fmt::format("### {}\n\n", quoted_line(message.title));
  for (const Notice& notice : notices) {
    const std::string text = excerpt(notice.text, text_bytes_max);
    const std::string head = heading(notice);
    const std::string around = circumstances(notice);
    message.markdown += fmt::format("**{}**\n\n{}{}\n\n", quoted_line(head),
                                    framed(quoted_line(text), "> ", "\n\n"), around);
    message.plain += fmt::format("{}\n{}  {}\n\n", head, framed(text, "  ", "\n"), around);
  }
  return message;
}

AlertMessage AlertWriter::test_message(std::string_view channel, Timestamp now) const {
  const bool zh = language_ == Language::zh;
  const std::string at = format_local(zone_.to_local(now));
  AlertMessage message;
  message.title = zh ? "Weir 测试消息" : "Weir: a test message";
  message.plain = fmt::format(
      fmt::runtime(zh ? "告警通道 {} 可以收到消息。发送时间 {}。\n"
                      : "The channel {} can be reached: alerts would come here. Sent at {}.\n"),
      channel, at);
  message.markdown = fmt::format("### {}\n\n{}", message.title, quoted_line(message.plain));
  return message;
}

}  // namespace weir
