// SPDX-License-Identifier: Apache-2.0
#include "pipeline/declared_tests.h"

#include "spec/fault_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

namespace weir {
namespace {

const std::vector<std::string> test_members = {"name",     "record", "records",    "rows",
                                               "filtered", "failed", "collections"};

// A list, or one item that stands for a list of itself.
std::vector<const Node*> items_of(const Node& test, const char* name) {
  std::vector<const Node*> items;
  const Node* member = test.member(name);
  if (member == nullptr || member->kind == Node::Kind::null) {
    return items;
  }
  if (member->kind != Node::Kind::sequence) {
    items.push_back(member);
  }
  for (const Node& item : member->items) {
    items.push_back(&item);
  }
  return items;
}

void read_record(const Node& node, DeclaredTest& test, Faults& faults) {
  if (node.kind == Node::Kind::mapping) {
    test.records.push_back(to_json(node.to_value()));
    return;
  }
  const std::string* json = node.scalar.value.text();
  if (node.kind != Node::Kind::scalar || json == nullptr) {
    add_error(faults, node.at,
              "a record of a test must be a mapping, or its JSON as text, and is " + shown(node));
    return;
  }
  if (const auto parsed = parse_json(*json); !parsed) {
    add_error(faults, node.at, "a record of a test: " + parsed.error().message);
    return;
  }
  test.records.push_back(*json);
}

void read_row(const Node& node, DeclaredTest& test, Faults& faults) {
  if (node.kind == Node::Kind::mapping) {
    test.rows.push_back(node.to_value());
  } else {
    add_error(faults, node.at,
              "a row of a test must be a mapping of names and values, and is " + shown(node));
  }
}

std::vector<std::string> read_reasons(const Node& test, const char* name, Faults& faults) {
  std::vector<std::string> reasons;
  for (const Node* node : items_of(test, name)) {
    if (node->kind == Node::Kind::scalar) {
      reasons.push_back(to_text(node->scalar.value));
    } else {
      add_error(faults, node->at,
                fmt::format("`{}` of a test must hold parts of reasons, as text, and is {}", name,
                            shown(*node)));
    }
  }
  return reasons;
}

void read_collections(const Node& node, DeclaredTest& test, Faults& faults) {
  if (node.kind != Node::Kind::mapping) {
    add_error(faults, node.at,
              "`collections` of a test must be a mapping of pipelines and lists of their records");
    return;
  }
  for (const auto& [pipeline, ignored] : node.members) {
    std::vector<Value>& records = test.collections[pipeline];
    for (const Node* record : items_of(node, pipeline.c_str())) {
      if (record->kind == Node::Kind::mapping) {
        records.push_back(record->to_value());
      } else {
        add_error(faults, record->at,
                  fmt::format("a record of `{}` in `collections` must be a mapping of names and "
                              "values, as they are after cleaning",
                              pipeline));
      }
    }
  }
}

void check_members(const Node& node, Faults& faults) {
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const std::string& name = node.members[i].first;
    if (std::find(test_members.begin(), test_members.end(), name) == test_members.end()) {
      add_error(faults, node.member_places[i],
                unknown_name("member of a test", name, test_members));
    }
  }
}

DeclaredTest read_test(const Node& node, std::size_t number, Faults& faults) {
  DeclaredTest test;
  test.at = node.at;
  test.name = fmt::format("test {}", number);
  if (node.kind != Node::Kind::mapping) {
    add_error(faults, node.at,
              "a test must be a mapping with `records` and `rows`, and is " + shown(node));
    return test;
  }
  check_members(node, faults);
  if (const Node* name = node.member("name")) {
    test.name = to_text(name->to_value());
  }
  for (const char* member : {"record", "records"}) {
    for (const Node* record : items_of(node, member)) {
      read_record(*record, test, faults);
    }
  }
  for (const Node* row : items_of(node, "rows")) {
    read_row(*row, test, faults);
  }
  if (const Node* collections = node.member("collections")) {
    read_collections(*collections, test, faults);
  }
  test.filtered = read_reasons(node, "filtered", faults);
  test.failed = read_reasons(node, "failed", faults);
  if (node.member("record") == nullptr && node.member("records") == nullptr) {
    add_error(faults, node.at, fmt::format("test `{}` has no `records`", test.name));
  }
  return test;
}

// What a statement is given of a request: its parameters, or a request that holds nothing else.
const Value& row_of(const Value& request) {
  const Value* parameters = request.member("main_params");
  return parameters != nullptr && parameters->object() != nullptr ? *parameters : request;
}

// A parameter is bound by its text: 1 and "1" are the same to the target, NULL and "" are not.
bool same(const Value& expected, const Value& found) {
  return expected.is_null() == found.is_null() && to_text(expected) == to_text(found);
}

std::string shown(const Value& value) { return value.is_null() ? "NULL" : to_json(value); }

// What came out of the records, in their order.
struct Outcomes {
  std::vector<Value> rows;
  std::vector<std::string> filtered;
  std::vector<std::string> failed;
};

Outcomes apply_all(const DeclaredTest& test, const Transform& transform) {
  Outcomes outcomes;
  for (const std::string& raw : test.records) {
    auto outcome = transform.apply(raw);
    if (!outcome) {
      outcomes.failed.push_back(std::move(outcome).error().message);
    } else if (const auto* filtered = std::get_if<Filtered>(&*outcome)) {
      outcomes.filtered.push_back(filtered->reason);
    } else {
      for (const Value& request : std::get<Mapped>(*outcome).rows.trees()) {
        outcomes.rows.push_back(row_of(request));
      }
    }
  }
  return outcomes;
}

void compare_row(std::size_t number, const Value& expected, const Value& found,
                 std::vector<std::string>& differences) {
  for (const auto& [name, value] : *expected.object()) {
    const Value* actual = found.member(name);
    if (actual == nullptr) {
      differences.push_back(fmt::format("row {}: there is no `{}`", number, name));
    } else if (!same(value, *actual)) {
      differences.push_back(fmt::format("row {} `{}`: expected {}, got {}", number, name,
                                        shown(value), shown(*actual)));
    }
  }
}

void compare_rows(const std::vector<Value>& expected, const std::vector<Value>& found,
                  std::vector<std::string>& differences) {
  for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
    if (i >= found.size()) {
      differences.push_back(fmt::format("row {} is missing: {}", i + 1, to_json(expected[i])));
    } else if (i >= expected.size()) {
      differences.push_back(fmt::format("row {} was not expected: {}", i + 1, to_json(found[i])));
    } else {
      compare_row(i + 1, expected[i], found[i], differences);
    }
  }
}

void compare_reasons(std::string_view what, const std::vector<std::string>& expected,
                     const std::vector<std::string>& found, std::vector<std::string>& differences) {
  for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
    if (i >= found.size()) {
      differences.push_back(fmt::format("no record {} because of `{}`", what, expected[i]));
    } else if (i >= expected.size()) {
      differences.push_back(fmt::format("a record {}, which was not expected: {}", what, found[i]));
    } else if (found[i].find(expected[i]) == std::string::npos) {
      differences.push_back(
          fmt::format("a record {}, but not because of `{}`: {}", what, expected[i], found[i]));
    }
  }
}

}  // namespace

std::vector<DeclaredTest> read_declared_tests(const Node& node, Faults& faults) {
  std::vector<DeclaredTest> tests;
  if (node.kind == Node::Kind::null) {
    return tests;
  }
  if (node.kind != Node::Kind::sequence) {
    add_error(faults, node.at,
              wrong_value("tests", "a list of tests, each with `records` and `rows`", node));
    return tests;
  }
  for (const Node& item : node.items) {
    tests.push_back(read_test(item, tests.size() + 1, faults));
  }
  return tests;
}

std::vector<std::string> run_declared_test(const DeclaredTest& test, const Transform& transform) {
  const Outcomes outcomes = apply_all(test, transform);
  std::vector<std::string> differences;
  compare_rows(test.rows, outcomes.rows, differences);
  compare_reasons("was filtered", test.filtered, outcomes.filtered, differences);
  compare_reasons("failed", test.failed, outcomes.failed, differences);
  return differences;
}

}  // namespace weir
