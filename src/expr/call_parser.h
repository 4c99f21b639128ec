// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expr/text_cursor.h"

namespace weir {

// `_findCollection find <field> from <pipeline> where <name>=<value> …`, and `_endFind` behind it,
// if it is there. A value is a placeholder, a text in quotes, or a word. The cursor stands behind
// the first word, and then behind the whole.
Result<Collection> parse_collection(TextCursor& cursor);

// `_lua name(argument, …)`; an argument is a placeholder, a text in quotes, a number, true, false
// or null. As above.
Result<LuaCall> parse_lua_call(TextCursor& cursor);

}  // namespace weir
