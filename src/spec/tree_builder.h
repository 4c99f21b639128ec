// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace weir {

// Makes a Node tree of yaml-cpp's events, with a place for every key and value. Throws
// YAML::ParserException for what goes on being wrong (too deep, too large, a second document);
// other faults are appended and the reading goes on. One document, one thread.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, const References& references, Faults& faults)
      : file_(std::move(file)), references_(references), faults_(faults) {
    root_.at = {file_, 0};
  }

  // A document that starts after this is an error.
  void expect_end() { ended_ = true; }
  // What was built, with everything closed that an error left open.
  Node take();

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;  // of a mapping: `key` waits for its value
    bool is_merge = false;
    std::string key;
    Location key_at;
    std::map<std::string, int> lines;  // of the keys so far
    std::vector<Node> merges;          // what `<<` names
  };

  Location place(const YAML::Mark& mark) const { return {file_, mark.line + 1}; }
  bool key_is_next() const;
  void begin_key(std::string key, bool may_merge, const YAML::Mark& mark);
  void open(Node node, YAML::anchor_t anchor, const YAML::Mark& mark);
  void close();
  void complete(Node node, YAML::anchor_t anchor);
  void add_member(Open& mapping, Node node);
  void merge(Open& mapping);
  void count(std::size_t nodes, const YAML::Mark& mark);
  void check_tag(const std::string& tag, const char* expected, const YAML::Mark& mark);

  const std::string file_;
  const References& references_;
  Faults& faults_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
  std::size_t nodes_ = 0;
  bool ended_ = false;
};

}  // namespace weir
