// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http_server.h"

#include <string>
#include <string_view>

// How the server's answers look on the wire; used by http_server.cpp only. Pure functions.
namespace weir::wire {

// Header names are compared without case.
bool same_name(std::string_view a, std::string_view b);

// One gzip member; empty if memory ran out.
std::string gzip(const std::string& plain);

// A chunk of chunked transfer; an empty piece is the last chunk.
void append_chunk(std::string& wire, std::string_view piece);
// A whole body as chunks, the last one included.
std::string in_chunks(std::string_view body);

// Status line and headers for an answer whose body has its final form; `encoding` may be empty.
std::string head_of(const ServerResponse& response, bool keep_alive, std::string_view encoding);

// An answer in plain text that closes the connection.
ServerResponse refusal(int status, std::string text);

}  // namespace weir::wire
