// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/control_json.h"

#include "sandbox/dingtalk/receipt_form.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

template <typename Enum>
using Words = std::vector<std::pair<Enum, std::string>>;

const Words<StampClock>& clock_words() {
  static const Words<StampClock> words{{StampClock::local, "local"}, {StampClock::utc, "utc"}};
  return words;
}

const Words<CapBehaviour>& cap_words() {
  static const Words<CapBehaviour> words{
      {CapBehaviour::empty, "empty"}, {CapBehaviour::error, "error"}, {CapBehaviour::clip, "clip"}};
  return words;
}

const Words<NaturalOrder>& order_words() {
  static const Words<NaturalOrder> words{{NaturalOrder::newest, "newest"},
                                         {NaturalOrder::oldest, "oldest"},
                                         {NaturalOrder::scrambled, "scrambled"}};
  return words;
}

template <typename Enum>
std::string word_of(const Words<Enum>& words, Enum value) {
  for (const auto& [known, word] : words) {
    if (known == value) {
      return word;
    }
  }
  return {};
}

// Reads members of one JSON object, notes the first fault, and which members nobody asked for.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {
    if (!object.is_object()) {
      fault_ = "a JSON object is expected";
    }
  }

  template <typename Number>
  void number(const std::string& name, Number& into, double most = 9e15, double least = 0) {
    if (const Json* value = take(name)) {
      if (value->is_number() && value->get<double>() >= least && value->get<double>() <= most) {
        into = static_cast<Number>(value->get<double>());
      } else {
        note(fmt::format("`{}` must be a number from {} to {}, not {}", name, least, most,
                         value->dump()));
      }
    }
  }
  void flag(const std::string& name, bool& into) {
    if (const Json* value = take(name)) {
      if (value->is_boolean()) {
        into = value->get<bool>();
      } else {
        note(fmt::format("`{}` must be true or false, not {}", name, value->dump()));
      }
    }
  }
  void text(const std::string& name, std::string& into) {
    if (const Json* value = take(name)) {
      if (value->is_string()) {
        into = value->get<std::string>();
      } else {
        note(fmt::format("`{}` must be a text, not {}", name, value->dump()));
      }
    }
  }
  template <typename Enum>
  void word(const std::string& name, const Words<Enum>& words, Enum& into) {
    if (const Json* value = take(name)) {
      std::string all;
      for (const auto& [known, text] : words) {
        if (value->is_string() && *value == Json(text)) {
          into = known;
          return;
        }
        all += (all.empty() ? "" : ", ") + text;
      }
      note(fmt::format("`{}` must be one of {}, not {}", name, all, value->dump()));
    }
  }
  const Json* take(const std::string& name) {
    taken_.push_back(name);
    if (!object_.is_object()) {
      return nullptr;
    }
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void note(std::string fault) {
    if (fault_.empty()) {
      fault_ = std::move(fault);
    }
  }
  // The first fault, or a member that is not known; empty: all is well.
  std::string fault() const {
    if (!fault_.empty()) {
      return fault_;
    }
    for (const auto& item : object_.items()) {
      if (std::find(taken_.begin(), taken_.end(), item.key()) == taken_.end()) {
        std::string all;
        for (const std::string& name : taken_) {
          all += (all.empty() ? "" : ", ") + name;
        }
        return fmt::format("`{}` is not known here; known are: {}", item.key(), all);
      }
    }
    return {};
  }

 private:
  const Json& object_;
  std::vector<std::string> taken_;
  std::string fault_;
};

template <typename Duration>
void read_duration(Members& members, const std::string& name, Duration& into) {
  std::int64_t count = into.count();
  members.number(name, count, 1e9);
  into = Duration(count);
}

}  // namespace

Json settings_json(const Settings& settings) {
  return Json{{"clock", word_of(clock_words(), settings.clock)},
              {"result_cap", settings.result_cap},
              {"beyond_cap", word_of(cap_words(), settings.cap_behaviour)},
              {"inline_rows", settings.inline_rows},
              {"qps", settings.qps},
              {"monthly", settings.monthly},
              {"latency_ms", settings.latency.count()},
              {"jitter_ms", settings.jitter.count()},
              {"gzip", settings.gzip},
              {"chunked", settings.chunked},
              {"token_life", settings.token_life.count()},
              {"second_filters", settings.second_filters},
              {"yida_throttle_status", settings.yida_throttle_status},
              {"parameter_status", settings.parameter_status},
              {"unindexed", settings.unindexed},
              {"order", word_of(order_words(), settings.natural_order)},
              {"shuffled_ties", settings.shuffled_ties},
              {"date_offset_minutes", settings.date_offset_minutes},
              {"form_name", settings.form_name},
              {"form_version", settings.form_version}};
}

Read<Settings> patched(Settings settings, const Json& change) {
  Members members(change);
  members.word("clock", clock_words(), settings.clock);
  members.number("result_cap", settings.result_cap);
  members.word("beyond_cap", cap_words(), settings.cap_behaviour);
  members.number("inline_rows", settings.inline_rows, 1e6);
  members.number("qps", settings.qps, 1e6);
  members.number("monthly", settings.monthly);
  read_duration(members, "latency_ms", settings.latency);
  read_duration(members, "jitter_ms", settings.jitter);
  members.flag("gzip", settings.gzip);
  members.flag("chunked", settings.chunked);
  read_duration(members, "token_life", settings.token_life);
  members.flag("second_filters", settings.second_filters);
  members.number("yida_throttle_status", settings.yida_throttle_status, 599);
  members.number("parameter_status", settings.parameter_status, 599);
  members.word("order", order_words(), settings.natural_order);
  members.flag("shuffled_ties", settings.shuffled_ties);
  members.number("date_offset_minutes", settings.date_offset_minutes, 1e6, -1e6);
  members.text("form_name", settings.form_name);
  members.number("form_version", settings.form_version, 1e6);
  if (const Json* fields = members.take("unindexed")) {
    settings.unindexed.clear();
    for (const Json& field : *fields) {
      if (!field.is_string()) {
        members.note("`unindexed` must be a list of field ids");
        break;
      }
      settings.unindexed.push_back(field.get<std::string>());
    }
  }
  if (std::string fault = members.fault(); !fault.empty()) {
    return tl::unexpected(std::move(fault));
  }
  return settings;
}

Json fault_json(const Fault& fault) {
  return Json{{"kind", to_string(fault.kind)},
              {"rate", fault.rate},
              {"next", fault.next},
              {"skip", fault.skip},
              {"api", fault.api},
              {"ms", fault.delay.count()}};
}

Read<Fault> read_fault(const std::string& kind, const Json& value) {
  const auto known = parse_fault_kind(kind);
  if (!known) {
    std::string all;
    for (const FaultKind each : all_fault_kinds()) {
      all += fmt::format("{}{}", all.empty() ? "" : ", ", to_string(each));
    }
    return tl::unexpected(fmt::format("`{}` is no fault; known are: {}", kind, all));
  }
  Fault fault;
  fault.kind = *known;
  if (value.is_number()) {
    fault.rate = value.get<double>();
    return fault;
  }
  Members members(value);
  members.number("rate", fault.rate, 1);
  members.number("next", fault.next);
  members.number("skip", fault.skip);
  members.text("api", fault.api);
  read_duration(members, "ms", fault.delay);
  if (std::string wrong = members.fault(); !wrong.empty()) {
    return tl::unexpected(fmt::format("`{}`: {}", kind, wrong));
  }
  return fault;
}

Json live_json(const LivePlan& plan) {
  return Json{{"every_calls", plan.every_calls},
              {"add", plan.add},
              {"change", plan.change},
              {"approve", plan.approve},
              {"delete", plan.remove}};
}

Read<LivePlan> read_live(const Json& value) {
  LivePlan plan;
  Members members(value);
  constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
  members.number("every_calls", plan.every_calls, kMost);
  members.number("add", plan.add, 1e6);
  members.number("change", plan.change, 1e6);
  members.number("approve", plan.approve, 1e6);
  members.number("delete", plan.remove, 1e6);
  if (std::string fault = members.fault(); !fault.empty()) {
    return tl::unexpected(fmt::format("live: {}", fault));
  }
  return plan;
}

Read<std::vector<Member>> read_fields(const Json& fields) {
  if (!fields.is_object()) {
    return tl::unexpected(std::string("`fields` must be a JSON object of field ids and values"));
  }
  std::vector<Member> members;
  for (const auto& item : fields.items()) {
    const FormField* known = find_field(item.key());
    const Json& value = item.value();
    const bool number = known != nullptr && known->kind == Component::number;
    const bool choice =
        known != nullptr && (known->kind == Component::choice || known->kind == Component::choices);
    std::string json = value.dump();
    std::string companion;
    if (number && !value.is_null()) {
      companion = value.is_string() ? value.get<std::string>() : json;
      const Json digits = Json::parse(companion, nullptr, false);
      if (!companion.empty() && !digits.is_number()) {
        return tl::unexpected(fmt::format("`{}` takes a number, not {}", item.key(), json));
      }
      json = companion.empty() ? "null" : companion;
      if (json.find('.') != std::string::npos && json.find_first_of("eE") == std::string::npos) {
        json.erase(json.find_last_not_of('0') + 1);
        json.erase(json.back() == '.' ? json.size() - 1 : json.size());
      }
    }
    members.push_back({item.key(), json});
    if (number && !fields.contains(item.key() + "_value")) {
      members.push_back({item.key() + "_value", json_quoted(companion)});
    }
    if (choice && !fields.contains(item.key() + "_id")) {
      members.push_back({item.key() + "_id", json});
    }
  }
  return members;
}

}  // namespace weir::yida_sandbox
