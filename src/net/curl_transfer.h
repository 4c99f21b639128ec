// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <optional>
#include <stop_token>

namespace weir {

// Carries out the transfer that `easy` describes, alone on `multi`, until it has ended or the stop
// comes, at once. Nothing: stopped. The handles stay the caller's; one thread.
std::optional<CURLcode> transfer(CURLM* multi, CURL* easy, const std::stop_token& stop);

}  // namespace weir
