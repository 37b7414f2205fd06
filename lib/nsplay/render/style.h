#pragma once

// What the output may use beyond plain text.

namespace nsplay::render {

enum class Colour { never, always };

/// Whether lines are drawn with characters that only UTF-8 has.
enum class Charset { ascii, utf8 };

struct Style {
  Colour colour = Colour::never;
  Charset charset = Charset::ascii;
};

}  // namespace nsplay::render
