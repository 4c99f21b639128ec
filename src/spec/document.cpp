// SPDX-License-Identifier: Apache-2.0
#include "spec/document.h"

#include "core/excerpt.h"
#include "spec/text_encoding.h"
#include "spec/tree_builder.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <sstream>

namespace weir {
namespace {

constexpr std::size_t document_bytes_max = 4 * 1024 * 1024;

std::string_view line_of(std::string_view text, int line) {
  for (int skipped = 1; skipped < line; ++skipped) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  return !text.empty() && text.back() == '\r' ? text.substr(0, text.size() - 1) : text;
}

// A line that names something secret is shown without its value: it may have been typed in plainly.
std::string shown_line(std::string_view line) {
  std::string lower(line);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  for (const char* word : {"secret", "password", "token", "key", "credential"}) {
    const std::size_t found = lower.find(word);
    if (found != std::string::npos) {
      const std::size_t colon = line.find(':', found);
      return std::string(line.substr(0, std::min(colon, found + 24))) + ": ***";
    }
  }
  return excerpt(line, 120);
}

std::string advice(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) {
    return "; there is a tab in this line: indent with spaces";
  }
  if (line.find("${") != std::string_view::npos) {
    return "; put text with `${…}` into quotes";
  }
  if (line.find('{') != std::string_view::npos) {
    return "; put text with `{…}` into quotes, and close every bracket";
  }
  return "";
}

void add_syntax_fault(const YAML::Exception& error, std::string_view text, const std::string& name,
                      Faults& faults) {
  const int line = error.mark.is_null() ? 0 : error.mark.line + 1;
  const std::string_view source = line_of(text, line);
  std::string message = "column " + std::to_string(error.mark.column + 1) + ": " + error.msg;
  if (!source.empty()) {
    message += ": `" + shown_line(source) + "`" + advice(source);
  }
  add_error(faults, {name, line}, message);
}

// False: a syntax error ended it.
bool parse_events(std::string_view text, const std::string& name, TreeBuilder& builder,
                  Faults& faults) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      builder.expect_end();
      parser.HandleNextDocument(builder);
    }
    return true;
  } catch (const YAML::Exception& error) {
    add_syntax_fault(error, text, name, faults);
  } catch (const std::exception& error) {
    add_error(faults, {name, 0}, std::string("cannot be read: ") + error.what());
  }
  return false;
}

Node cut_root(const std::string& name) {
  Node root;
  root.at = {name, 0};
  root.cut = true;
  return root;
}

}  // namespace

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

const Node* Node::member(std::string_view name) const {
  for (const auto& [key, node] : members) {
    if (key == name) {
      return &node;
    }
  }
  return nullptr;
}

Value Node::to_value() const {
  switch (kind) {
    case Kind::null:
      return nullptr;
    case Kind::scalar:
      return scalar.value;
    case Kind::sequence: {
      List list;
      list.reserve(items.size());
      for (const Node& item : items) {
        list.push_back(item.to_value());
      }
      return list;
    }
    case Kind::mapping: {
      Object object;
      object.reserve(members.size());
      for (const auto& [key, node] : members) {
        object.emplace_back(key, node.to_value());
      }
      return object;
    }
  }
  return nullptr;
}

bool Node::holds_secret() const {
  return scalar.secret ||
         std::any_of(items.begin(), items.end(),
                     [](const Node& item) { return item.holds_secret(); }) ||
         std::any_of(members.begin(), members.end(),
                     [](const auto& member) { return member.second.holds_secret(); });
}

Setting Node::to_setting() const { return {to_value(), holds_secret(), at, scalar.resolved}; }

Node read_document(std::string_view text, const std::string& name, const References& references,
                   Faults& faults) {
  if (text.size() > document_bytes_max) {
    add_error(faults, {name, 0}, "is larger than 4 MiB; is it a file of Weir?");
    return cut_root(name);
  }
  if (const int line = first_invalid_line(text); line > 0) {
    add_error(faults, {name, line}, "is not UTF-8 in this line; save the file as UTF-8");
    return cut_root(name);
  }
  TreeBuilder builder(name, references, faults);
  const bool whole = looks_like_json(text)
                         ? parse_events(join_surrogates(text), name, builder, faults)
                         : parse_events(text, name, builder, faults);
  Node root = builder.take();
  root.cut = !whole;
  return root;
}

}  // namespace weir
