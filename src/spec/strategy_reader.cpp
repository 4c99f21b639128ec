// SPDX-License-Identifier: Apache-2.0
#include "spec/strategy_reader.h"

#include "spec/beat_flat_reader.h"
#include "spec/fault_text.h"
#include "spec/field_reader.h"
#include "spec/omission_remedy.h"
#include "spec/schedule_reader.h"
#include "spec/vocabulary.h"

#include <algorithm>

namespace weir {
namespace {

class StrategyReader {
 public:
  StrategyReader(const Node& node, bool is_source, Faults& faults)
      : node_(node), is_source_(is_source), faults_(faults) {}

  Strategy read() {
    strategy_.at = node_.at;
    for (const auto& [name, member] : node_.members) {
      strategy_.places.emplace_back(name, member.at);
    }
    if (node_.kind != Node::Kind::mapping) {
      add_error(faults_, node_.at,
                wrong_value(side(), "a mapping with `connection` and `api`", node_));
      return std::move(strategy_);
    }
    const Node* api = node_.member("api");
    const bool alone =
        !is_source_ && api != nullptr && Strategy::writes_nothing(scalar_text(*api).value_or(""));
    strategy_.connection = alone
                               ? text("connection").value_or("")
                               : required_text("connection", "the name of a file in connections/");
    strategy_.api = required_text("api", "what is called at the other system");
    strategy_.method = text("method").value_or("");
    strategy_.id = text("id").value_or("");
    strategy_.number = text("number").value_or("");
    read_id_check();
    strategy_.request = fields("request");
    strategy_.other_request = fields("otherRequest");
    strategy_.response = fields("response");
    strategy_.other_response = fields("otherResponse");
    read_format_response();
    read_conditions();
    read_beat_flat_names();
    strategy_.schedule = read_side_schedule(node_, side(), faults_);
    if (const Node* remedy = node_.member("omissionRemedy"); remedy != nullptr && is_source_) {
      strategy_.omission_remedy = read_omission_remedy(*remedy, faults_);
    }
    keep_the_rest();
    warn_of_fields_without_effect();
    return std::move(strategy_);
  }

 private:
  std::string side() const { return is_source_ ? "source" : "target"; }

  std::optional<std::string> text(const char* name) {
    const Node* member = node_.member(name);
    if (member == nullptr || member->kind == Node::Kind::null) {
      return std::nullopt;
    }
    std::optional<std::string> value = scalar_text(*member);
    if (!value) {
      add_error(faults_, member->at, wrong_value(name, "text", *member));
    }
    return value;
  }

  std::string required_text(const char* name, const std::string& meaning) {
    const std::size_t faults = faults_.size();
    const std::string value = text(name).value_or("");
    if (value.empty() && faults_.size() == faults) {
      const Node* member = node_.member(name);
      add_error(faults_, member != nullptr ? member->at : node_.at,
                missing_key(side() + "." + name, meaning));
    }
    return value;
  }

  bool read_flag(const char* name, const Node& node, bool otherwise) {
    const auto flag = flag_of(node);
    if (!flag) {
      add_error(faults_, node.at, wrong_value(name, "`true` or `false`", node));
    }
    return flag.value_or(otherwise);
  }

  void read_id_check() {
    const Node* member = node_.member("idCheck");
    if (member == nullptr || member->kind == Node::Kind::null) {
      return;
    }
    strategy_.id_check = read_flag("idCheck", *member, true);
  }

  // What a target sends is made of `request`; what it needs of `otherRequest` it asks for itself.
  std::vector<std::string> effective_in(const std::string& list) const {
    if (!is_source_ && list == "request") {
      return {"parser", "mapping", "is_required"};
    }
    if (!is_source_ && list == "otherRequest") {
      return {"is_required"};
    }
    return is_source_ && list != "response" && list != "otherResponse"
               ? std::vector<std::string>{"parser"}
               : std::vector<std::string>();
  }

  std::vector<Field> fields(const std::string& name) {
    const Node* plain = node_.member(name);
    const Node* alias = node_.member(name + "Params");
    if (plain != nullptr && alias != nullptr) {
      add_error(faults_, alias->at,
                "`" + name + "` and `" + name + "Params` mean the same; keep one of them");
    }
    const Node* list = plain != nullptr ? plain : alias;
    return list != nullptr ? FieldReader(name, faults_, effective_in(name)).read(*list)
                           : std::vector<Field>();
  }

  // A text member of an entry of formatResponse or condition.
  std::string entry_text(const Node& entry, const char* name, const std::string& list) {
    const Node* member = entry.member(name);
    const std::optional<std::string> value =
        member != nullptr ? scalar_text(*member) : std::nullopt;
    if (member == nullptr) {
      add_error(faults_, entry.at, "an entry of `" + list + "` has no `" + name + "`");
    } else if (!value || value->empty()) {
      add_error(faults_, member->at,
                wrong_value(list + "." + name, value ? "no empty text" : "text", *member));
    }
    return value.value_or("");
  }

  void warn_of_unknown(const Node& entry, KeyPlace place) {
    for (std::size_t i = 0; i < entry.members.size(); ++i) {
      const std::string& name = entry.members[i].first;
      const VocabularyKey* key = find_key(place, name);
      if (key == nullptr) {
        add_warning(faults_, entry.member_places[i],
                    "`" + name + "` is not known in `" + std::string(to_string(place)) +
                        "` and has no effect" + suggestion(name, known_keys(place)));
      } else if (key->effect == KeyEffect::kept) {
        warn_of_kept(*key, entry.member_places[i]);
      }
    }
  }

  void read_format_response() {
    const Node* list = node_.member("formatResponse");
    if (list == nullptr || list->kind == Node::Kind::null) {
      return;
    }
    if (list->kind != Node::Kind::sequence) {
      add_error(faults_, list->at,
                wrong_value("formatResponse", "a list", *list) +
                    "; for example `- {old: a, new: b, format: date}`");
      return;
    }
    for (const Node& entry : list->items) {
      if (entry.kind != Node::Kind::mapping) {
        add_error(faults_, entry.at,
                  "an entry of " + wrong_value("formatResponse", "`{old, new, format}`", entry));
        continue;
      }
      FormatRule rule;
      rule.at = entry.at;
      rule.old_name = entry_text(entry, "old", "formatResponse");
      rule.new_name = entry_text(entry, "new", "formatResponse");
      rule.format = entry_text(entry, "format", "formatResponse");
      warn_of_unknown(entry, KeyPlace::format_rule);
      if (!rule.old_name.empty() && !rule.new_name.empty() && !rule.format.empty()) {
        strategy_.format_response.push_back(std::move(rule));
      }
    }
  }

  void read_conditions() {
    const Node* list = node_.member("condition");
    if (list == nullptr || list->kind == Node::Kind::null) {
      return;
    }
    if (list->kind != Node::Kind::sequence) {
      refuse_condition("`condition` must be a list of lists", *list);
      return;
    }
    for (const Node& group : list->items) {
      if (group.kind != Node::Kind::sequence) {
        refuse_condition("an entry of `condition` must be a list", group);
        continue;
      }
      std::vector<Condition> conditions;
      for (const Node& entry : group.items) {
        read_condition(entry, conditions);
      }
      if (!conditions.empty()) {
        strategy_.conditions.push_back(std::move(conditions));
      }
    }
  }

  void refuse_condition(const std::string& what, const Node& node) {
    add_error(faults_, node.at,
              what + ", and is " + shown(node) +
                  "; outer or, inner and, as in `[[{field: a, logic: eq, value: b}]]`");
  }

  void read_condition(const Node& entry, std::vector<Condition>& conditions) {
    if (entry.kind != Node::Kind::mapping) {
      refuse_condition("a condition must be `{field, logic, value}`", entry);
      return;
    }
    Condition condition;
    condition.at = entry.at;
    condition.field = entry_text(entry, "field", "condition");
    condition.logic = entry_text(entry, "logic", "condition");
    if (const Node* value = entry.member("value")) {
      condition.value = value->to_setting();
    }
    if (const Node* strict = entry.member("strictMode")) {
      condition.strict = read_flag("strictMode", *strict, false);
    }
    warn_of_unknown(entry, KeyPlace::condition);
    if (!condition.field.empty() && !condition.logic.empty()) {
      conditions.push_back(std::move(condition));
    }
  }

  void read_beat_flat_names() {
    strategy_.beat_flat = take_beat_flat(strategy_.other_request, faults_);
    const Node* list = node_.member("beatFlat");
    if (list != nullptr && !strategy_.beat_flat.empty()) {
      add_error(faults_, list->at,
                "`beatFlat` stands both here and in `otherRequest`; keep one of them");
    } else if (list != nullptr) {
      strategy_.beat_flat = read_beat_flat(*list, faults_);
    }
  }

  KeyPlace place() const { return is_source_ ? KeyPlace::source : KeyPlace::target; }

  // Those that this reader has taken into members of Strategy already.
  static bool is_read(const std::string& name) {
    static const std::vector<std::string> read_keys = {
        "connection", "api",           "method",         "id",
        "number",     "idCheck",       "request",        "otherRequest",
        "response",   "otherResponse", "formatResponse", "condition",
        "beatFlat",   "schedule",      "crontab",        "omissionRemedy"};
    return std::find(read_keys.begin(), read_keys.end(), name) != read_keys.end();
  }

  void keep_the_rest() {
    for (std::size_t i = 0; i < node_.members.size(); ++i) {
      const auto& [name, member] = node_.members[i];
      const VocabularyKey* key = find_key(place(), name);
      if (read_place_of_records(name, member)) {
        continue;
      }
      if (key == nullptr || !is_read(key->name)) {
        strategy_.unknown.emplace_back(name, member.to_setting());
      }
      if (key == nullptr) {
        add_warning(faults_, node_.member_places[i],
                    "`" + name + "` is not known in `" + side() +
                        "`; it is kept, and has no effect" + suggestion(name, known_keys(place())));
      } else if (key->effect == KeyEffect::kept && !asks_for_nothing(name, member)) {
        warn_of_kept(*key, node_.member_places[i]);
      }
    }
  }

  // `table` and `key` of a target; false: it is neither.
  bool read_place_of_records(const std::string& name, const Node& member) {
    if (is_source_ || (name != "table" && name != "key")) {
      return false;
    }
    const auto text = scalar_text(member);
    if (!text || text->empty()) {
      add_error(faults_, member.at, wrong_value("target." + name, "a name", member));
      return true;
    }
    (name == "table" ? strategy_.table : strategy_.key) = *text;
    return true;
  }

  // {"method": "none"} is what the platform exports where no operation was chosen.
  static bool asks_for_nothing(const std::string& name, const Node& member) {
    const Node* method = name == "operation" ? member.member("method") : nullptr;
    const bool none = method != nullptr && scalar_text(*method).value_or("") == "none";
    return none || member.kind == Node::Kind::null ||
           (member.kind != Node::Kind::scalar && member.items.empty() && member.members.empty());
  }

  void warn_of_kept(const VocabularyKey& key, const Location& at) {
    add_warning(faults_, at,
                "`" + key.name + "` is kept, and has no effect yet: " + key.description);
  }

  // Some strategies carry these among their fields instead of beside them.
  void warn_of_fields_without_effect() {
    for (const auto* list : {&strategy_.other_request, &strategy_.response}) {
      for (const Field& field : *list) {
        for (const char* name : {"primaryWriteback", "callBackStrategy"}) {
          const VocabularyKey* key = find_key(place(), name);
          if (field.field == name && key->effect == KeyEffect::kept) {
            warn_of_kept(*key, field.at);
          }
        }
      }
    }
  }

  const Node& node_;
  const bool is_source_;
  Faults& faults_;
  Strategy strategy_;
};

}  // namespace

Strategy read_strategy(const Node& node, bool is_source, Faults& faults) {
  return StrategyReader(node, is_source, faults).read();
}

}  // namespace weir
