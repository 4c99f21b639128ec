// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_text.h"

#include "core/decimal.h"
#include "lua/lua_budget.h"
#include "lua/lua_decimal.h"
#include "lua/lua_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace weir {
namespace {

// A letter that a pattern looks at costs a tenth of an instruction.
constexpr std::int64_t letters_a_step = 10;

std::string_view text_at(lua_State* lua, int index) {
  std::size_t length = 0;
  const char* bytes = luaL_checklstring(lua, index, &length);
  return {bytes, length};
}

LuaPattern pattern_at(lua_State* lua, int index) {
  auto pattern = LuaPattern::compile(text_at(lua, index));
  if (!pattern) {
    luaL_error(lua, "%s", pattern.error().message.c_str());
  }
  return *std::move(pattern);
}

std::optional<LuaPattern::Match> search(lua_State* lua, const LuaPattern& pattern,
                                        std::string_view text, std::size_t from) {
  const std::int64_t affordable = std::max<std::int64_t>(budget_of(lua).steps, 0) * letters_a_step;
  std::int64_t steps = affordable;
  auto match = pattern.find(text, from, steps);
  charge(lua, static_cast<std::uint64_t>((affordable - steps) / letters_a_step) + 1);
  return match;
}

// Where a search begins, from the argument; nothing: behind the end.
std::optional<std::size_t> start_at(lua_State* lua, int index, std::size_t length) {
  const auto size = static_cast<lua_Integer>(length);
  lua_Integer start = luaL_optinteger(lua, index, 1);
  start = start < 0 ? std::max<lua_Integer>(size + start + 1, 1) : std::max<lua_Integer>(start, 1);
  return start > size + 1 ? std::nullopt : std::optional(static_cast<std::size_t>(start - 1));
}

void push_capture(lua_State* lua, std::string_view text, const LuaPattern::Capture& capture) {
  if (capture.place_only) {
    lua_pushinteger(lua, static_cast<lua_Integer>(capture.begin + 1));
  } else {
    lua_pushlstring(lua, text.data() + capture.begin, capture.length);
  }
}

void push_whole(lua_State* lua, std::string_view text, const LuaPattern::Match& match) {
  lua_pushlstring(lua, text.data() + match.begin, match.end - match.begin);
}

int push_captures(lua_State* lua, std::string_view text, const LuaPattern::Match& match) {
  if (match.captures.empty()) {
    push_whole(lua, text, match);
    return 1;
  }
  luaL_checkstack(lua, static_cast<int>(match.captures.size()) + 4, "too many captures");
  for (const LuaPattern::Capture& capture : match.captures) {
    push_capture(lua, text, capture);
  }
  return static_cast<int>(match.captures.size());
}

int find_plain(lua_State* lua, std::string_view text, std::size_t from) {
  const std::string_view wanted = text_at(lua, 2);
  charge(lua, text.size() / 10);
  const std::size_t found = text.find(wanted, from);
  if (found == std::string_view::npos) {
    lua_pushnil(lua);
    return 1;
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(found + 1));
  lua_pushinteger(lua, static_cast<lua_Integer>(found + wanted.size()));
  return 2;
}

int find_text(lua_State* lua) {
  const std::string_view text = text_at(lua, 1);
  const auto from = start_at(lua, 3, text.size());
  if (from && lua_toboolean(lua, 4) != 0) {
    return find_plain(lua, text, *from);
  }
  const LuaPattern pattern = pattern_at(lua, 2);
  const auto match = from ? search(lua, pattern, text, *from) : std::nullopt;
  if (!match) {
    lua_pushnil(lua);
    return 1;
  }
  lua_pushinteger(lua, static_cast<lua_Integer>(match->begin + 1));
  lua_pushinteger(lua, static_cast<lua_Integer>(match->end));
  return 2 + (match->captures.empty() ? 0 : push_captures(lua, text, *match));
}

int match_text(lua_State* lua) {
  const std::string_view text = text_at(lua, 1);
  const LuaPattern pattern = pattern_at(lua, 2);
  const auto from = start_at(lua, 3, text.size());
  const auto match = from ? search(lua, pattern, text, *from) : std::nullopt;
  if (!match) {
    lua_pushnil(lua);
    return 1;
  }
  return push_captures(lua, text, *match);
}

// Upvalues: the text, the pattern, where to go on, where the last match ended.
int next_match(lua_State* lua) {
  const std::string_view text = text_at(lua, lua_upvalueindex(1));
  const LuaPattern pattern = pattern_at(lua, lua_upvalueindex(2));
  auto from = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(3)));
  const lua_Integer last = lua_tointeger(lua, lua_upvalueindex(4));
  while (from <= text.size()) {
    const auto match = search(lua, pattern, text, from);
    if (!match) {
      break;
    }
    if (static_cast<lua_Integer>(match->end) == last) {  // an empty one where the last one ended
      from = match->begin + 1;
      continue;
    }
    lua_pushinteger(lua, static_cast<lua_Integer>(match->end));
    lua_copy(lua, -1, lua_upvalueindex(3));
    lua_replace(lua, lua_upvalueindex(4));
    return push_captures(lua, text, *match);
  }
  return 0;
}

int all_matches(lua_State* lua) {
  text_at(lua, 1);
  pattern_at(lua, 2);
  lua_settop(lua, 2);
  lua_pushinteger(lua, 0);
  lua_pushinteger(lua, -1);
  lua_pushcclosure(lua, next_match, 4);
  return 1;
}

void add_template(lua_State* lua, std::string& out, std::string_view text,
                  const LuaPattern::Match& match) {
  const std::string_view replacement = text_at(lua, 3);
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '%') {
      out += replacement[i];
      continue;
    }
    const char mark = ++i < replacement.size() ? replacement[i] : '\0';
    const auto capture = static_cast<std::size_t>(mark - '1');
    if (mark == '%') {
      out += '%';
    } else if (mark == '0' || (mark == '1' && match.captures.empty())) {
      out += text.substr(match.begin, match.end - match.begin);
    } else if (mark >= '1' && mark <= '9' && capture < match.captures.size()) {
      push_capture(lua, text, match.captures[capture]);
      out += lua_tostring(lua, -1);
      lua_pop(lua, 1);
    } else {
      luaL_error(lua, "`%%` in the replacement must be followed by a capture's number or `%%`");
    }
  }
}

void add_replacement(lua_State* lua, std::string& out, std::string_view text,
                     const LuaPattern::Match& match) {
  const int type = lua_type(lua, 3);
  if (type == LUA_TNUMBER || type == LUA_TSTRING) {
    add_template(lua, out, text, match);
    return;
  }
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(lua, 3);
    const int count = push_captures(lua, text, match);
    lua_call(lua, count, 1);
  } else {
    if (match.captures.empty()) {
      push_whole(lua, text, match);
    } else {
      push_capture(lua, text, match.captures.front());
    }
    lua_gettable(lua, 3);
  }
  if (lua_toboolean(lua, -1) == 0) {
    out += text.substr(match.begin, match.end - match.begin);
  } else {
    push_text(lua, -1);
    std::size_t length = 0;
    const char* bytes = lua_tolstring(lua, -1, &length);
    out.append(bytes, length);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
}

// What is made outside of Lua's memory must stay within its bounds.
void check_length(lua_State* lua, std::size_t length) {
  constexpr std::size_t length_max = 1U << 20U;
  if (length > length_max) {
    luaL_error(lua, "the resulting text is longer than 1 MiB");
  }
}

int replace_text(lua_State* lua) {
  const std::string_view text = text_at(lua, 1);
  const LuaPattern pattern = pattern_at(lua, 2);
  const int type = lua_type(lua, 3);
  luaL_argcheck(
      lua,
      type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
      "text, table or function expected");
  const lua_Integer count_max = luaL_optinteger(lua, 4, static_cast<lua_Integer>(text.size()) + 1);
  std::string out;
  lua_Integer count = 0;
  std::size_t copied = 0;
  std::size_t from = 0;
  std::size_t last = std::string_view::npos;
  while (count < count_max && from <= text.size()) {
    const auto match = search(lua, pattern, text, from);
    if (!match) {
      break;
    }
    if (match->end == last) {
      from = match->begin + 1;
      continue;
    }
    out += text.substr(copied, match->begin - copied);
    add_replacement(lua, out, text, *match);
    check_length(lua, out.size());
    ++count;
    copied = last = match->end;
    from = match->end;
    if (pattern.anchored()) {
      break;
    }
  }
  out += text.substr(copied);
  lua_pushlstring(lua, out.data(), out.size());
  lua_pushinteger(lua, count);
  return 2;
}

int repeat_text(lua_State* lua) {
  const std::string_view text = text_at(lua, 1);
  const lua_Integer count = luaL_checkinteger(lua, 2);
  const std::string_view between = lua_isnoneornil(lua, 3) ? "" : text_at(lua, 3);
  const std::size_t each = text.size() + between.size();
  if (count <= 0 || each == 0) {
    lua_pushliteral(lua, "");
    return 1;
  }
  check_length(lua, static_cast<std::uint64_t>(count) > (1U << 20U)
                        ? static_cast<std::size_t>(count)
                        : each * static_cast<std::size_t>(count));
  std::string out;
  for (lua_Integer i = 0; i < count; ++i) {
    out += text;
    out += i + 1 < count ? between : std::string_view();
  }
  charge(lua, out.size() / 64);
  lua_pushlstring(lua, out.data(), out.size());
  return 1;
}

int leading_number(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// `%.2f` of a decimal: rounded by its digits.
void add_decimal(lua_State* lua, std::string& out, std::string_view spec, int argument) {
  const std::size_t point = spec.find('.');
  const int places = point == std::string_view::npos ? 6 : leading_number(spec.substr(point + 1));
  const std::string text = to_plain(rounded(check_number(lua, argument), places), places);
  const bool left = spec[1] == '-';
  const bool zeros = spec[1] == '0';
  const auto width =
      static_cast<std::size_t>(std::max(0, leading_number(spec.substr(left || zeros ? 2 : 1))));
  const std::size_t missing = width > text.size() ? width - text.size() : 0;
  const std::size_t sign = zeros && text.starts_with('-') ? 1 : 0;
  out += text.substr(0, sign) + std::string(left ? 0 : missing, zeros ? '0' : ' ');
  out += text.substr(sign) + std::string(left ? missing : 0, ' ');
}

// One `%…` by Lua's own format, which is the upvalue.
void add_formatted(lua_State* lua, std::string& out, std::string_view spec, int argument) {
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_pushlstring(lua, spec.data(), spec.size());
  if (spec.back() == 's') {
    push_text(lua, argument);
  } else if (decimal_at(lua, argument)) {
    const auto whole = Decimal::parse(*decimal_at(lua, argument));
    const bool fits = whole && whole->is_whole() && whole->point <= 18;
    if (!fits) {
      luaL_error(lua, "`%s` needs a whole number of 18 digits at most", std::string(spec).c_str());
    }
    lua_pushinteger(lua, std::stoll(to_plain(*whole)));
  } else {
    lua_pushvalue(lua, argument);
  }
  lua_call(lua, 2, 1);
  std::size_t length = 0;
  const char* bytes = lua_tolstring(lua, -1, &length);
  out.append(bytes, length);
  lua_pop(lua, 1);
}

int format_text(lua_State* lua) {
  const std::string_view format = text_at(lua, 1);
  std::string out;
  int argument = 1;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || format.substr(i).starts_with("%%")) {
      out += format[i];
      i += format[i] == '%' ? 1 : 0;
      continue;
    }
    const std::size_t end = format.find_first_not_of("-0123456789. +#", i + 1);
    const char kind = end == std::string_view::npos ? '\0' : format[end];
    const bool known =
        kind != '\0' && std::string_view("sdicxXofgeEq").find(kind) != std::string_view::npos;
    constexpr std::size_t spec_max = 20;
    if (!known || end - i > spec_max) {
      return luaL_error(lua, "`%%` in the format must be followed by one of s d i c x X o f g e q");
    }
    luaL_checkany(lua, ++argument);
    const std::string_view spec = format.substr(i, end + 1 - i);
    if (kind == 'f' && lua_type(lua, argument) != LUA_TNUMBER &&
        spec.find_first_of(" +#") == std::string_view::npos && spec.size() <= 7) {
      add_decimal(lua, out, spec, argument);
    } else {
      add_formatted(lua, out, spec, argument);
    }
    check_length(lua, out.size());
    i = end;
  }
  lua_pushlstring(lua, out.data(), out.size());
  return 1;
}

constexpr luaL_Reg replaced[] = {
    {"find", find_text},    {"match", match_text}, {"gmatch", all_matches},
    {"gsub", replace_text}, {"rep", repeat_text},  {nullptr, nullptr},
};

}  // namespace

void install_text_functions(lua_State* lua) {
  luaL_setfuncs(lua, replaced, 0);
  lua_getfield(lua, -1, "format");
  lua_pushcclosure(lua, format_text, 1);
  lua_setfield(lua, -2, "format");
}

void push_text(lua_State* lua, int index) {
  const int type = lua_type(lua, index);
  if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD) {
    lua_pushstring(lua, luaL_typename(lua, index));
  } else if (type == LUA_TLIGHTUSERDATA) {
    lua_pushliteral(lua, "null");
  } else {
    luaL_tolstring(lua, index, nullptr);
  }
}

}  // namespace weir
