// SPDX-License-Identifier: Apache-2.0
#include "spec/field_reader.h"

#include "spec/fault_text.h"
#include "spec/vocabulary.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

bool is_one_of(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Node* first_of(const Node& node, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const Node* member = node.member(name)) {
      return member;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<std::string> scalar_text(const Node& node) {
  if (node.kind != Node::Kind::scalar || node.scalar.value.boolean() != nullptr) {
    return std::nullopt;
  }
  return to_text(node.scalar.value);
}

std::optional<bool> flag_of(const Node& node) {
  const std::string text = node.kind == Node::Kind::scalar ? to_text(node.scalar.value) : "";
  const bool yes = text == "true" || text == "1";
  return yes || text == "false" || text == "0" ? std::optional(yes) : std::nullopt;
}

std::vector<Field> FieldReader::read(const Node& node) {
  read_list(node, std::nullopt);
  tie_to_parents();
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (!drafts_[i].dropped) {
      below_[drafts_[i].above].push_back(i);
    }
  }
  for (const auto& [above, siblings] : below_) {
    drop_doubles(siblings);
  }
  warn_of_kept();
  return assemble(std::nullopt);
}

void FieldReader::read_list(const Node& node, Place above) {
  if (node.kind == Node::Kind::sequence) {
    for (const Node& item : node.items) {
      read_field(item, above);
    }
  } else if (node.kind == Node::Kind::mapping) {
    for (std::size_t i = 0; i < node.members.size(); ++i) {
      read_short(node.members[i].first, node.member_places[i], node.members[i].second, above);
    }
  } else if (node.kind == Node::Kind::scalar) {
    add_error(faults_, node.at,
              wrong_value(list_, "a list of fields", node) +
                  "; for example `- {field: name, value: \"1\"}`");
  }
}

void FieldReader::read_field(const Node& node, Place above) {
  const Node* name = node.kind == Node::Kind::mapping ? node.member("field") : nullptr;
  const std::optional<std::string> text = name != nullptr ? scalar_text(*name) : std::nullopt;
  if (!text || text->empty()) {
    const std::string where = "an entry of `" + list_ + "`";
    add_error(faults_, name != nullptr ? name->at : node.at,
              node.kind == Node::Kind::mapping
                  ? where + " has no `field`: write its name, as in `{field: name, value: \"1\"}`"
                  : where +
                        " must be a field object, as in `{field: name, value: \"1\"}`, "
                        "and is " +
                        shown(node));
    return;
  }
  Draft draft;
  draft.field.field = *text;
  draft.field.at = node.at;
  draft.above = above;
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    read_key(node.members[i].first, node.member_places[i], node.members[i].second, draft);
  }
  drafts_.push_back(std::move(draft));
  if (const Node* children = node.member("children")) {
    read_list(*children, drafts_.size() - 1);
  }
}

void FieldReader::read_short(const std::string& name, const Location& at, const Node& node,
                             Place above) {
  Draft draft;
  draft.field.field = name;
  draft.field.at = at;
  draft.above = above;
  const bool is_object = node.kind == Node::Kind::mapping;
  if (is_object) {
    draft.field.type = "object";
  } else if (node.kind != Node::Kind::null) {
    draft.field.value = node.to_setting();
  }
  drafts_.push_back(std::move(draft));
  if (is_object) {
    read_list(node, drafts_.size() - 1);
  }
}

void FieldReader::read_key(const std::string& key, const Location& at, const Node& node,
                           Draft& draft) {
  const std::string& name = draft.field.field;
  if (key == "value") {
    if (node.kind != Node::Kind::null) {
      draft.field.value = node.to_setting();
    }
  } else if (key == "type" || key == "id" || key == "parent" || key == "parent_id") {
    const std::optional<std::string> text = scalar_text(node);
    if (!text && node.kind != Node::Kind::null) {
      add_error(faults_, node.at, wrong_value(key, "text", node) + " (of `" + name + "`)");
    } else if (text) {
      std::string& out = key == "type" ? draft.field.type : key == "id" ? draft.id : draft.parent;
      out = out.empty() || !text->empty() ? *text : out;
    }
  } else if (key == "parser") {
    draft.field.parser = read_parser(node);
    if (draft.field.parser) {
      keep(key, at, name);
    }
  } else if (key == "mapping") {
    draft.field.mapping = read_mapping(node);
    if (!draft.field.mapping.empty()) {
      keep(key, at, name);
    }
  } else if (key == "is_required") {
    const auto required = flag_of(node);
    if (!required && node.kind != Node::Kind::null) {
      add_error(faults_, node.at,
                wrong_value("is_required", "`true` or `false`", node) + " (of `" + name + "`)");
    }
    draft.field.required = required.value_or(false);
    if (draft.field.required) {
      keep(key, at, name);
    }
  } else {
    keep(key, at, name);
  }
}

std::optional<Parser> FieldReader::read_parser(const Node& node) {
  const bool is_list = node.kind == Node::Kind::sequence;
  if (node.kind == Node::Kind::null || (is_list && node.items.empty())) {
    return std::nullopt;
  }
  Parser parser;
  const Node* name = node.kind == Node::Kind::mapping ? node.member("name") : &node;
  const std::optional<std::string> text = name != nullptr ? scalar_text(*name) : std::nullopt;
  if (!text) {
    add_error(faults_, node.at, wrong_value("parser", "a name, or `{name: …, params: …}`", node));
    return std::nullopt;
  }
  parser.name = *text;
  for (const char* key : {"params", "params1", "params2"}) {
    const Node* params = node.member(key);
    if (params == nullptr || params->kind == Node::Kind::null) {
      continue;
    }
    if (params->kind == Node::Kind::sequence) {
      for (const Node& item : params->items) {
        parser.params.push_back(to_text(item.to_value()));
      }
    } else {
      parser.params.push_back(to_text(params->to_value()));
    }
  }
  for (const char* key : {"view", "edit", "fieldId"}) {
    const Node* option = node.member(key);
    if (option != nullptr && option->kind != Node::Kind::null) {
      parser.options.emplace_back(key, to_text(option->to_value()));
    }
  }
  return parser;
}

// Pairs, or {values: pairs, direction: reverse}, or the number of a table that the platform keeps.
std::vector<std::pair<std::string, std::string>> FieldReader::read_mapping(const Node& node) {
  const Node* values = node.member("values");
  const Node* direction = node.member("direction");
  if (values == nullptr || values->kind == Node::Kind::scalar) {
    if (direction != nullptr && node.member("target") != nullptr && node.members.size() == 2) {
      add_warning(
          faults_, node.at,
          "this mapping names a table that the platform keeps, and has no effect; write its "
          "values, as in `{values: {0: 草稿, 1: 已审}, direction: reverse}`");
      return {};
    }
    return read_pairs(node);
  }
  auto pairs = read_pairs(*values);
  const std::string way = direction != nullptr ? to_text(direction->to_value()) : "forward";
  if (way != "forward" && way != "positive" && way != "reverse") {
    add_error(faults_, direction->at,
              wrong_value("direction", "`forward` or `reverse`", *direction));
  }
  if (way == "reverse") {
    for (auto& [from, to] : pairs) {
      std::swap(from, to);
    }
  }
  return pairs;
}

// {a: b}, or a list of pairs as the platform's spread sheets name them (a_value, b_value).
std::vector<std::pair<std::string, std::string>> FieldReader::read_pairs(const Node& node) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [from, to] : node.members) {
    pairs.emplace_back(from, to_text(to.to_value()));
  }
  for (const Node& item : node.items) {
    const Node* from = first_of(item, {"a_value", "from", "key"});
    const Node* to = first_of(item, {"b_value", "to", "value"});
    if (from == nullptr || to == nullptr) {
      add_error(faults_, item.at, "an entry of a mapping must be `{a_value: …, b_value: …}`");
      continue;
    }
    pairs.emplace_back(to_text(from->to_value()), to_text(to->to_value()));
  }
  if (node.kind == Node::Kind::scalar) {
    add_error(faults_, node.at, wrong_value("mapping", "a map, as in `{0: 草稿, 1: 已审}`", node));
  }
  return pairs;
}

void FieldReader::keep(const std::string& key, const Location& at, const std::string& field) {
  // Some have an effect in some lists only.
  static const std::vector<std::string> by_list = {"parser", "mapping", "is_required"};
  const VocabularyKey* known = find_key(KeyPlace::field, key);
  const bool has_effect = is_one_of(by_list, key)
                              ? is_one_of(effective_, key)
                              : known != nullptr && known->effect != KeyEffect::kept;
  if (has_effect) {
    return;
  }
  Kept& kept = kept_.emplace(key, Kept{at, {}}).first->second;
  kept.fields.push_back(field);
}

void FieldReader::warn_of_kept() {
  for (const auto& [key, kept] : kept_) {
    const bool known = find_key(KeyPlace::field, key) != nullptr;
    add_warning(
        faults_, kept.at,
        "`" + key + "` (of " + quoted_names(kept.fields, 3) + " in `" + list_ + "`) is " +
            (known ? "kept, and has no effect yet"
                   : "not known and has no effect" + suggestion(key, known_keys(KeyPlace::field))));
  }
}

void FieldReader::tie_to_parents() {
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    Draft& draft = drafts_[i];
    // Where children are nested as well, the nesting is right by itself.
    if (draft.above || draft.parent.empty()) {
      continue;
    }
    const Place parent = find_parent(i);
    if (!parent) {
      if (draft.parent != "0") {
        std::vector<std::string> known;
        for (const Draft& other : drafts_) {
          known.push_back(other.field.field);
        }
        add_error(faults_, draft.field.at,
                  "the parent `" + draft.parent + "` of field `" + draft.field.field +
                      "` is not in `" + list_ + "`" + suggestion(draft.parent, known));
      }
      continue;
    }
    if (is_above(i, *parent)) {
      add_error(
          faults_, draft.field.at,
          "field `" + draft.field.field + "` is its own parent, by way of `" + draft.parent + "`");
      continue;
    }
    const bool stored_twice = std::any_of(drafts_.begin(), drafts_.end(), [&](const Draft& other) {
      return &other != &draft && other.above == parent && other.parent == draft.parent &&
             other.field.field == draft.field.field;
    });
    draft.above = parent;
    draft.dropped = stored_twice;
  }
}

FieldReader::Place FieldReader::find_parent(std::size_t child) const {
  const std::string& wanted = drafts_[child].parent;
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (i != child && drafts_[i].id == wanted) {
      return i;
    }
  }
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (i != child && drafts_[i].field.field == wanted) {
      return i;
    }
  }
  return drafts_[child].field.field == wanted || drafts_[child].id == wanted ? Place(child)
                                                                             : std::nullopt;
}

bool FieldReader::is_above(std::size_t high, std::size_t low) const {
  for (Place place = low; place; place = drafts_[*place].above) {
    if (*place == high) {
      return true;
    }
  }
  return false;
}

void FieldReader::drop_doubles(const std::vector<std::size_t>& siblings) {
  std::map<std::string, std::size_t> seen;
  for (const std::size_t i : siblings) {
    const auto [earlier, added] = seen.emplace(drafts_[i].field.field, i);
    if (added) {
      continue;
    }
    Draft& first = drafts_[earlier->second];
    first.dropped = true;
    add_warning(faults_, drafts_[i].field.at,
                "field `" + first.field.field + "` stands twice in `" + list_ +
                    "`, first in line " + std::to_string(first.field.at.line) +
                    "; this last one counts");
    earlier->second = i;
  }
}

std::vector<Field> FieldReader::assemble(Place above) {
  std::vector<Field> fields;
  const auto found = below_.find(above);
  if (found == below_.end()) {
    return fields;
  }
  for (const std::size_t i : found->second) {
    if (drafts_[i].dropped) {
      continue;
    }
    Field field = std::move(drafts_[i].field);
    field.children = assemble(i);
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace weir
