// SPDX-License-Identifier: Apache-2.0
#include "spec/fault.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir {

bool has_errors(const Faults& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& fault) { return fault.severity == Severity::error; });
}

std::string to_string(const Fault& fault) {
  std::string text = fault.at.file;
  if (!text.empty() && fault.at.line > 0) {
    text += ":" + std::to_string(fault.at.line);
  }
  if (!text.empty()) {
    text += ": ";
  }
  text += fault.severity == Severity::error ? "error: " : "warning: ";
  return text + fault.message;
}

Faults in_order(Faults faults) {
  const auto place = [](const Fault& fault) { return std::tie(fault.at.file, fault.at.line); };
  std::stable_sort(faults.begin(), faults.end(), [&](const Fault& left, const Fault& right) {
    return place(left) < place(right);
  });
  Faults once;
  for (Fault& fault : faults) {
    const bool told = std::any_of(once.begin(), once.end(), [&](const Fault& other) {
      return place(other) == place(fault) && other.message == fault.message;
    });
    if (!told) {
      once.push_back(std::move(fault));
    }
  }
  return once;
}

void add_error(Faults& faults, Location at, std::string message) {
  faults.push_back({Severity::error, std::move(at), std::move(message)});
}

void add_warning(Faults& faults, Location at, std::string message) {
  faults.push_back({Severity::warning, std::move(at), std::move(message)});
}

}  // namespace weir
