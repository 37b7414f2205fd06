#pragma once

// The init's file, as it is built beside the library.

#include <string_view>

#include "nsplay/sys/init/serve.h"

namespace nsplay::sys {

/// Where the file has its orders: what follows the mark is written over before it is executed.
struct InitOrders {
  char mark[16] = {};
  InitDuty duty;
};

/// "nsplay-init-duty", which is in the file once.
inline constexpr std::string_view init_orders_mark = "nsplay-init-duty";

/// An ELF program that needs nothing.
std::string_view init_image() noexcept;

}  // namespace nsplay::sys
