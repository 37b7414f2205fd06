#pragma once

// What the output may use beyond plain text.

namespace nsplay::render {

enum class Colour { never, always };

struct Style {
  Colour colour = Colour::never;
};

}  // namespace nsplay::render
