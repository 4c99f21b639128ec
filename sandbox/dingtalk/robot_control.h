// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http_server.h"
#include "sandbox/dingtalk/robot.h"

namespace weir::yida_sandbox {

// /_sandbox/robot: GET shows the robot's settings and the messages that it took; POST with
// {"secret":…,"keyword":…,"per_minute":…,"down":…,"clear":true} changes what is named, and shows.
ServerResponse control_robot(Robot& robot, const ServerRequest& request);

}  // namespace weir::yida_sandbox
