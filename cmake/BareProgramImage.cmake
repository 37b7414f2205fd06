# cmake -D IN=FILE -D OUT=SOURCE -D NAME=NAME -P BareProgramImage.cmake: the bytes of FILE as a source.
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
string(REGEX REPLACE "(................................................................)" "\\1\"\n    \"" bytes "${bytes}")
file(WRITE ${OUT} "#include \"nsplay/sys/${NAME}/image.h\"

namespace nsplay::sys {

std::string_view ${NAME}_image() noexcept {
  static constexpr char image[] =
    \"${bytes}\";
  return {image, sizeof image - 1};
}

}  // namespace nsplay::sys
")
