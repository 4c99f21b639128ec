// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/record.h"
#include "core/value.h"

#include <span>

namespace weir {

struct TemplateOptions {
  // Spans of a value that is text, ascending and apart, which stand for themselves, braces and all.
  std::span<const TextSpan> literal{};
  // Of the records that names are looked up in; nullptr: of no record. Used while compiling only.
  const RecordShape* shape = nullptr;
  // The whole value is one that must not be shown.
  bool secret = false;
};

}  // namespace weir
