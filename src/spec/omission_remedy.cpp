// SPDX-License-Identifier: Apache-2.0
#include "spec/omission_remedy.h"

#include "spec/field_reader.h"
#include "spec/schedule_reader.h"
#include "spec/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

void warn_of_members(const Node& node, Faults& faults) {
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const auto& [name, member] = node.members[i];
    const VocabularyKey* key = find_key(KeyPlace::remedy, name);
    if (key == nullptr) {
      add_warning(faults, node.member_places[i],
                  fmt::format("`{}` is not known in `omissionRemedy` and has no effect{}", name,
                              suggestion(name, known_keys(KeyPlace::remedy))));
    } else if (key->effect == KeyEffect::kept && !to_text(member.to_value()).empty()) {
      add_warning(faults, node.member_places[i],
                  fmt::format("`{}` of `omissionRemedy` is kept, and has no effect: {}", name,
                              key->description));
    }
  }
}

Field* find_in(std::vector<Field>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.field == name; });
  return found == fields.end() ? nullptr : &*found;
}

void take_over(Field& field, const Field& entry) {
  field.value = entry.value;
  field.children = entry.children;
  if (!entry.type.empty()) {
    field.type = entry.type;
  }
  if (entry.parser) {
    field.parser = entry.parser;
  }
  field.at = entry.at;
  field.taken_over = TakenOver::replaced;
}

}  // namespace

std::optional<OmissionRemedy> read_omission_remedy(const Node& node, Faults& faults) {
  if (node.kind == Node::Kind::null || (node.kind == Node::Kind::sequence && node.items.empty())) {
    return std::nullopt;
  }
  if (node.kind != Node::Kind::mapping) {
    add_error(faults, node.at,
              "`omissionRemedy` must be a mapping, as in `{crontab: \"10 3 * * *\", "
              "takeOverRequest: [{field: a, value: b}]}`");
    return std::nullopt;
  }
  warn_of_members(node, faults);
  OmissionRemedy remedy;
  remedy.at = node.at;
  if (const Node* crontab = node.member("crontab")) {
    remedy.crontab = read_crontab(*crontab, faults);
  }
  if (const Node* entries = node.member("takeOverRequest")) {
    remedy.take_over = FieldReader("takeOverRequest", faults, {"parser"}).read(*entries);
  }
  if (remedy.take_over.empty() && !remedy.crontab) {
    return std::nullopt;
  }
  if (remedy.take_over.empty()) {
    add_warning(faults, node.at,
                "`omissionRemedy` has no `takeOverRequest`, so it reads again all that `request` "
                "asks for; name the window in it");
  } else if (!remedy.crontab) {
    add_warning(faults, node.at,
                "`omissionRemedy` has no `crontab`, so it runs only by `weir run --remedy`");
  }
  return remedy;
}

Strategy remedy_strategy(const Strategy& source, const OmissionRemedy& remedy) {
  Strategy made = source;
  for (const Field& entry : remedy.take_over) {
    Field* known = find_in(made.request, entry.field);
    if (known == nullptr) {
      known = find_in(made.other_request, entry.field);
    }
    if (known != nullptr) {
      take_over(*known, entry);
    } else {
      made.request.push_back(entry);
      made.request.back().taken_over = TakenOver::added;
    }
  }
  return made;
}

}  // namespace weir
