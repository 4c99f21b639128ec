// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/time_zone.h"
#include "expr/scope.h"
#include "expr/surroundings.h"

namespace weir {

// What a template is evaluated in. Small; made for one record and passed by reference.
struct EvaluationContext {
  const Scope& scope;
  TimeZone zone;                               // of wall times
  Timestamp now;                               // one moment for all templates of a record
  const Surroundings* surroundings = nullptr;  // nullptr: there is nothing to ask

  // The same, with names looked up elsewhere. Precondition: `inside` outlives what is made.
  EvaluationContext within(const Scope& inside) const { return {inside, zone, now, surroundings}; }
};

}  // namespace weir
