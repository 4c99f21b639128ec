// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/node_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace weir {
namespace {

JsonPath split_path(std::string_view text) {
  JsonPath path;
  while (!text.empty()) {
    const std::size_t dot = text.find('.');
    path.emplace_back(text.substr(0, dot));
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return path;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> unit_seconds(char unit, bool time_part) {
  switch (unit) {
    case 'S':
      return time_part ? std::optional<std::int64_t>(1) : std::nullopt;
    case 'M':
      return time_part ? 60 : 30 * 86400;
    case 'H':
      return time_part ? std::optional<std::int64_t>(3600) : std::nullopt;
    case 'D':
      return time_part ? std::nullopt : std::optional<std::int64_t>(86400);
    case 'W':
      return time_part ? std::nullopt : std::optional<std::int64_t>(7 * 86400);
    default:
      return std::nullopt;
  }
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  std::int64_t seconds = 0;
  bool time_part = false;
  while (!text.empty()) {
    if (text.front() == 'T') {
      time_part = true;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos || digits > 9) {
      return std::nullopt;
    }
    const auto count = parse_integer(text.substr(0, digits));
    const auto unit = unit_seconds(text[digits], time_part);
    if (!count || !unit) {
      return std::nullopt;
    }
    seconds += *count * *unit;
    text.remove_prefix(digits + 1);
  }
  return std::chrono::seconds(seconds);
}

}  // namespace

std::optional<std::string> text_of_scalar(const Node& node) {
  if (node.kind != Node::Kind::scalar) {
    return std::nullopt;
  }
  return to_text(node.scalar.value);
}

const Value* find_path(const Value& value, const JsonPath& path) {
  const Value* found = &value;
  for (const auto& step : path) {
    if (const List* list = found->list()) {
      const auto index = parse_integer(step);
      if (!index || *index < 0 || static_cast<std::size_t>(*index) >= list->size()) {
        return nullptr;
      }
      found = &(*list)[static_cast<std::size_t>(*index)];
    } else {
      found = found->member(step);
    }
    if (found == nullptr) {
      return nullptr;
    }
  }
  return found;
}

NodeReader::NodeReader(const Node& node, std::string what, Faults& faults)
    : node_(node), what_(std::move(what)), faults_(faults) {
  if (node.kind != Node::Kind::mapping) {
    complain(&node, "names and values (a mapping) are expected here");
  }
}

NodeReader::~NodeReader() {
  for (std::size_t i = 0; i < node_.members.size(); ++i) {
    const std::string& name = node_.members[i].first;
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      add_error(faults_, i < node_.member_places.size() ? node_.member_places[i] : node_.at,
                fmt::format("{}: unknown name `{}`{}", what_, name, suggestion(name, known_)));
    }
  }
}

void NodeReader::complain(const Node* where, const std::string& what) {
  add_error(faults_, where == nullptr ? node_.at : where->at, what_ + ": " + what);
}

const Node* NodeReader::child(std::string_view name) {
  known_.emplace_back(name);
  const Node* found = node_.member(name);
  return found == nullptr || found->kind == Node::Kind::null ? nullptr : found;
}

const Node* NodeReader::required_child(std::string_view name) {
  const Node* found = child(name);
  if (found == nullptr) {
    complain(nullptr, fmt::format("`{}` is missing", name));
  }
  return found;
}

std::string NodeReader::text(std::string_view name, std::string fallback) {
  const Node* found = child(name);
  if (found == nullptr) {
    return fallback;
  }
  auto value = text_of_scalar(*found);
  if (!value) {
    complain(found, fmt::format("`{}` takes a text", name));
    return fallback;
  }
  return *value;
}

std::string NodeReader::required_text(std::string_view name) {
  return required_child(name) == nullptr ? std::string() : text(name);
}

std::optional<std::int64_t> NodeReader::integer(std::string_view name) {
  const Node* found = child(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto value = text_of_scalar(*found);
  const auto number = value ? parse_integer(*value) : std::nullopt;
  if (!number) {
    complain(found, fmt::format("`{}` takes a whole number", name));
  }
  return number;
}

bool NodeReader::flag(std::string_view name, bool fallback) {
  const Node* found = child(name);
  if (found == nullptr) {
    return fallback;
  }
  const bool* value = found->scalar.value.boolean();
  if (found->kind != Node::Kind::scalar || value == nullptr) {
    complain(found, fmt::format("`{}` takes true or false", name));
    return fallback;
  }
  return *value;
}

std::vector<const Node*> NodeReader::items(std::string_view name) {
  std::vector<const Node*> nodes;
  const Node* found = child(name);
  if (found != nullptr && found->kind == Node::Kind::sequence) {
    for (const auto& item : found->items) {
      nodes.push_back(&item);
    }
  } else if (found != nullptr) {
    nodes.push_back(found);
  }
  return nodes;
}

std::vector<std::string> NodeReader::texts(std::string_view name) {
  std::vector<std::string> result;
  for (const Node* item : items(name)) {
    auto value = text_of_scalar(*item);
    if (!value) {
      complain(item, fmt::format("`{}` takes texts", name));
      continue;
    }
    result.push_back(std::move(*value));
  }
  return result;
}

JsonPath NodeReader::path(std::string_view name) {
  const Node* found = child(name);
  if (found != nullptr && found->kind == Node::Kind::scalar) {
    return split_path(*text_of_scalar(*found));
  }
  return texts(name);
}

std::optional<std::chrono::seconds> NodeReader::duration(std::string_view name) {
  const Node* found = child(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto value = text_of_scalar(*found);
  const auto length = value ? parse_duration(*value) : std::nullopt;
  if (!length) {
    complain(found, fmt::format("`{}` takes a length of time such as PT5M or P7D", name));
  }
  return length;
}

std::size_t NodeReader::choice(std::string_view name, const std::vector<std::string>& words,
                               std::size_t fallback) {
  const Node* found = child(name);
  if (found == nullptr) {
    return fallback;
  }
  const std::string value = text(name);
  const auto place = std::find(words.begin(), words.end(), value);
  if (place == words.end()) {
    complain(found,
             fmt::format("`{}: {}` is unknown; known: {}", name, value, fmt::join(words, ", ")));
    return fallback;
  }
  return static_cast<std::size_t>(place - words.begin());
}

}  // namespace weir
