// SPDX-License-Identifier: Apache-2.0
#include "sink/remarks.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace weir {

std::vector<Settlement> remarks_on(std::span<const OutgoingRecord> records,
                                   const std::vector<RowWarning>& warnings) {
  std::map<std::size_t, std::string> texts;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].remark.empty()) {
      texts.emplace(i, records[i].remark);
    }
  }
  for (const RowWarning& warning : warnings) {
    std::string& text = texts[warning.index];
    text += (text.empty() ? "" : "; ") + warning.text;
  }
  std::vector<Settlement> remarks;
  for (auto& [index, text] : texts) {
    const OutgoingRecord& record = records[index];
    remarks.push_back({record.place, RecordState::delivered, std::move(text), true,
                       static_cast<std::uint32_t>(record.rows.size())});
  }
  return remarks;
}

}  // namespace weir
