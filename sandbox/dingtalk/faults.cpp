// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/faults.h"

#include "sandbox/dingtalk/dice.h"

#include <algorithm>
#include <utility>

namespace weir::yida_sandbox {
namespace {

constexpr std::pair<FaultKind, std::string_view> kNames[] = {
    {FaultKind::http500, "http500"},
    {FaultKind::http502, "http502"},
    {FaultKind::unavailable, "unavailable"},
    {FaultKind::html, "html"},
    {FaultKind::reset, "reset"},
    {FaultKind::hang, "hang"},
    {FaultKind::cut, "cut"},
    {FaultKind::endless, "endless"},
    {FaultKind::slow, "slow"},
    {FaultKind::bad_json, "bad_json"},
    {FaultKind::broken_record, "broken_record"},
    {FaultKind::invalid_utf8, "invalid_utf8"},
    {FaultKind::empty_body, "empty_body"},
    {FaultKind::empty_object, "empty_object"},
    {FaultKind::code_200, "code_200"},
    {FaultKind::empty_page, "empty_page"},
    {FaultKind::no_data, "no_data"},
    {FaultKind::total_high, "total_high"},
    {FaultKind::total_low, "total_low"},
    {FaultKind::total_text, "total_text"},
    {FaultKind::repeat_page, "repeat_page"},
    {FaultKind::previous_page, "previous_page"},
    {FaultKind::no_id, "no_id"},
    {FaultKind::twin_id, "twin_id"},
    {FaultKind::huge_record, "huge_record"},
    {FaultKind::qps, "qps"},
    {FaultKind::api_qps, "api_qps"},
    {FaultKind::too_fast, "too_fast"},
    {FaultKind::too_many, "too_many"},
    {FaultKind::quota, "quota"},
    {FaultKind::punish, "punish"},
    {FaultKind::punish_html, "punish_html"},
    {FaultKind::permission, "permission"},
    {FaultKind::address, "address"},
    {FaultKind::token, "token"},
};

bool concerns(const Fault& fault, std::string_view api) {
  if (fault.api.empty()) {
    return api.find("/yida/") != std::string_view::npos;
  }
  return api.size() >= fault.api.size() && api.substr(api.size() - fault.api.size()) == fault.api;
}

}  // namespace

std::string_view to_string(FaultKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) {
      return name;
    }
  }
  return "";
}

std::optional<FaultKind> parse_fault_kind(std::string_view text) {
  for (const auto& [kind, name] : kNames) {
    if (name == text) {
      return kind;
    }
  }
  return std::nullopt;
}

const std::vector<FaultKind>& all_fault_kinds() {
  static const std::vector<FaultKind> kinds = [] {
    std::vector<FaultKind> all;
    for (const auto& [kind, name] : kNames) {
      all.push_back(kind);
    }
    return all;
  }();
  return kinds;
}

void Faults::add(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::remove(FaultKind kind) {
  const std::lock_guard lock(mutex_);
  std::erase_if(faults_, [&](const Fault& fault) { return fault.kind == kind; });
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::vector<Fault> Faults::list() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

std::optional<Fault> Faults::draw(std::string_view api) {
  const std::lock_guard lock(mutex_);
  const Dice dice(seed_, ++draws_);
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    Fault& fault = faults_[i];
    if (!concerns(fault, api)) {
      continue;
    }
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    const bool in_turn = fault.next > 0;
    if (!in_turn && !dice.percent(fault.rate * 100, i)) {
      continue;
    }
    const Fault struck = fault;
    if (in_turn && --fault.next == 0 && fault.rate <= 0) {
      faults_.erase(faults_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return struck;
  }
  return std::nullopt;
}

}  // namespace weir::yida_sandbox
