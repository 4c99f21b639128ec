// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <optional>

namespace weir {

// `omissionRemedy: {crontab, takeOverRequest: [{field, value}, …], adapter}` of a source. Nothing
// where it asks for nothing: no `crontab` and no entry in `takeOverRequest`, as exports have it.
std::optional<OmissionRemedy> read_omission_remedy(const Node& node, Faults& faults);

// The source as its omissionRemedy asks it. An entry of takeOverRequest replaces that of the same
// name in `request`, else that in `otherRequest`: its value (or its children), and of type and
// parser what it says itself. One of another name is added to `request`; whether a request may have
// such a field is for the connector to say, by Field::taken_over.
Strategy remedy_strategy(const Strategy& source, const OmissionRemedy& remedy);

}  // namespace weir
