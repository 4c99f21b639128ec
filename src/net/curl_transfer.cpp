// SPDX-License-Identifier: Apache-2.0
#include "net/curl_transfer.h"

namespace weir {

std::optional<CURLcode> transfer(CURLM* multi, CURL* easy, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  curl_multi_add_handle(multi, easy);
  std::optional<CURLcode> code;
  int running = 1;
  while (!stop.stop_requested() && !code) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      code = CURLE_OUT_OF_MEMORY;
      break;
    }
    int queued = 0;
    const CURLMsg* message = curl_multi_info_read(multi, &queued);
    if (message != nullptr && message->msg == CURLMSG_DONE) {
      code = message->data.result;
    } else {
      curl_multi_poll(multi, nullptr, 0, 100, nullptr);
    }
  }
  curl_multi_remove_handle(multi, easy);
  return code;
}

}  // namespace weir
