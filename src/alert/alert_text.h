// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/notice.h"
#include "core/clock.h"
#include "core/time_zone.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Language : std::uint8_t { en, zh };

// What a channel sends: the same in the forms that channels take.
struct AlertMessage {
  std::string title;            // one line; always holds "Weir", for a robot's keyword
  std::string markdown;         // in the few words of Markdown that DingTalk knows
  std::string plain;            // for mail
  std::vector<Notice> notices;  // for programs
};

// Words for people, in the workspace's language and zone. What a run or another system said is
// quoted as it came, shortened to some 600 bytes a notice.
class AlertWriter {
 public:
  AlertWriter(Language language, TimeZone zone) : language_(language), zone_(zone) {}

  AlertMessage message(const std::vector<Notice>& notices) const;
  // Of `weir alert test`.
  AlertMessage test_message(std::string_view channel, Timestamp now) const;

 private:
  std::string heading(const Notice& notice) const;
  std::string circumstances(const Notice& notice) const;
  std::string title(const std::vector<Notice>& notices) const;

  Language language_;
  TimeZone zone_;
};

}  // namespace weir
