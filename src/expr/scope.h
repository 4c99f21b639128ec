// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "core/word_meaning.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Where the names of a template are looked up: a record, an element of a list, the variables of a
// request. What find() gives is valid until the scope changes.
class Scope {
 public:
  virtual ~Scope() = default;
  virtual const Value* find(std::string_view name) const = 0;  // nullptr: no such name
  // What stands around an element of a list: where the whole list is found.
  virtual const Scope& around() const { return *this; }
};

// Inside a list: `list.x` is the element's x, every other name is looked up outside. Refers to all
// that it is made of.
class ElementScope final : public Scope {
 public:
  ElementScope(const Scope& outside, const std::string& list, const Value& element)
      : outside_(outside), list_(list), element_(element) {}

  const Value* find(std::string_view name) const override;
  const Scope& around() const override { return outside_.around(); }

 private:
  const Scope& outside_;
  const std::string& list_;
  const Value& element_;
};

// Variables that the platform gives to a source's request, among them the times of the sync (unix
// seconds, as all exported strategies have them: `{{LAST_SYNC_TIME}}000`) and the place of the
// page.
class Environment final : public Scope {
 public:
  void set(std::string name, Value value) { values_[std::move(name)] = std::move(value); }
  const Value* find(std::string_view name) const override;

  // One of these, or a variable of time.
  static bool is_variable(std::string_view name);
  // Those that a request has besides the variables of time: the example is a value, `of` the page
  // that is asked for in the zone of Shanghai.
  static std::vector<WordMeaning> meanings();

 private:
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace weir
