// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/request_spec.h"

#include <fmt/format.h>

namespace weir {
namespace {

const std::vector<std::string>& place_words() {
  static const std::vector<std::string> words{"request_parameter", "header", "body_json",
                                              "body_data"};
  return words;
}

RequestPlace place_of(std::size_t word) {
  return word == 0   ? RequestPlace::parameter
         : word == 1 ? RequestPlace::header
                     : RequestPlace::body;
}

RequestTemplate read_template(NodeReader& reader, std::string_view name,
                              const TemplateNames& names) {
  const Node* node = reader.child(name);
  return RequestTemplate::compile(reader.text(name), node == nullptr ? reader.at() : node->at,
                                  names, reader.faults());
}

NamedTemplates read_named(NodeReader& reader, std::string_view name, const TemplateNames& names) {
  NamedTemplates templates;
  const Node* node = reader.child(name);
  if (node == nullptr) {
    return templates;
  }
  if (node->kind != Node::Kind::mapping) {
    reader.complain(node, fmt::format("`{}` takes names and values", name));
  }
  for (const auto& [member, value] : node->members) {
    const auto text = text_of_scalar(value);
    if (!text) {
      reader.complain(&value, fmt::format("`{}.{}` takes a text", name, member));
      continue;
    }
    templates.emplace_back(member,
                           RequestTemplate::compile(*text, value.at, names, reader.faults()));
  }
  return templates;
}

void read_collect(NodeReader& reader, Signer& signer, const TemplateNames& names) {
  const Node* node = reader.child("collect");
  if (node == nullptr) {
    if (!signer.text) {
      reader.complain(nullptr, "give `text` or `collect`");
    }
    return;
  }
  NodeReader collect(*node, "signer.collect", reader.faults());
  for (const auto& word : collect.texts("from")) {
    if (word == "request_parameter") {
      signer.collect.push_back(RequestPlace::parameter);
    } else if (word == "header") {
      signer.collect.push_back(RequestPlace::header);
    } else if (word == "body_data" || word == "body_json") {
      signer.collect.push_back(RequestPlace::body);
    } else {
      collect.complain(nullptr, fmt::format("`from: {}` is unknown; known: {}", word,
                                            fmt::join(place_words(), ", ")));
    }
  }
  signer.values = read_named(collect, "values", names);
  signer.body_as = collect.text("body_as");
  signer.exclude = collect.texts("exclude");
}

void read_join(NodeReader& reader, Signer& signer) {
  const Node* node = reader.child("join");
  if (node == nullptr) {
    return;
  }
  NodeReader join(*node, "signer.join", reader.faults());
  signer.pair = join.text("pair", signer.pair);
  signer.separator = join.text("separator");
}

void read_wrap(NodeReader& reader, Signer& signer, const TemplateNames& names) {
  const Node* node = reader.child("wrap");
  if (node == nullptr) {
    return;
  }
  NodeReader wrap(*node, "signer.wrap", reader.faults());
  signer.prefix = read_template(wrap, "prefix", names);
  signer.suffix = read_template(wrap, "suffix", names);
}

void read_encodings(NodeReader& reader, Signer& signer) {
  static const std::vector<std::string> known{"hex", "HEX", "base64", "base64_of_hex", "url"};
  for (const auto& word : reader.texts("encode")) {
    std::size_t index = 0;
    while (index < known.size() && known[index] != word) {
      ++index;
    }
    if (index == known.size()) {
      reader.complain(
          nullptr, fmt::format("`encode: {}` is unknown; known: {}", word, fmt::join(known, ", ")));
      continue;
    }
    signer.encode.push_back(static_cast<Signer::Encoding>(index));
  }
}

Signer read_signer(const Node& node, const TemplateNames& names, Faults& faults) {
  NodeReader reader(node, "signer", faults);
  Signer signer;
  signer.name = reader.required_text("name");
  if (reader.child("text") != nullptr) {
    signer.text = read_template(reader, "text", names);
  }
  read_collect(reader, signer, names);
  signer.sort = static_cast<Signer::Sort>(reader.choice("sort", {"none", "key", "value"}, 1));
  read_join(reader, signer);
  read_wrap(reader, signer, names);
  signer.lower = reader.flag("lower");
  signer.digest = static_cast<DigestKind>(reader.choice("digest", digest_names(), 0));
  signer.key = read_template(reader, "key", names);
  read_encodings(reader, signer);
  if (const Node* place = reader.child("place")) {
    NodeReader place_reader(*place, "signer.place", faults);
    signer.place = read_place(place_reader, RequestPlace::header);
  }
  return signer;
}

void read_body(NodeReader& reader, Requester& requester, const TemplateNames& names) {
  const auto set = [&](Requester::Body body, std::string_view name) {
    const Node* node = reader.child(name);
    if (node == nullptr) {
      return;
    }
    if (requester.body != Requester::Body::none) {
      reader.complain(node, fmt::format("`{}` stands beside another body", name));
    }
    requester.body = body;
    if (body == Requester::Body::text) {
      requester.body_text = read_template(reader, name, names);
    } else if (node->kind != Node::Kind::mapping) {
      reader.complain(node, fmt::format("`{}` takes names and values", name));
    } else {
      requester.body_tree = ValueTemplate::compile(*node, names, reader.faults());
    }
  };
  set(Requester::Body::json, "request_body_json");
  set(Requester::Body::form, "request_body_data");
  set(Requester::Body::text, "request_body");
}

}  // namespace

FieldPlace read_place(NodeReader& reader, RequestPlace fallback) {
  FieldPlace place;
  const std::size_t word = reader.choice("inject_into", place_words(), place_words().size());
  place.into = word == place_words().size() ? fallback : place_of(word);
  place.path = reader.path("field_path");
  const std::string name = reader.text("field_name");
  if (!name.empty()) {
    place.path.push_back(name);
  }
  if (place.path.empty()) {
    reader.complain(nullptr, "`field_name` or `field_path` is missing");
  }
  if (place.into != RequestPlace::body && place.path.size() > 1) {
    reader.complain(nullptr, "a path leads into a body only; give a `field_name`");
  }
  return place;
}

Requester read_requester(const Node& node, const TemplateNames& base_names, Faults& faults) {
  NodeReader reader(node, "requester", faults);
  Requester requester;
  TemplateNames names = base_names;
  for (const Node* item : reader.items("signers")) {
    requester.signers.push_back(read_signer(*item, names, faults));
    names["signature"].push_back(requester.signers.back().name);
  }
  requester.url_base = read_template(reader, "url_base", names);
  requester.path = read_template(reader, "path", names);
  reader.required_child("url_base");
  reader.required_child("path");
  requester.method = std::vector<std::string>{
      "GET", "POST", "PUT", "PATCH",
      "DELETE"}[reader.choice("http_method", {"GET", "POST", "PUT", "PATCH", "DELETE"}, 0)];
  requester.headers = read_named(reader, "request_headers", names);
  requester.parameters = read_named(reader, "request_parameters", names);
  read_body(reader, requester, names);
  if (const Node* paths = reader.child("json_strings")) {
    const Node holder = *paths;
    for (const auto& item : holder.items) {
      Node wrapper;
      wrapper.kind = Node::Kind::mapping;
      wrapper.at = item.at;
      wrapper.members.emplace_back("path", item);
      NodeReader path_reader(wrapper, "json_strings", faults);
      requester.json_strings.push_back(path_reader.path("path"));
    }
  }
  if (const Node* errors = reader.child("error_handler")) {
    requester.errors = read_error_handler(*errors, faults);
  }
  if (const auto timeout = reader.duration("timeout")) {
    requester.timeout = *timeout;
  }
  return requester;
}

}  // namespace weir
