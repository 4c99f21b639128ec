// SPDX-License-Identifier: Apache-2.0
#include "pipeline/alert_limits.h"

#include "core/duration.h"

#include <utility>

namespace weir {
namespace {

constexpr std::string_view never = "never";

struct LimitsText {
  std::optional<std::string> nothing_for;
  std::optional<double> warned_percent;
};

const Spec<LimitsText>& limits_spec() {
  static const auto spec =
      Spec<LimitsText>("From which figures on a person is told.")
          .field(&LimitsText::nothing_for, "nothing_for",
                 "A scheduled pipeline that delivers nothing for longer is told of; `never` "
                 "(default): none is.")
          .example("2d")
          .field(&LimitsText::warned_percent, "warned_percent",
                 "Of the records delivered, how many may have a warning; by default 5.")
          .range(0, 100)
          .example("5");
  return spec;
}

std::optional<std::chrono::milliseconds> read_nothing_for(const std::string& text, const Node& node,
                                                          Faults& faults) {
  if (text == never) {
    return std::chrono::milliseconds(0);
  }
  const auto length = parse_duration(text);
  if (length && length->count() > 0) {
    return *length;
  }
  const Node* member = node.member("nothing_for");
  add_error(faults, member != nullptr ? member->at : node.at,
            "`nothing_for` must be a length of time, as in `2d` or `12h`, or `never`, and is `" +
                text + "`");
  return std::nullopt;
}

}  // namespace

AlertLimits AlertLimits::over(const AlertLimits& others) const {
  return {nothing_for ? nothing_for : others.nothing_for,
          warned_percent ? warned_percent : others.warned_percent};
}

AlertLimits read_alert_limits(const Node& node, const std::vector<std::string>& also_known,
                              Faults& faults) {
  const LimitsText text = limits_spec().read(node, also_known, faults);
  AlertLimits limits;
  if (text.nothing_for) {
    limits.nothing_for = read_nothing_for(*text.nothing_for, node, faults);
  }
  limits.warned_percent = text.warned_percent;
  return limits;
}

SpecTable alert_limits_table() { return limits_spec().table(); }

}  // namespace weir
